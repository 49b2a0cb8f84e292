import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { App } from '../state/app.ts';

export const AppContext = createContext<App | null>(null);

/** The app of who is signed in; only components below the sign-in may ask. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) throw new Error('useApp() outside of a signed-in page');
  return app;
}
