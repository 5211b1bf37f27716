/** A stand-in under a clock that moves when told, and a plain client for it. */
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock, type VirtualClock } from '#kernel/virtual-clock.ts';
import { recordOf } from '../../stand-ins/support/json.ts';
import type { StandInOptions } from '../../stand-ins/tastytrade/options.ts';
import {
  openTastytradeStandIn,
  type TastytradeStandIn,
} from '../../stand-ins/tastytrade/stand-in.ts';

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
}

export interface Bench {
  readonly standIn: TastytradeStandIn;
  readonly clock: VirtualClock;
  readonly token: string;
  readonly send: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Headers,
  ) => Promise<Reply>;
  readonly get: (path: string, headers?: Headers) => Promise<Reply>;
  /** Places, and lets it come to its rest; the id of the order. */
  readonly place: (over?: Readonly<Record<string, unknown>>) => Promise<number>;
  /** An order as REST shows it. */
  readonly order: (id: number) => Promise<Readonly<Record<string, unknown>>>;
  /** Lets everything under way at the stand-in come to its end. */
  readonly settle: () => void;
  readonly close: () => Promise<void>;
}

type Headers = Readonly<Record<string, string>>;

/** A Tuesday, 10:00 in New York. */
const TUESDAY = epochMs(Date.UTC(2026, 2, 3, 15, 0, 0));
export const PUT = 'UBER  260320P00078000';
export const PUT_STREAMER = '.UBER260320P78';
export const ORDERS = '/accounts/5WT00001/orders';
export const AGENT = 'bench/1.0';
const SETTLE_MS = 20;

async function openBench(options: StandInOptions = {}, start = TUESDAY): Promise<Bench> {
  const clock = createVirtualClock(start);
  const standIn = await openTastytradeStandIn({ clock, ...options });
  standIn.setQuote(PUT, { bid: '0.70', ask: '0.80', bidSize: 50, askSize: 50 });
  const token = await login(standIn);

  async function send(
    method: string,
    path: string,
    body?: unknown,
    headers: Headers = {},
  ): Promise<Reply> {
    const response = await fetch(standIn.apiUrl + path, {
      method,
      headers: {
        'user-agent': AGENT,
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return replyOf(response);
  }

  const get = (path: string, headers?: Headers): Promise<Reply> =>
    send('GET', path, undefined, headers);

  return {
    standIn,
    clock,
    token,
    send,
    get,
    async place(over) {
      const reply = await send('POST', ORDERS, ticket(over));
      if (reply.status !== 201) throw new Error(`expected an order, was ${reply.text}`);
      clock.advance(SETTLE_MS);
      return Number(at(reply.body, 'data', 'order', 'id'));
    },
    order: async (id) => recordOf(at((await get(`${ORDERS}/${id}`)).body, 'data')),
    settle: () => clock.advance(SETTLE_MS),
    close: () => standIn.close(),
  };
}

/** Opens, runs and closes, whatever happens. */
export async function withBench(
  options: StandInOptions,
  test: (bench: Bench) => Promise<void>,
  start = TUESDAY,
): Promise<void> {
  const bench = await openBench(options, start);
  try {
    await test(bench);
  } finally {
    await bench.close();
  }
}

async function login({ apiUrl, credentials }: TastytradeStandIn): Promise<string> {
  const response = await fetch(`${apiUrl}/oauth/token`, {
    method: 'POST',
    headers: { 'user-agent': AGENT, 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'refresh_token',
      refresh_token: credentials.refreshToken,
      client_secret: credentials.clientSecret,
    }),
  });
  return String(at((await replyOf(response)).body, 'access_token'));
}

/** A buy of two puts inside the spread. */
export function ticket(over: Readonly<Record<string, unknown>> = {}) {
  const { quantity = 2, action = 'Buy to Open', symbol = PUT, ...rest } = over;
  const type = over['instrument-type'] ?? 'Equity Option';
  const isSale = String(action).startsWith('Sell');
  const whole: Readonly<Record<string, unknown>> = {
    'time-in-force': 'Day',
    'order-type': 'Limit',
    price: '0.72',
    'price-effect': isSale ? 'Credit' : 'Debit',
    legs: [{ 'instrument-type': type, symbol, quantity, action }],
    ...rest,
    'instrument-type': undefined,
  };
  return whole;
}

/** The value at a path of keys and places of an answer. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const step of path) {
    found = Array.isArray(found) ? found[Number(step)] : recordOf(found)[String(step)];
  }
  return found;
}

export function itemsOf(reply: Reply): readonly unknown[] {
  const items = at(reply.body, 'data', 'items');
  if (!Array.isArray(items)) throw new Error(`expected a list, was ${reply.text.slice(0, 200)}`);
  return items;
}

async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, text, body: isJson && text !== '' ? parse(text) : null };
}

function parse(text: string): unknown {
  return JSON.parse(text);
}
