import { useState } from 'preact/hooks';
import { withMarksNamed } from '../model/direction.ts';
import type { Layout } from '../model/view.ts';
import { session, signOut } from '../state/session.ts';
import { go, view } from '../state/view.ts';
import { useApp } from './context.ts';
import { Menu } from './Menu.tsx';
import { nextScheme, scheme } from './scheme.ts';

const LAYOUTS: [Layout, string][] = [
  ['table', 'Fleet'],
  ['tiles', 'Tiles'],
  ['flow', 'Flow'],
];

export function Brand() {
  return (
    <strong class="brand">
      <svg viewBox="0 0 18 18" aria-hidden="true">
        <path d="M1 6q4-5 8 0t8 0M1 13q4-5 8 0t8 0" />
      </svg>
      <span>Tidegate</span>
    </strong>
  );
}

export function Top({ onKeys }: { onKeys: () => void }) {
  const { fleet } = useApp();
  const who = session.value;
  return (
    <header class="top">
      <Brand />
      <nav aria-label="Views">
        {LAYOUTS.map(([layout, word]) => (
          <button
            key={layout}
            type="button"
            class="plain"
            disabled={fleet.empty}
            aria-current={view.value.layout === layout && !fleet.empty ? 'page' : undefined}
            onClick={() => go({ layout })}
          >
            {word}
          </button>
        ))}
      </nav>
      <span class="push" />
      <LinkState />
      <button type="button" class="plain only-wide" onClick={onKeys} aria-label="Keys">
        <kbd>?</kbd>
      </button>
      <Menu side="right" label={who.state === 'in' ? withMarksNamed(who.name || who.role) : ''}>
        <p class="soft">Signed in as {who.state === 'in' ? who.role : 'nobody'}</p>
        <p>
          <button type="button" class="plain" onClick={nextScheme}>
            Colours: {scheme.value}
          </button>
        </p>
        <SignOut />
      </Menu>
    </header>
  );
}

function SignOut() {
  const [failure, setFailure] = useState<string | null>(null);
  return (
    <>
      <p>
        <button type="button" class="plain" onClick={() => void signOut().then(setFailure)}>
          Sign out
        </button>
      </p>
      {failure !== null && (
        <p class="grave-text" role="alert">
          Still signed in: {failure}
        </p>
      )}
    </>
  );
}

function LinkState() {
  const { fleet } = useApp();
  const live = fleet.connection.value === 'live';
  return (
    <span class="link-state">
      <svg class="mark" viewBox="0 0 10 10" aria-hidden="true">
        <circle cx="5" cy="5" r="3.4" fill={live ? undefined : 'none'} stroke-width="1.2" />
      </svg>
      <span>{live ? 'live' : 'reconnecting'}</span>
    </span>
  );
}
