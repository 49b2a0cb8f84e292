import type { Freshness } from '../../../protocol/watch/freshness.ts';

/** What the page knows of the way between a value and the reader. */
export interface Circumstances {
  pageConnected: boolean;
  gatewayBehind: boolean;
  notificationsMissing: boolean;
  /** The agent says what it collects, and this key is not among it. */
  undeclared: boolean;
  /** No value of the agent is fresh. */
  agentSilent: boolean;
  agentNeverConnected: boolean;
  failing: boolean;
}

/** Why a value is old, in words; null where it is fresh. The cause nearest to the reader is named. */
export function whyOld(freshness: Freshness, circumstances: Circumstances): string | null {
  if (freshness === 'fresh') return null;
  if (!circumstances.pageConnected) return 'this page is disconnected';
  if (freshness === 'offline') {
    return circumstances.agentNeverConnected ? 'the agent has never connected' : 'the agent is offline';
  }
  if (circumstances.undeclared) return 'its agent declares no such key, so no newer value is due';
  if (circumstances.gatewayBehind) return 'the gateway is behind';
  if (circumstances.notificationsMissing) return 'notifications are not arriving';
  if (circumstances.agentSilent) return 'the agent is connected but silent';
  return circumstances.failing ? 'its script is failing' : 'its script has not answered in time';
}
