/**
 * The calls of one account: what it may do, what it holds, and its orders.
 *
 * Lists of orders are always asked for with a start date and a page size: what the venue assumes
 * without them depends on the version it serves.
 */
import type { IsoDate } from '#kernel/calendar.ts';
import type { OrderId } from '#kernel/ids.ts';
import { ok, type Result } from '#kernel/result.ts';
import { type EpochMs, formatInstant, plus } from '#kernel/time.ts';
import type { Balances, MayLeave, Position, QueryFault } from '#orders/ports.ts';
import { allOf, decoded, faultOf, itemsOf } from './answers.ts';
import type { Verdict } from './http/judge.ts';
import { readAll } from './http/paging.ts';
import type { Mutation, Question, Rest } from './http/rest.ts';
import {
  decodeBalances,
  decodePosition,
  decodeTradingStatus,
  decodeTransaction,
  type TradingStatus,
  type Transaction,
} from './wire/account.ts';

type Rows = Promise<Result<readonly unknown[], QueryFault>>;
type OrderBody = Readonly<Record<string, unknown>>;
type Recheck = NonNullable<Mutation['recheck']>;

export interface AccountClient {
  readonly number: string;
  tradingStatus(): Promise<Result<TradingStatus, QueryFault>>;
  balances(): Promise<Result<Balances, QueryFault>>;
  /** Those of the kinds this program trades. */
  positions(): Promise<Result<readonly Position[], QueryFault>>;
  transactions(from: IsoDate, to: IsoDate): Promise<Result<readonly Transaction[], QueryFault>>;
  /** As it came; `null` when there is none. */
  order(id: OrderId): Promise<Result<unknown, QueryFault>>;
  /** Every order received since the day before, in any status; one may come twice. */
  orders(since: EpochMs): Rows;
  /** Every order received or changed today, in any status; one may come twice. */
  liveOrders(): Rows;
  /** Every order that can still fill, however old. */
  workingOrders(): Rows;
  place(body: OrderBody, recheck: Recheck, mayLeave?: MayLeave): Promise<Verdict>;
  /** What placing it would bring, without an order. */
  dryRun(body: OrderBody): Promise<Verdict>;
  /** Price and execution only (PATCH); makes a new order. */
  edit(id: OrderId, body: OrderBody, recheck: Recheck, mayLeave?: MayLeave): Promise<Verdict>;
  /** The same by PUT. */
  replace(id: OrderId, body: OrderBody, recheck: Recheck): Promise<Verdict>;
  editDryRun(id: OrderId, body: OrderBody): Promise<Verdict>;
  cancel(id: OrderId): Promise<Verdict>;
}

/** The venue's days and ours may be apart by one, whichever zone its dates are in. */
const DAY_MS = 86_400_000;

const LONG_AGO = '2020-01-01';
const OPEN_STATUSES = [
  'Received',
  'Contingent',
  'Routed',
  'In Flight',
  'Live',
  'Cancel Requested',
  'Replace Requested',
] as const;

export function createAccountClient(options: {
  readonly rest: Rest;
  readonly number: string;
  readonly pageSize: number;
}): AccountClient {
  const { rest, number, pageSize } = options;
  const account = `/accounts/${encodeURIComponent(number)}`;
  return {
    number,
    ...figureCalls(rest, account, pageSize),
    ...orderCalls(rest, account, pageSize),
  };
}

type Figures = 'tradingStatus' | 'balances' | 'positions' | 'transactions';

function figureCalls(rest: Rest, account: string, pageSize: number): Pick<AccountClient, Figures> {
  return {
    async tradingStatus() {
      const answer = await rest.ask({ name: 'trading status', path: `${account}/trading-status` });
      if (!answer.ok) return faultOf(answer.error);
      return decoded(answer.value.data, decodeTradingStatus, 'trading status');
    },
    async balances() {
      const answer = await rest.ask({ name: 'balances', path: `${account}/balances` });
      if (!answer.ok) return faultOf(answer.error);
      return decoded(answer.value.data, decodeBalances, 'balances');
    },
    async positions() {
      const answer = await rest.ask({ name: 'positions', path: `${account}/positions` });
      if (!answer.ok) return faultOf(answer.error);
      const positions = itemsOf(answer.value.data, decodePosition, 'positions');
      return positions.ok ? ok(positions.value.filter((one) => one !== null)) : positions;
    },
    async transactions(from, to) {
      const params = [
        ['start-date', from],
        ['end-date', to],
      ] as const;
      const question = { name: 'transactions', path: `${account}/transactions`, params };
      const rows = await readAll(rest, question, pageSize);
      return rows.ok ? allOf(rows.value, decodeTransaction, question.name) : faultOf(rows.error);
    },
  };
}

function orderCalls(
  rest: Rest,
  account: string,
  pageSize: number,
): Omit<AccountClient, Figures | 'number'> {
  const path = `${account}/orders`;
  const of = (id: OrderId): string => `${path}/${encodeURIComponent(id)}`;
  const list = async (question: Question): Rows => {
    const rows = await readAll(rest, question, pageSize);
    return rows.ok ? rows : faultOf(rows.error);
  };
  const workingOrders = (): Rows => {
    const statuses = OPEN_STATUSES.map((status) => ['status[]', status] as const);
    const params = [['start-date', LONG_AGO], ...statuses] as const;
    return list({ name: 'working orders', path, params });
  };
  return {
    async order(id) {
      const answer = await rest.ask({ name: 'order', path: of(id) });
      if (answer.ok) return ok(answer.value.data);
      return answer.error.kind === 'not_found' ? ok(null) : faultOf(answer.error);
    },
    orders: (since) => list({ name: 'orders', path, params: [['start-date', startDate(since)]] }),
    async liveOrders() {
      const rows = await readAll(rest, { name: 'live orders', path: `${path}/live` }, pageSize);
      if (rows.ok) return rows;
      // The venue has announced its end: what still works is then found by its status.
      return rows.error.kind === 'not_found' ? workingOrders() : faultOf(rows.error);
    },
    workingOrders,
    place: (body, recheck, mayLeave) =>
      rest.send({ name: 'place', method: 'POST', path, body, recheck, mayLeave }),
    dryRun: (body) => rest.send({ name: 'dry run', method: 'POST', path: `${path}/dry-run`, body }),
    edit: (id, body, recheck, mayLeave) =>
      rest.send({ name: 'edit', method: 'PATCH', path: of(id), body, recheck, mayLeave }),
    replace: (id, body, recheck) =>
      rest.send({ name: 'replace', method: 'PUT', path: of(id), body, recheck }),
    editDryRun: (id, body) =>
      rest.send({ name: 'edit dry run', method: 'POST', path: `${of(id)}/dry-run`, body }),
    // Asking twice for a cancellation is asking once: nothing has to be looked up between.
    cancel: (id) => rest.send({ name: 'cancel', method: 'DELETE', path: of(id), body: null }),
  };
}

function startDate(since: EpochMs): string {
  return formatInstant(plus(since, -DAY_MS)).slice(0, 10);
}
