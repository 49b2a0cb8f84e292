import { describe, expect, it } from 'vitest';
import { fitInto, printable } from '../../../gateway/cli/printable.ts';

describe('text for a terminal', () => {
  it('never moves its cursor, changes its title, or turns the line around', () => {
    expect(printable('\x1b]0;owned\x07a\r\nb\u009bc\u202ed\u2066')).toBe(
      '\ufffd]0;owned\ufffda\ufffd\ufffdb\ufffdc\ufffdd\ufffd',
    );
  });

  it('is a number alone where its language marks the direction of a minus', () => {
    expect(printable('\u200e-5 \u061c-\u0665 \u200f-5')).toBe('-5 -\u0665 -5');
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
