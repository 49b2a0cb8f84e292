import { spawn } from 'node:child_process';

/**
 * Starts a process that waits until its input ends, as it does however we end, then stops what PostgreSQL servers are left
 * below `directory`, one or two folders deep, and removes all of it. Returns what ends its input.
 */
export function startReaper(directory: string): () => void {
  const script = `cat > /dev/null
    [ -d "$1" ] || exit 0
    for file in "$1"/*/postgres/postmaster.pid "$1"/*/*/postgres/postmaster.pid; do [ -f "$file" ] && kill -QUIT "$(head -n 1 "$file")"; done
    for attempt in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$1" && break; sleep 1; done`;
  const reaper = spawn('/bin/sh', ['-c', script, 'reaper', directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  reaper.unref();
  (reaper.stdin as unknown as { unref(): void }).unref();
  return () => reaper.stdin.end();
}
