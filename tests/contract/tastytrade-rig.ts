/** The tastytrade adapters at the stand-in, as the desk's composition opens them. */
import { setTimeout as wait } from 'node:timers/promises';
import { bindTastytrade } from '#adapters/tastytrade/binding.ts';
import { createTastytradeBroker } from '#adapters/tastytrade/broker.ts';
import { createTastytradeClient, type TastytradeClient } from '#adapters/tastytrade/client.ts';
import { createVenueFetch } from '#adapters/tastytrade/http/venue-fetch.ts';
import {
  createTastytradeInstruments,
  type TastytradeInstruments,
} from '#adapters/tastytrade/instruments.ts';
import { TastytradeSettingsSchema } from '#adapters/tastytrade/settings.ts';
import { openAccountStream } from '#adapters/tastytrade/streams/account-stream.ts';
import { createSocketFactory } from '#adapters/tastytrade/streams/socket.ts';
import type { InstrumentQuery } from '#feeds/ports.ts';
import { createRandom } from '#kernel/random.ts';
import { Secret } from '#kernel/secret.ts';
import type { Instrument } from '#market/instrument.ts';
import type { Broker } from '#orders/ports.ts';
import type { StandInOptions } from '../stand-ins/tastytrade/options.ts';
import { openTastytradeStandIn, type TastytradeStandIn } from '../stand-ins/tastytrade/stand-in.ts';
import { createHeldClock } from './held-clock.ts';

export interface TastytradeRig {
  readonly standIn: TastytradeStandIn;
  readonly client: TastytradeClient;
  readonly broker: Broker;
  readonly instruments: TastytradeInstruments;
  /** Looked up, or the test fails. */
  readonly find: (query: InstrumentQuery) => Promise<Instrument>;
  /** Until everything under way at the stand-in and on its stream has come to its end. */
  readonly settle: () => Promise<void>;
  /** Orders that are not answered yet are given up; their time is over in no other way. */
  readonly giveUp: () => void;
  readonly close: () => Promise<void>;
}

const UNDER_WAY = [
  'Received',
  'Contingent',
  'Routed',
  'In Flight',
  'Cancel Requested',
  'Replace Requested',
];
/** Never too short on a busy machine; only `giveUp` ends the time of an order. */
const ORDER_WITHIN_MS = 15_000;
const QUERY_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 2;
const LOOKS_MAX = 15_000;
/** Looks in a row that find nothing new: what was told by then has arrived. */
const CALM_LOOKS = 5;

/** Lists come in small pages, so that every test reads several of them. */
export async function openRig(options: StandInOptions = {}, pageSize = 3): Promise<TastytradeRig> {
  const standIn = await openTastytradeStandIn(options);
  const { clock, letGo } = createHeldClock(ORDER_WITHIN_MS);
  const { apiUrl, streamerUrl, credentials, accounts } = standIn;
  const bound = bindTastytrade({
    ...{ environment: 'rehearsal', apiUrl, streamerUrl },
    clientSecret: new Secret(credentials.clientSecret),
    refreshToken: new Secret(credentials.refreshToken),
  });
  if (!bound.ok) throw new Error(`expected a binding, was ${JSON.stringify(bound.error)}`);
  const binding = bound.value;
  const settings = TastytradeSettingsSchema.parse({
    pageSize,
    queryWithinMs: QUERY_WITHIN_MS,
    orderWithinMs: ORDER_WITHIN_MS,
  });
  const http = createVenueFetch({ connectWithinMs: QUERY_WITHIN_MS, connectionsMax: 4 });
  const tokens = { good: binding.credentials.refreshToken, candidate: null };
  const client = createTastytradeClient({
    ...{ binding, settings, clock, version: '0.0.0', fetch: http.fetch },
    store: { tokens, save: () => null },
    random: createRandom(1),
  });
  const number = accounts[0] ?? '';
  const feed = openAccountStream({
    ...{ clock, url: binding.streamerUrl, account: number, tokens: client.tokens },
    random: createRandom(2),
    openSocket: createSocketFactory('strikewire/0.0.0'),
    source: 'strikewire',
  });
  const connected = Promise.withResolvers<void>();
  feed.onConnected(() => connected.resolve());
  await connected.promise;
  const instruments = createTastytradeInstruments({ client, clock, chainsMax: 10 });
  return {
    ...{ standIn, client, instruments },
    broker: createTastytradeBroker({ account: client.account(number), feed, clock }),
    async find(query) {
      const found = await instruments.find(query);
      if (!found.ok) throw new Error(`expected it listed, was ${JSON.stringify(found.error)}`);
      return found.value;
    },
    settle: () => settle(standIn),
    giveUp: letGo,
    async close() {
      feed.close();
      client.close();
      await http.close();
      await standIn.close();
    },
  };
}

/** Waits on the stand-in's own books, not on time. */
async function settle({ ledger }: TastytradeStandIn): Promise<void> {
  let changes = -1;
  let calm = 0;
  for (let looks = 0; looks < LOOKS_MAX && calm < CALM_LOOKS; looks += 1) {
    const isBusy = ledger.orders().some(({ status }) => UNDER_WAY.includes(status));
    const now = ledger.changes().length;
    calm = isBusy || now !== changes ? 0 : calm + 1;
    changes = now;
    await wait(LOOK_EVERY_MS);
  }
}
