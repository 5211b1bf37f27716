/** Which page stands where. Now is in the first bundle; the others are fetched when they are opened. */
import { Component, lazy, type ReactNode, Suspense } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { plainly } from '../api/problem.ts';
import { NowPage } from '../now/now-page.tsx';

const AlertsPage = lazy(async () => ({
  default: (await import('../alerts/alerts-page.tsx')).AlertsPage,
}));
const TradesPage = lazy(async () => ({
  default: (await import('../trade/trades-page.tsx')).TradesPage,
}));
const TradePage = lazy(async () => ({
  default: (await import('../trade/trade-page.tsx')).TradePage,
}));
const PositionsPage = lazy(async () => ({
  default: (await import('../book/positions-page.tsx')).PositionsPage,
}));
const RiskPage = lazy(async () => ({ default: (await import('../risk/risk-page.tsx')).RiskPage }));
const AuditPage = lazy(async () => ({
  default: (await import('../audit/audit-page.tsx')).AuditPage,
}));
const AuthorsPage = lazy(async () => ({
  default: (await import('../authors/authors-page.tsx')).AuthorsPage,
}));
const ArmingPage = lazy(async () => ({
  default: (await import('../arming/arming-page.tsx')).ArmingPage,
}));
const OperationsPage = lazy(async () => ({
  default: (await import('../operations/operations-page.tsx')).OperationsPage,
}));
const SettingsPage = lazy(async () => ({
  default: (await import('../settings/settings-page.tsx')).SettingsPage,
}));

export function Pages() {
  const [location] = useLocation();
  return (
    <Guard key={location}>
      <Suspense fallback={<p className="empty">One moment…</p>}>
        <Switch>
          <Route path="/" component={NowPage} />
          <Route path="/alerts/:key?">
            {({ key }) => (
              <AlertsPage chosen={key === undefined ? null : decodeURIComponent(key)} />
            )}
          </Route>
          <Route path="/trades" component={TradesPage} />
          <Route path="/trades/:id">{({ id }) => <TradePage id={id} />}</Route>
          <Route path="/positions" component={PositionsPage} />
          <Route path="/risk" component={RiskPage} />
          <Route path="/audit" component={AuditPage} />
          <Route path="/authors" component={AuthorsPage} />
          <Route path="/arming" component={ArmingPage} />
          <Route path="/operations" component={OperationsPage} />
          <Route path="/settings" component={SettingsPage} />
          <Route>
            <p className="empty">
              There is no such page. <Link href="/">Now</Link> shows the desk.
            </p>
          </Route>
        </Switch>
      </Suspense>
    </Guard>
  );
}

interface Failed {
  readonly error: unknown;
}

/** A page that fails leaves the rest of the desk, and its kill switch, in reach. */
class Guard extends Component<{ readonly children: ReactNode }, Failed> {
  override state: Failed = { error: null };

  static getDerivedStateFromError(error: unknown): Failed {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <div className="note bad" role="alert">
        This page failed: {plainly(error)} The desk itself goes on.{' '}
        <a href="/" onClick={() => location.reload()}>
          Load it again
        </a>
      </div>
    );
  }
}
