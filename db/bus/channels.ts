import type { FlushNotification } from '../types.ts';

/** Flush notifications and nothing else. */
export const FLUSH_CHANNEL = 'tidegate';
/** Proofs of the bus, and the call to read tokens again. */
export const CONTROL_CHANNEL = 'tidegate_control';

export type ControlMessage =
  /** A gateway's question to itself, a nonce: who hears its own proof hears the bus. */
  | { v: 1; proof: string }
  /** Tokens were revoked or agents deleted: read again what is held. */
  | { v: 1; reread: 'tokens' };

/** The payload, its fields in the order that other programs see. Always under 200 bytes. */
export function flushPayload({ v, gateway, revision, values, agents }: FlushNotification): string {
  return JSON.stringify({ v, gateway, revision, values, agents });
}

/** What a flush said, or null for anything that no flush of this version says. */
export function parseFlush(payload: string): FlushNotification | null {
  const message = parseObject(payload);
  if (message?.v !== 1) return null;
  const { gateway, revision, values, agents } = message;
  if (typeof gateway !== 'string' || typeof revision !== 'string' || !/^\d{1,20}$/.test(revision)) return null;
  if (!isCount(values) || !isCount(agents)) return null;
  return { v: 1, gateway, revision, values, agents };
}

export function parseControl(payload: string): ControlMessage | null {
  const message = parseObject(payload);
  if (message?.v !== 1) return null;
  if (message.reread === 'tokens') return { v: 1, reread: 'tokens' };
  const { proof } = message;
  return typeof proof === 'string' ? { v: 1, proof } : null;
}

function parseObject(payload: string): Record<string, unknown> | null {
  try {
    const message: unknown = JSON.parse(payload);
    return typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
