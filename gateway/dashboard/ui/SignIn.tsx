import { useState } from 'preact/hooks';
import { signIn } from '../state/session.ts';
import { Brand } from './Top.tsx';

export function SignIn({ why }: { why: string | null }) {
  const [token, setToken] = useState('');
  const [refused, setRefused] = useState(why);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setRefused(await signIn(token));
    setBusy(false);
  };
  return (
    <div class="page">
      <header class="top">
        <Brand />
      </header>
      <main class="card">
        <h1>Sign in</h1>
        <p class="soft">With the link that the gateway printed when it started, or with a token.</p>
        <form onSubmit={(event) => void submit(event)}>
          <label for="token">Token</label>
          <input
            id="token"
            type="password"
            autocomplete="current-password"
            required
            value={token}
            aria-describedby="refused"
            onInput={(event) => setToken(event.currentTarget.value)}
          />
          <p id="refused" class="grave-text" role="alert">
            {refused}
          </p>
          <div>
            <button type="submit" class="main" disabled={busy || token.trim() === ''}>
              Sign in
            </button>
          </div>
        </form>
      </main>
    </div>
  );
}
