/**
 * How an agent's connection ends, by the word that is kept of it, with the WebSocket close code and reason that the agent
 * is given.
 */
const ENDINGS = {
  /** The agent closed it. */
  closed: { code: 1000, text: '' },
  /** It fell silent, or its socket broke without a close frame. */
  lost: { code: 1000, text: '' },
  protocol_error: { code: 1000, text: '' },
  not_binary: { code: 1003, text: 'only binary messages are taken' },
  draining: { code: 1001, text: 'the gateway is shutting down' },
  manifest_changed: { code: 1001, text: 'the manifest has changed' },
  replaced: { code: 4409, text: 'replaced by a newer connection of the same agent' },
  revoked: { code: 4409, text: 'the token was revoked' },
  deleted: { code: 4409, text: 'the agent was deleted' },
} as const;

export type Ending = keyof typeof ENDINGS;

/** What a socket that ends so is closed with. */
export function closeFrame(ending: Ending): { code: number; text: string } {
  return ENDINGS[ending];
}
