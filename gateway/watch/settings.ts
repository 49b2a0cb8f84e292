/** The limits and periods of the watch hub. All times in milliseconds. */
export interface WatchSettings {
  /** Least time between two frames of own agents' values; 0: they go out at the commit. */
  liveIntervalMs: number;
  /** Told to watchers, who judge a value's age by it. */
  flushIntervalMs: number;
  /** How long the state is kept after the last watcher has left. */
  stateLingerMs: number;
  /** Least time between the starts of two reads; wake-ups within it lead to one. */
  readSpacingMs: number;
  /** Longest pause before a failed read is tried again; the first is drawn from a 32nd of it. */
  readRetryMaxMs: number;
  /** Bytes that may wait in one socket before shared frames pass it by and its changes are merged for it alone. */
  socketBufferBytes: number;
  /** A socket that catches up, or takes a snapshot, gets its next message when fewer bytes than this wait. */
  socketRefillBytes: number;
  /** Length in characters at which a snapshot or update is continued in a further message. */
  messageChars: number;
  /** Work for watchers gives the event loop a turn after this long. */
  turnMs: number;
  /** A snapshot's encoded chunks serve those who join the same subscription within this time. */
  snapshotShareMs: number;
  /** Without a byte leaving for this long while some wait, a socket is closed with 4008. */
  progressTimeoutMs: number;
  /** From the close frame to the end of the connection. */
  closeGraceMs: number;
  /** How often sockets are looked over. */
  sweepIntervalMs: number;
  /** Longest request in bytes; a longer one gets an error. */
  requestBytes: number;
  /** Most agent ids in one request. */
  requestIds: number;
  /** Most labels in one request. */
  requestLabels: number;
  /** Most keys in one request. */
  requestKeys: number;
}

export const watchDefaults: WatchSettings = {
  liveIntervalMs: 200,
  flushIntervalMs: 5_000,
  // A page that is reloaded finds the state still there.
  stateLingerMs: 60_000,
  readSpacingMs: 100,
  readRetryMaxMs: 5_000,
  // Above what 600 agents × 15 keys send in one instant (447 KiB), so that a burst alone makes nobody slow.
  socketBufferBytes: 1024 * 1024,
  socketRefillBytes: 256 * 1024,
  // About a millisecond of encoding.
  messageChars: 64 * 1024,
  turnMs: 10,
  snapshotShareMs: 2_000,
  progressTimeoutMs: 30_000,
  closeGraceMs: 2_000,
  sweepIntervalMs: 1_000,
  // 10,000 ids of 36 characters with quotes and commas take 390 KB.
  requestBytes: 1024 * 1024,
  requestIds: 10_000,
  requestLabels: 32,
  requestKeys: 256,
};
