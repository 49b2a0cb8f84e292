import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { makeObjectsYoung } from '../../gateway/engine.ts';

describe('makeObjectsYoung', () => {
  it('says something that the engine of this Node understands', () => {
    expect(makeObjectsYoung).not.toThrow();
    // An option that it does not know would be passed over without a word.
    expect(execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })).toContain(
      '--allocation-site-pretenuring',
    );
  });
});
