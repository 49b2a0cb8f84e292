import { useEffect, useRef } from 'preact/hooks';

const KEYS: [string[], string][] = [
  [['/'], 'Search'],
  [['j', '↓'], 'Next agent'],
  [['k', '↑'], 'Agent before'],
  [['Enter'], 'Open the agent'],
  [['Esc'], 'Close, or leave the search'],
  [['t'], 'Table and tiles'],
  [['f'], 'Flow'],
  [['?'], 'These keys'],
];

export function Keys({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="keys-title" onClose={onClose}>
      <h2 id="keys-title">Keys</h2>
      <dl class="keys">
        {KEYS.map(([keys, meaning]) => (
          <>
            <dt key={meaning}>
              {keys.map((key) => (
                <>
                  <kbd key={key}>{key}</kbd>{' '}
                </>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </>
        ))}
      </dl>
      <p>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </p>
    </dialog>
  );
}
