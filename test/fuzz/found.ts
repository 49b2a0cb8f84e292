/**
 * What the fuzzers have found, cut down to what matters, by the fuzzer's name. Each program runs with every `npm test`.
 */
export const FOUND: Readonly<Record<string, readonly (readonly [name: string, program: unknown])[]>> = {
  'drpc client': [
    [
      'a reset behind a clean end made the end an error',
      {
        method: 'Bidi',
        metadata: false,
        cancel: 'finish',
        windowBytes: 1_000_000,
        actions: [
          {
            do: 'say',
            frames: [{ do: 'frame', kind: 5, done: true, control: false, ids: 'next', data: '' }],
            cut: 0,
          },
          { do: 'reset' },
          { do: 'receive' },
        ],
      },
    ],
  ],
};
