/** Always in sight: where orders go, whether what is shown is live, the day, the kill switch. */
import { Link } from 'wouter';
import { useIsLive, useLive } from '../api/live-store.ts';
import { useDeskNow } from '../parts/clock.ts';
import { day, dollars, time } from '../parts/format.ts';
import { Result } from '../parts/result.tsx';
import { KillNotice, KillSwitch } from './kill-switch.tsx';

const LINKS = { connecting: 'connecting', live: 'live', gone: 'no answer' } as const;

export function TopBar() {
  return (
    <header className="top">
      <div className="top-bar">
        <Link href="/" className="brand" aria-label="Strikewire, now">
          <img src="/icon.svg" alt="" />
          <span>Strikewire</span>
        </Link>
        <Environment />
        <LinkState />
        <span className="grow" />
        <DayResult />
        <Clock />
        <KillSwitch />
      </div>
      <GoneNotice />
      <KillNotice />
    </header>
  );
}

function Environment() {
  const environment = useLive(({ desk }) => desk?.environment ?? null);
  if (environment === null) return <span className="environment">…</span>;
  const look = environment.startsWith('LIVE')
    ? 'live'
    : /^(?:SANDBOX|REHEARSAL)/.test(environment)
      ? 'sandbox'
      : '';
  return (
    <span
      className={`environment ${look}`}
      title="Where this desk's orders go"
      data-testid="environment"
    >
      {environment}
    </span>
  );
}

function LinkState() {
  const link = useLive((live) => live.link);
  return (
    <span className={`link ${link}`} data-testid="link" title={`The desk: ${LINKS[link]}`}>
      <span>{LINKS[link]}</span>
    </span>
  );
}

function DayResult() {
  const account = useLive(({ desk }) => desk?.account ?? null);
  if (account === null) return null;
  return (
    <>
      <span className="top-figure optional">
        <span className="priced">{dollars(account.availableBuyingPower)}</span>
        <small>buying power</small>
      </span>
      <span className="top-figure">
        <Result amount={account.dayResult} />
        <small>day</small>
      </span>
    </>
  );
}

function Clock() {
  const now = useDeskNow();
  const isLive = useIsLive();
  return (
    <span className="top-figure" data-testid="clock">
      <span>{isLive ? time(now) : '--:--:--'}</span>
      <small>{isLive ? `${day(now)}, NY` : 'New York'}</small>
    </span>
  );
}

/** Said at once, and until the desk is heard again. */
function GoneNotice() {
  const link = useLive((live) => live.link);
  const heardAt = useLive((live) =>
    live.heardAt === 0 ? null : live.heardAt + live.clockOffsetMs,
  );
  return (
    <div role="alert">
      {link === 'gone' && (
        <div className="notice bad" data-testid="gone">
          <span>
            The desk does not answer.{' '}
            {heardAt === null
              ? 'Nothing is shown until it does.'
              : `Everything here is as of ${time(heardAt)}, New York; prices are old.`}{' '}
            Trying again. If orders must stop now: <code>strikewire cancel-all</code> works without
            it.
          </span>
        </div>
      )}
    </div>
  );
}
