import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { TalliedCounter } from '../../gateway/tally.ts';

test('lines are shown from their first count on, with all that was counted', async () => {
  const registry = new Registry();
  const counter = new TalliedCounter({
    name: 'calls_total',
    help: 'Calls',
    labelNames: ['kind'],
    registers: [registry],
  });
  const one = counter.of({ kind: 'one' });
  const two = counter.of({ kind: 'two' });
  expect(await registry.metrics()).not.toContain('kind=');
  one.inc();
  one.inc(4);
  expect(await registry.metrics()).toContain('calls_total{kind="one"} 5\n');
  two.inc();
  one.inc();
  const text = await registry.metrics();
  expect(text).toContain('calls_total{kind="one"} 6\n');
  expect(text).toContain('calls_total{kind="two"} 1\n');
  // Asking changes nothing.
  expect(await registry.metrics()).toBe(text);
});

test('lines with the same labels add up, and a counter without labels has one', async () => {
  const registry = new Registry();
  const registers = [registry];
  const labelled = new TalliedCounter({ name: 'a_total', help: 'A', labelNames: ['kind'], registers });
  const bare = new TalliedCounter({ name: 'b_total', help: 'B', registers });
  labelled.of({ kind: 'x' }).inc(2);
  labelled.of({ kind: 'x' }).inc(3);
  expect(await registry.metrics()).toContain('b_total 0\n');
  bare.of({}).inc(7);
  const text = await registry.metrics();
  expect(text).toContain('a_total{kind="x"} 5\n');
  expect(text).toContain('b_total 7\n');
});
