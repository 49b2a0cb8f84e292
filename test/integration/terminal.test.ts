import { expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import { ADMIN_TOKEN, type TestGateway } from '../support/gateway.ts';
import { gatewayForFile } from '../support/gateway-for-file.ts';

let gateway: TestGateway;

gatewayForFile((own) => {
  gateway = own.gateway;
});

/** What a terminal would take for a command, or turn around. */
const COMMANDS = /[\p{Cc}\p{Bidi_Control}]/u;
/** Each process reads the sources anew. */
const PROCESSES_MS = 120_000;

it(
  'what agents are called reaches the terminal of whoever lists, makes and deletes them as text alone',
  async () => {
    const name = '\u009b2Jbuild\u202e';
    await gateway.createAgents({ name, labels: { region: '\x1b]0;owned\x07\nforged row' } });
    const run = (...args: string[]) => runCommand(['agents', ...args, '--url', gateway.url, '--token', ADMIN_TOKEN]);
    const listed = await run('list');
    const refused = await run('create', name);
    const deleted = await run('delete', name);
    const said = [listed.stdout, refused.stderr, deleted.stdout];
    expect(said.map((text) => text.split('\n').length)).toEqual([3, 2, 2]);
    for (const text of said) {
      expect(text).toContain('\ufffd2Jbuild\ufffd');
      expect(text.replaceAll('\n', '')).not.toMatch(COMMANDS);
    }
  },
  PROCESSES_MS,
);
