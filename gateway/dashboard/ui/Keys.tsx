import { Dialog } from './Dialog.tsx';

const KEYS: [string[], string][] = [
  [['/'], 'Search'],
  [['j', '↓'], 'Next agent, or tile'],
  [['k', '↑'], 'The one before'],
  [['Enter'], 'Open the agent'],
  [['Esc'], 'Close, or leave the search'],
  [['t'], 'Table and tiles'],
  [['f'], 'Flow'],
  [['?'], 'These keys'],
];

export function Keys({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
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
    </Dialog>
  );
}
