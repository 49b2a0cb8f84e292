import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fitYoungGeneration } from '../../gateway/engine.ts';

describe('fitYoungGeneration', () => {
  it('says what the engine of this Node understands', () => {
    expect(fitYoungGeneration).not.toThrow();
    // An option that it does not know would be passed over without a word.
    const known = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
    expect(known).toContain('--allocation-site-pretenuring');
    expect(known).toContain('--semi-space-growth-factor');
  });
});
