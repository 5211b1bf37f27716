/** The frame around every page, for whoever is logged in. */
import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { openLiveLink } from '../api/live-link.ts';
import { tellLive, useIsLive, useLive } from '../api/live-store.ts';
import { isLoggedIn, queries, useSession } from '../api/session.ts';
import { LoginPage } from '../login/login-page.tsx';
import { ConfirmProvider } from '../parts/confirm.tsx';
import { Pages } from './pages.tsx';
import { isAt } from './paths.ts';
import { PLACES } from './places.ts';
import { Shortcuts } from './shortcuts.tsx';
import { BottomBar, SideBar } from './side-bar.tsx';
import { TopBar } from './top-bar.tsx';

export function App() {
  const session = useSession();
  const isOut = session.data === null;
  useEffect(() => {
    if (isOut) return undefined;
    const link = openLiveLink(isLoggedIn);
    return () => link.close();
  }, [isOut]);
  useEffect(() => {
    // Asked once more by the link's own tries; until then the page says that nothing answers.
    if (session.isError) tellLive({ kind: 'link', link: 'gone' });
  }, [session.isError]);
  return isOut ? <LoginPage /> : <Frame />;
}

function Frame() {
  const [isHelpOpen, setHelpOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const link = useLive((live) => live.link);
  useTitle();
  useRefreshOnReturn();
  useFocusOnMove(main);
  return (
    <ConfirmProvider>
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        Skip to the page
      </button>
      <div className={`frame ${link === 'live' ? '' : 'is-stale'} is-${link}`}>
        <TopBar />
        <SideBar onHelp={() => setHelpOpen(true)} />
        <main className="main" tabIndex={-1} ref={main}>
          <Pages />
        </main>
        <BottomBar />
      </div>
      <Shortcuts isHelpOpen={isHelpOpen} onHelp={setHelpOpen} />
    </ConfirmProvider>
  );
}

/** A tab among many says where orders go and whether they do. */
function useTitle(): void {
  const [location] = useLocation();
  const isLive = useIsLive();
  const environment = useLive(({ desk }) => desk?.environment ?? '');
  const killState = useLive(({ desk }) => desk?.killState ?? 'ACTIVE');
  useEffect(() => {
    const place = PLACES.find(({ path }) => isAt(location, path))?.name ?? '';
    const state = isLive ? (killState === 'ACTIVE' ? '' : `${killState} · `) : 'no answer · ';
    document.title = `${state}${place} · Strikewire ${environment}`;
  }, [location, isLive, environment, killState]);
}

/** What was asked before the desk went away is asked again when it is back. */
function useRefreshOnReturn(): void {
  const isLive = useIsLive();
  useEffect(() => {
    if (isLive)
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
  }, [isLive]);
}

/** A screen reader and the keyboard go where the page went. */
function useFocusOnMove(main: React.RefObject<HTMLElement | null>): void {
  const [location] = useLocation();
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) isFirst.current = false;
    else main.current?.focus({ preventScroll: false });
  }, [location, main]);
}
