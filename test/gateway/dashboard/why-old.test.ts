import { describe, expect, it } from 'vitest';
import { whyOld } from '../../../gateway/dashboard/model/why-old.ts';

describe('whyOld', () => {
  const well = {
    pageConnected: true,
    gatewayBehind: false,
    notificationsMissing: false,
    undeclared: false,
    agentSilent: false,
    agentNeverConnected: false,
    failing: false,
  };

  it('names the cause nearest to the reader', () => {
    expect(whyOld('fresh', well)).toBeNull();
    expect(whyOld('offline', { ...well, pageConnected: false })).toBe('this page is disconnected');
    expect(whyOld('offline', well)).toBe('the agent is offline');
    expect(whyOld('stale', { ...well, gatewayBehind: true, agentSilent: true })).toBe('the gateway is behind');
    expect(whyOld('stale', { ...well, notificationsMissing: true })).toBe('notifications are not arriving');
    expect(whyOld('late', { ...well, agentSilent: true })).toBe('the agent is connected but silent');
    expect(whyOld('late', { ...well, failing: true })).toBe('its script is failing');
    expect(whyOld('stale', { ...well, undeclared: true, gatewayBehind: true })).toContain('declares no such key');
  });
});
