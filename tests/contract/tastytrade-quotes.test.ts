/** tastytrade's quotes and account stream, at the stand-in over real sockets. */
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  type AccountStream,
  openAccountStream,
} from '#adapters/tastytrade/streams/account-stream.ts';
import {
  createTastytradeQuotes,
  type TastytradeQuotes,
} from '#adapters/tastytrade/streams/quotes.ts';
import { createSocketFactory } from '#adapters/tastytrade/streams/socket.ts';
import { asClientOrderId } from '#kernel/ids.ts';
import { formatPrice, price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { createRandom } from '#kernel/random.ts';
import { type Clock, createSystemClock } from '#kernel/time.ts';
import type { Instrument } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';
import type { StandInOptions } from '../stand-ins/tastytrade/options.ts';
import { quoteSourceContract } from './quote-source.contract.ts';
import { openRig, type TastytradeRig } from './tastytrade-rig.ts';

const POLL_MS = 5;
const WITHIN_MS = 60_000;

/** Waits for what the other end does in its own time; fails after a minute. */
async function until(what: string, test: () => boolean): Promise<void> {
  const from = performance.now();
  while (!test()) {
    if (performance.now() - from > WITHIN_MS) throw new Error(`expected ${what} within a minute`);
    await wait(POLL_MS);
  }
}

/** So many times as fast as the machine's: back-off is tested in virtual time elsewhere. */
function createHurriedClock(factor: number): Clock {
  const clock = createSystemClock();
  return {
    now: () => clock.now(),
    mono: () => clock.mono() * factor,
    after: (delayMs, action) => clock.after(delayMs / factor, action),
  };
}

interface Bench extends TastytradeRig {
  readonly quotes: TastytradeQuotes;
  readonly share: Instrument;
  readonly other: Instrument;
  readonly heard: Quote[];
  /** Sets a quote of its own and waits for it to arrive. */
  readonly arrive: (instrument: Instrument) => Promise<Quote>;
}

async function openBench(options: StandInOptions = {}): Promise<Bench> {
  const dxlink = { aggregationPeriod: 0.01, ...options.dxlink };
  const rig = await openRig({ session: 'always-open', ...options, dxlink });
  const { standIn, client, instruments } = rig;
  const quotes = createTastytradeQuotes({
    clock: createHurriedClock(10),
    random: createRandom(3),
    openSocket: createSocketFactory('strikewire/0.0.0'),
    tokens: client,
    streamerSymbol: (symbol) => instruments.streamerSymbol(symbol),
  });
  const heard: Quote[] = [];
  quotes.onQuote((quote) => heard.push(quote));
  const share = await rig.find({ kind: 'equity', symbol: 'UBER' });
  const other = await rig.find({ kind: 'equity', symbol: 'AMD' });
  let cents = 0;
  return {
    ...rig,
    ...{ quotes, share, other, heard },
    async arrive(instrument) {
      cents += 1;
      const bid = price(`70.${String(10 + (cents % 80))}`);
      standIn.setQuote(instrument.symbol, { bid, ask: price('71'), bidSize: 7, askSize: cents });
      const isIt = () => quotes.latest(instrument.symbol)?.askSize === cents;
      await until(`quote ${cents} of ${instrument.symbol}`, isIt);
      const quote = quotes.latest(instrument.symbol);
      if (quote === null) throw new Error('expected a quote');
      return quote;
    },
    async close() {
      quotes.close();
      await rig.close();
    },
  };
}

async function use(options: StandInOptions, test: (bench: Bench) => Promise<void>): Promise<void> {
  const bench = await openBench(options);
  try {
    await test(bench);
  } finally {
    await bench.close();
  }
}

async function openSource(options: StandInOptions) {
  const bench = await openBench(options);
  const { quotes, standIn, share, other } = bench;
  const wanted = new Set<Instrument>();
  const told = () => new Set(standIn.dxlink.subscriptions());
  return {
    source: {
      ...quotes,
      latest: quotes.latest.bind(quotes),
      onQuote: quotes.onQuote.bind(quotes),
      subscribe(instrument: Instrument) {
        wanted.add(instrument);
        quotes.subscribe(instrument);
      },
      unsubscribe(symbol: Instrument['symbol']) {
        for (const one of wanted) if (one.symbol === symbol) wanted.delete(one);
        quotes.unsubscribe(symbol);
      },
    },
    instruments: [share, other] as const,
    async passTime() {
      const symbols = [...wanted].map(({ symbol }) => `Quote ${symbol}`);
      await until('the subscriptions', () => {
        const quoted = [...told()].filter((entry) => entry.startsWith('Quote '));
        return quoted.length === symbols.length && symbols.every((one) => told().has(one));
      });
      for (let round = 0; round < 3; round += 1) {
        for (const instrument of wanted) await bench.arrive(instrument);
      }
    },
    close: bench.close,
  };
}

quoteSourceContract('tastytrade at the stand-in', () =>
  openSource({ dxlink: { handshake: 'strict' } }),
);
quoteSourceContract('tastytrade, several pairs a frame and a late configuration', () =>
  openSource({ dxlink: { handshake: 'strict', pairsPerFrame: 'several', feedConfig: 'late' } }),
);

describe("tastytrade's quotes at the stand-in", () => {
  it('come for options, futures and their options, to the tick', () =>
    use({}, async ({ quotes, find, standIn, instruments }) => {
      const listing = await instruments.listing('UBER');
      if (!listing.ok) throw new Error('expected a listing');
      const { expiry, strikes } = listing.value.expiries.at(-1) ?? { expiry: null, strikes: [] };
      const [strike] = strikes;
      if (expiry === null || strike === undefined) throw new Error('expected a strike');
      const option = await find({ kind: 'option', underlying: 'UBER', right: 'P', strike, expiry });
      const future = await find({ kind: 'future', root: 'ES', contract: null });
      standIn.setQuote(option.symbol, { bid: '0.74', ask: '0.76' });
      standIn.setQuote(future.symbol, { bid: '6899.75', ask: '6900.25' });
      for (const instrument of [option, future]) quotes.subscribe(instrument);
      await until('both quotes', () =>
        [option, future].every(({ symbol }) => quotes.latest(symbol) !== null),
      );
      const sides = [option, future].map(({ symbol }) => quotes.latest(symbol)?.bid ?? 0n);
      expect(sides).toEqual([price('0.74'), price('6899.75')]);
    }));

  it('are marked as delayed in the sandbox, and not where they are not', async () => {
    await use({ environment: 'sandbox' }, async ({ quotes, standIn, share }) => {
      standIn.setQuote(share.symbol, { bid: '70', ask: '71', at: Date.now() - 1_000_000 });
      quotes.subscribe(share);
      await until('the token', () => quotes.health().isDelayed !== null);
      expect(quotes.health().isDelayed).toBe(true);
    });
    await use({}, async ({ quotes, share, arrive }) => {
      quotes.subscribe(share);
      expect((await arrive(share)).delayed).toBeUndefined();
    });
  });

  it('say when the underlying is halted', () =>
    use({}, async ({ quotes, standIn, share, arrive }) => {
      quotes.subscribe(share);
      await arrive(share);
      standIn.setQuote(share.symbol, { isHalted: true });
      await until('the halt', () => quotes.latest(share.symbol)?.halted === true);
      expect(quotes.latest(share.symbol)?.halted).toBe(true);
    }));

  it('of a size that is no number price nothing', () =>
    use({}, async ({ quotes, standIn, share }) => {
      standIn.dxlink.setNaN(1);
      standIn.setQuote(share.symbol, { bid: '70', ask: '71' });
      quotes.subscribe(share);
      await until('a quote', () => quotes.latest(share.symbol) !== null);
      expect(quotes.latest(share.symbol)).toMatchObject({ bidSize: 0, askSize: 0 });
    }));

  it.each([
    ['a restart of the service (1012)', (bench: Bench) => bench.standIn.dxlink.restart()],
    ['an error of the service (1011)', (bench: Bench) => bench.standIn.dxlink.close(1011)],
    ['a token that becomes void', (bench: Bench) => bench.standIn.dxlink.expireTokens()],
    ['a frame too big (1009)', (bench: Bench) => bench.standIn.dxlink.close(1009)],
  ])('go on after %s, with what was subscribed', (_, fault) =>
    use({ dxlink: { handshake: 'strict' } }, async (bench) => {
      const { quotes, share, other, arrive } = bench;
      for (const instrument of [share, other]) quotes.subscribe(instrument);
      await arrive(share);
      fault(bench);
      await until('another connection', () => quotes.health().connections === 2);
      await arrive(share);
      await arrive(other);
      expect(quotes.health()).toMatchObject({ state: 'up', silent: 0 });
    }),
  );

  it('come once the service takes connections again', () =>
    use({}, async ({ quotes, standIn, share, arrive }) => {
      quotes.subscribe(share);
      await arrive(share);
      standIn.dxlink.refuse(503);
      standIn.dxlink.close(1011);
      await until('a refused attempt', () => quotes.health().attempts >= 2);
      standIn.dxlink.refuse(null);
      await until('another connection', () => quotes.health().connections === 2);
      expect(formatPrice((await arrive(share)).ask)).toBe('71.00');
    }));

  it('are sent again, unchanged, when they are asked for again', () =>
    use({}, async ({ quotes, share, arrive, heard }) => {
      quotes.subscribe(share);
      const first = await arrive(share);
      heard.length = 0;
      await until('the same quote again', () => heard.length > 0);
      const again = heard[0] ?? first;
      expect(again.receivedAt).toBeGreaterThan(first.receivedAt);
      expect([again.bid, again.ask, again.eventAt]).toEqual([first.bid, first.ask, first.eventAt]);
    }));
});

interface StreamBench extends Bench {
  readonly stream: AccountStream;
  /** `id status` of each order told of, in order. */
  readonly told: string[];
  readonly connects: () => number;
}

async function listen(
  over: { readonly account?: string; readonly factor?: number },
  test: (bench: StreamBench) => Promise<void>,
): Promise<void> {
  await use({}, async (bench) => {
    const { standIn, client } = bench;
    const stream = openAccountStream({
      clock: createHurriedClock(over.factor ?? 10),
      random: createRandom(4),
      tokens: client.tokens,
      openSocket: createSocketFactory('strikewire/0.0.0'),
      url: standIn.streamerUrl,
      account: over.account ?? standIn.accounts[0] ?? '',
      source: 'strikewire',
    });
    const told: string[] = [];
    let connects = 0;
    stream.onOrder((raw) => {
      const { id, status } = raw as { id: number; status: string };
      told.push(`${id} ${status}`);
    });
    stream.onConnected(() => {
      connects += 1;
    });
    try {
      await test({ ...bench, stream, told, connects: () => connects });
    } finally {
      stream.close();
    }
  });
}

describe("tastytrade's account stream at the stand-in", () => {
  it('is connected again after its connection was lost, by a token that is good then', () =>
    listen({}, async ({ standIn, stream, connects }) => {
      await until('a connection', () => connects() === 1);
      standIn.access.expireAccessTokens();
      standIn.streamer.close(1006);
      await until('another connection', () => connects() === 2);
      expect(stream.health().state).toBe('up');
    }));

  it('is not connected to an account of others, and asks for it without a storm', () =>
    listen({ account: '5WT99999' }, async ({ stream }) => {
      await until('a refusal', () => stream.health().lastEnd !== null);
      expect(stream.health()).toMatchObject({ connections: 0 });
    }));

  it('is left when it falls silent, and connected again', () =>
    listen({ factor: 50 }, async ({ standIn, stream, connects }) => {
      await until('a connection', () => connects() === 1);
      standIn.streamer.freeze('everything');
      await until('the watchdog', () => stream.health().lastEnd !== null);
      expect(stream.health().lastEnd).toMatch(/^silent for|^heartbeats go unanswered/);
      standIn.streamer.thaw();
      await until('another connection', () => connects() === 2);
    }));

  it.each(['duplicate', 'reorder', 'late'] as const)(
    'tells each order once and never an older one after a newer (frames: %s)',
    (kind) =>
      listen({}, async ({ standIn, broker, share, told, connects, settle }) => {
        await until('a connection', () => connects() === 1);
        standIn.setQuote(share.symbol, { bid: '70', ask: '71' });
        standIn.streamer.disturb({ kind, type: 'Order', probability: 0.7, ms: 20 });
        const outcome = await broker.place({
          clientOrderId: asClientOrderId(`stream.${kind}`),
          instrument: share,
          ...{ side: 'buy', effect: 'open', timeInForce: 'day', quantity: quantity(1) },
          terms: { kind: 'limit', limit: price('71') },
        });
        expect(outcome.kind).toBe('acked');
        await until('the fill', () => told.some((line) => line.endsWith(' Filled')));
        await settle();
        expect(told.at(-1)).toMatch(/ Filled$/);
        expect(new Set(told).size).toBe(told.length);
      }),
  );
});
