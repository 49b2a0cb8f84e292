import { expect, it } from 'vitest';
import { LineOutput } from '../../../../gateway/cli/watch/outputs.ts';

it('a notice is a line of text, whoever the gateway is', () => {
  const lines: string[] = [];
  new LineOutput((line) => lines.push(line)).notice({ type: 'notice', code: 'draining', message: 'over\x1b[2J\nnext' });
  expect(lines).toEqual(['# over\ufffd[2J\ufffdnext']);
});
