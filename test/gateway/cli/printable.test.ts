import { describe, expect, it } from 'vitest';
import { fitInto, printable } from '../../../gateway/cli/printable.ts';

describe('text for a terminal', () => {
  it('never moves its cursor, changes its title, or turns the line around', () => {
    expect(printable('\x1b]0;owned\x07a\r\nb\u009bc\u202ed\u061c')).toBe(
      '\ufffd]0;owned\ufffda\ufffd\ufffdb\ufffdc\ufffdd\ufffd',
    );
  });

  it.each([
    ['abc', 5, 'abc  '],
    ['abcdef', 5, 'abcd…'],
    ['abcde', 5, 'abcde'],
    ['äöüäöü', 5, 'äöüä…'],
    ['👩‍👩‍👧 x', 3, '👩‍👩‍👧 x'],
  ])('%j in %i places is %j', (text, width, expected) => {
    expect(fitInto(text, width)).toBe(expected);
  });
});
