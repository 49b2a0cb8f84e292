import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ApiFailure, request } from '../state/api.ts';
import type { Row } from '../state/row.ts';
import { go } from '../state/view.ts';
import { Copy } from './Copy.tsx';
import { Told } from './Told.tsx';

type Asked = 'nothing' | 'rotate' | 'delete';

/** What only an admin may do, at the very end and never without a second click. */
export function AdminSection({ row }: { row: Row }) {
  const [asked, ask] = useState<Asked>('nothing');
  const [token, setToken] = useState('');
  const [failure, setFailure] = useState('');
  const name = <Told text={row.agent.name} />;

  const act = async (action: () => Promise<void>) => {
    ask('nothing');
    try {
      await action();
      setFailure('');
    } catch (error) {
      setFailure(error instanceof ApiFailure ? error.message : String(error));
    }
  };
  const rotate = () =>
    act(async () => setToken((await request<{ token: string }>('POST', `agents/${row.id}/token`, {})).token));
  const remove = () =>
    act(async () => {
      await request('DELETE', `agents/${row.id}`);
      go({ agent: '' });
    });

  return (
    <section>
      <h3>Admin</h3>
      {asked === 'nothing' && (
        <div class="admin">
          <button type="button" onClick={() => ask('rotate')}>
            Rotate token…
          </button>
          <button type="button" class="grave" onClick={() => ask('delete')}>
            Delete…
          </button>
        </div>
      )}
      {asked === 'rotate' && (
        <Confirm
          text={<>The present token of {name} stops working at once.</>}
          word="Rotate it"
          onYes={rotate}
          onNo={() => ask('nothing')}
        />
      )}
      {asked === 'delete' && (
        <Confirm
          text={<>{name}, its values and its token will be gone for good.</>}
          word="Delete it"
          onYes={remove}
          onNo={() => ask('nothing')}
        />
      )}
      {failure !== '' && (
        <p class="grave-text" role="alert">
          {failure}
        </p>
      )}
      {token !== '' && (
        <>
          <p class="soft">The new token, shown once:</p>
          <div class="command">
            <pre>{token}</pre>
            <Copy text={token} what="the token" />
          </div>
        </>
      )}
    </section>
  );
}

interface ConfirmProps {
  text: ComponentChildren;
  word: string;
  onYes: () => void;
  onNo: () => void;
}

function Confirm({ text, word, onYes, onNo }: ConfirmProps) {
  return (
    <div class="admin" role="alertdialog" aria-labelledby="asked">
      <p id="asked">{text}</p>
      <button type="button" class="grave" onClick={onYes}>
        {word}
      </button>
      <button type="button" onClick={onNo} ref={(element) => element?.focus()}>
        Leave it
      </button>
    </div>
  );
}
