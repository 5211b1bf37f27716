/** Every route of the running desk, bound to its parts. */
import { randomInt } from 'node:crypto';
import type { HttpDesk } from '#adapters/http/desk.ts';
import { WIDE_PARSE_POLICY } from '#alerts/parser/settings.ts';
import { newYorkDate } from '#market/session.ts';
import { check } from '#operate/api/bind.ts';
import { ROUTES } from '#operate/api/table.ts';
import type {
  BoundRoute,
  JobsControl,
  KeyStore,
  Logins,
  OperatorStore,
  PartsControl,
} from '#operate/ports.ts';
import type { Config } from '../config.ts';
import type { DeskApp } from '../desk-app.ts';
import { exampleAlert } from '../example-alert.ts';
import type { DeskHistory } from '../history/desk-history.ts';
import type { RecordReader } from '../record/reader.ts';
import { accessRoutes } from './access-routes.ts';
import { accountRoutes } from './account-routes.ts';
import { alarmRoutes } from './alarm-routes.ts';
import { actRoutes } from './desk-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { operationsRoutes } from './operations-routes.ts';
import { orderRoutes } from './order-routes.ts';
import { recordRoutes } from './record-routes.ts';
import { createRequestLedger } from './request-ledger.ts';
import { riskRoutes } from './risk-routes.ts';

export interface ApiRequest {
  readonly app: DeskApp;
  readonly config: Config;
  readonly keys: KeyStore;
  readonly operators: OperatorStore;
  readonly logins: Logins;
  readonly record: RecordReader;
  /** `null`: no SQL is kept. */
  readonly history: DeskHistory | null;
  readonly parts: PartsControl;
  /** `null`: this desk runs no jobs. */
  readonly jobs: () => JobsControl | null;
  readonly sessionsOf: (caller: string) => number;
}

export function deskApi(
  request: ApiRequest,
): Pick<HttpDesk, 'endpoints' | 'routes' | 'check' | 'ledger' | 'logins'> {
  const { app, logins } = request;
  return {
    endpoints: ROUTES,
    routes: routesOf(request),
    check,
    ledger: createRequestLedger(app.desk, app.requests, app.clock),
    logins,
  };
}

function routesOf(request: ApiRequest): readonly BoundRoute[] {
  const { app, config, keys, operators, record, history, parts, jobs, sessionsOf } = request;
  const { desk, surroundings, clock, view, journal, audit, haltFile } = app;
  const { environment, risk } = config;
  const { instruments, account } = surroundings;
  return [
    ...actRoutes({
      ...{ ...app, environment },
      example: () => exampleAlert({ ...surroundings, now: () => clock.now() }),
    }),
    ...orderRoutes({
      ...{ ...app, callers: app.apiCallers, environment, newCode },
      confirmOrders: config.chat.confirmOrders,
    }),
    ...accountRoutes({
      ...{ desk, view, account, instruments, clock },
      read: (text, platform) =>
        app.read(text, newYorkDate(desk.now()), WIDE_PARSE_POLICY, platform),
    }),
    ...recordRoutes({
      ...{ desk, audit, journal, record },
      searchSql: async (query) => history?.search(query) ?? null,
    }),
    ...historyRoutes(desk, history),
    ...riskRoutes({ desk, view, risk, haltFile }),
    ...operationsRoutes({ ...app, config, parts, jobs, readiness: () => app.readiness() }),
    ...alarmRoutes(app.alarms),
    ...accessRoutes({
      ...{ desk, keys, operators, allowList: app.allowList, sessionsOf },
      givenKey: config.secrets.adminKey?.reveal().split('_')[1] ?? null,
    }),
  ];
}

/** Six digits, for whoever asked within the minute. */
function newCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}
