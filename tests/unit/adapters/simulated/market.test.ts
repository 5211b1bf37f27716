import { describe, expect, it } from 'vitest';
import { createSimulatedMarket, type SimulatedMarket } from '#adapters/simulated/market.ts';
import { FUTURES, UNDERLYINGS } from '#adapters/simulated/universe.ts';
import type { InstrumentQuery } from '#feeds/ports.ts';
import { date } from '#kernel/calendar.ts';
import { formatPrice, price } from '#kernel/price.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import { createVirtualClock, type VirtualClock } from '#kernel/virtual-clock.ts';
import type { Instrument } from '#market/instrument.ts';
import { mid, type Quote, quoteDefect } from '#market/quote.ts';
import { newYorkInstant } from '#market/session.ts';
import { isOnGrid, next } from '#market/tick-grid.ts';
import { MORNING, UBER_PUT } from './bench.ts';

interface Stage {
  readonly clock: VirtualClock;
  readonly market: SimulatedMarket;
  readonly heard: Quote[];
}

function open(at: EpochMs = MORNING, seed: number | string = 1): Stage {
  const clock = createVirtualClock(at);
  const market = createSimulatedMarket({ clock, seed });
  const heard: Quote[] = [];
  market.onQuote((quote) => heard.push(quote));
  return { clock, market, heard };
}

async function find({ market }: Stage, query: InstrumentQuery): Promise<Instrument> {
  const found = await market.find(query);
  if (!found.ok) throw new Error(`was ${found.error.kind}`);
  return found.value;
}

const SPY: InstrumentQuery = { kind: 'equity', symbol: 'SPY' };
const ES: InstrumentQuery = { kind: 'future', root: 'ES', contract: null };

describe('quotes of the simulated market', () => {
  it('come several times a second for a fund, and within seconds for every option', async () => {
    const stage = open();
    stage.market.subscribe(await find(stage, SPY));
    stage.clock.advance(60_000);
    expect(stage.heard.length).toBeGreaterThan(150);
    stage.market.unsubscribe((await find(stage, SPY)).symbol);
    stage.heard.length = 0;
    stage.market.subscribe(await find(stage, UBER_PUT));
    stage.clock.advance(60_000);
    const gaps = stage.heard.slice(1).map((quote, place) => {
      return quote.eventAt - (stage.heard[place]?.eventAt ?? 0);
    });
    expect(Math.max(...gaps)).toBeLessThan(3000);
  });

  it('are the same for the same seed at the same time, whenever the market was opened', async () => {
    const early = open();
    const put = await find(early, UBER_PUT);
    early.market.subscribe(put);
    early.clock.advance(600_000);
    const late = open(plus(MORNING, 590_000));
    late.market.subscribe(put);
    late.clock.advance(10_000);
    expect(late.heard.length).toBeGreaterThan(3);
    expect(early.heard.slice(-late.heard.length)).toEqual(late.heard);
  });

  it('differ with the seed', async () => {
    const [one, two] = [open(MORNING, 1), open(MORNING, 2)];
    const spy = await find(one, SPY);
    expect(one.market.quoteNow(spy)).not.toEqual(two.market.quoteNow(spy));
  });

  it('price the canonical example as the example says, whatever the seed', async () => {
    for (const seed of [1, 2, 3, 'demo', 42]) {
      const stage = open(MORNING, seed);
      const quote = stage.market.quoteNow(await find(stage, UBER_PUT));
      const middle = quote === null ? 0 : Number(mid(quote)) / 1e9;
      expect(middle).toBeGreaterThan(0.6);
      expect(middle).toBeLessThan(0.9);
    }
  });

  it('are sound and on the grid for every underlying and future', async () => {
    const stage = open(newYorkInstant(date('2026-11-20'), '11:00'));
    const queries: InstrumentQuery[] = [
      ...[...UNDERLYINGS.keys()].map((symbol) => ({ kind: 'equity', symbol }) as const),
      ...[...FUTURES.keys()].map((root) => ({ kind: 'future', root, contract: null }) as const),
    ];
    for (const query of queries) {
      const instrument = await find(stage, query);
      const quote = stage.market.quoteNow(instrument);
      expect([instrument.symbol, quote && quoteDefect(quote)]).toEqual([instrument.symbol, null]);
    }
  });

  it('are on the grid, a tick or more apart, for every option of an underlying', async () => {
    for (const underlying of ['UBER', 'SPY', 'SPX', 'F']) {
      const stage = open(newYorkInstant(date('2026-11-20'), '11:00'));
      const listing = await stage.market.listing(underlying);
      if (!listing.ok) throw new Error('expected a listing');
      const wrong: string[] = [];
      const contracts = listing.value.expiries
        .slice(0, 12)
        .flatMap(({ expiry, strikes }) => strikes.map((strike) => ({ expiry, strike })))
        .filter((_, place) => place % 7 === 0);
      for (const contract of contracts) {
        const query = { kind: 'option', underlying, right: 'P', ...contract } as const;
        const instrument = await find(stage, query);
        const quote = stage.market.quoteNow(instrument);
        if (quote === null || !isSound(instrument, quote)) wrong.push(instrument.symbol);
      }
      expect(wrong).toEqual([]);
    }
  });

  it('bid nothing for what is worth nothing', async () => {
    const stage = open(newYorkInstant(date('2026-11-20'), '15:00'));
    const quote = stage.market.quoteNow(
      await find(stage, {
        kind: 'option',
        underlying: 'UBER',
        right: 'C',
        strike: price('100'),
        expiry: date('2026-11-20'),
      }),
    );
    expect(quote && [formatPrice(quote.bid), quote.bidSize, formatPrice(quote.ask)]).toEqual([
      '0.00',
      0,
      '0.01',
    ]);
  });
});

function isSound({ grid }: Instrument, { bid, ask, bidSize, askSize }: Quote): boolean {
  const onGrid = isOnGrid(grid, bid) && isOnGrid(grid, ask);
  return (
    onGrid && ask >= next(grid, bid) && askSize > 0 && (bid === 0n ? bidSize === 0 : bidSize > 0)
  );
}

describe('hours of the simulated market', () => {
  it('have no quotes outside the session, and go on with the next', async () => {
    const stage = open(newYorkInstant(date('2025-12-02'), '15:59'));
    const put = await find(stage, UBER_PUT);
    stage.market.subscribe(put);
    stage.clock.advance(60_000);
    const atClose = stage.heard.length;
    stage.clock.advance(16 * 3_600_000);
    expect(stage.heard).toHaveLength(atClose);
    stage.clock.advance(2 * 3_600_000);
    expect(stage.heard.length).toBeGreaterThan(atClose + 100);
    expect(stage.heard[atClose]?.eventAt).toBeGreaterThanOrEqual(
      newYorkInstant(date('2025-12-03'), '09:30'),
    );
  });

  it('leave the last quote standing, stamped with when it was made', async () => {
    const stage = open(newYorkInstant(date('2025-12-06'), '12:00'));
    const put = await find(stage, NEXT_WEEK);
    stage.market.subscribe(put);
    const quote = stage.market.latest(put.symbol);
    const close = newYorkInstant(date('2025-12-05'), '16:00');
    expect(quote?.eventAt).toBeLessThan(close);
    expect(quote?.eventAt).toBeGreaterThan(close - 10_000);
  });

  it('let options on SPY trade a quarter of an hour longer, and futures through the night', async () => {
    const late = open(newYorkInstant(date('2025-12-02'), '16:05'));
    const option = { kind: 'option', underlying: 'SPY', right: 'C', strike: price('682') } as const;
    late.market.subscribe(await find(late, { ...option, expiry: date('2025-12-05') }));
    late.clock.advance(5000);
    expect(late.heard.length).toBeGreaterThan(0);
    const night = open(newYorkInstant(date('2025-12-02'), '23:00'));
    night.market.subscribe(await find(night, ES));
    night.clock.advance(5000);
    expect(night.heard.length).toBeGreaterThan(5);
  });
});

const NEXT_WEEK: InstrumentQuery = {
  kind: 'option',
  underlying: 'UBER',
  right: 'P',
  strike: price('78'),
  expiry: date('2025-12-12'),
};

describe('quotes put in place of the market’s', () => {
  it('are sent at once, stand, and are sent again every second', async () => {
    const stage = open();
    const put = await find(stage, UBER_PUT);
    stage.market.subscribe(put);
    stage.market.pin(put.symbol, { bid: price('0.70'), ask: price('0.80'), askSize: 3 });
    expect(stage.heard.at(-1)).toMatchObject({ bid: price('0.70'), bidSize: 10, askSize: 3 });
    stage.heard.length = 0;
    stage.clock.advance(10_000);
    expect(stage.heard).toHaveLength(10);
    expect(stage.heard.at(-1)).toMatchObject({ ask: price('0.80'), eventAt: stage.clock.now() });
  });

  it('wait for a subscription made later', async () => {
    const stage = open();
    const put = await find(stage, UBER_PUT);
    stage.market.pin(put.symbol, { bid: price('0.70'), ask: price('0.80') });
    stage.market.subscribe(put);
    expect(stage.market.latest(put.symbol)).toMatchObject({ ask: price('0.80') });
  });

  it('give way to the market again', async () => {
    const stage = open();
    const put = await find(stage, UBER_PUT);
    stage.market.subscribe(put);
    stage.market.pin(put.symbol, { bid: price('9.00'), ask: price('9.10') });
    stage.market.unpin(put.symbol);
    expect(stage.market.latest(put.symbol)?.ask).toBeLessThan(price('1.50'));
    const before = stage.heard.length;
    stage.clock.advance(30_000);
    expect(stage.heard.length).toBeGreaterThan(before + 10);
  });

  it('may be crossed, empty, delayed or halted', async () => {
    const stage = open();
    const put = await find(stage, UBER_PUT);
    stage.market.subscribe(put);
    const defects = [
      { bid: price('0.90'), ask: price('0.80') },
      { bid: price('0'), ask: price('0.80') },
      { bid: price('0.70'), ask: price('0') },
      { bid: price('0.70'), ask: price('0.80'), askSize: 0 },
      { bid: price('0.70'), ask: price('0.80'), halted: true },
    ] as const;
    const found = defects.map((pin) => {
      stage.market.pin(put.symbol, pin);
      const quote = stage.market.latest(put.symbol);
      return quote && quoteDefect(quote);
    });
    expect(found).toEqual(['crossed', 'no_bid', 'no_ask', 'no_size', 'halted']);
    stage.market.pin(put.symbol, { bid: price('0.70'), ask: price('0.80'), delayed: true });
    expect(stage.market.latest(put.symbol)?.delayed).toBe(true);
  });

  it('stop while frozen, so that the last one grows old', async () => {
    const stage = open();
    const put = await find(stage, UBER_PUT);
    stage.market.subscribe(put);
    stage.market.freeze(put.symbol);
    const last = stage.market.latest(put.symbol);
    const before = stage.heard.length;
    stage.clock.advance(60_000);
    expect(stage.heard).toHaveLength(before);
    expect(stage.market.latest(put.symbol)).toBe(last);
    stage.market.thaw(put.symbol);
    expect(stage.market.latest(put.symbol)?.receivedAt).toBe(stage.clock.now());
  });

  it('halt and resume with prices that still move', async () => {
    const stage = open();
    const put = await find(stage, UBER_PUT);
    stage.market.subscribe(put);
    stage.market.halt(put.symbol);
    stage.clock.advance(5000);
    expect(stage.heard.every((quote) => quote.halted)).toBe(true);
    stage.market.resume(put.symbol);
    expect(stage.market.latest(put.symbol)?.halted).toBeUndefined();
  });
});

describe('the listing of the simulated market', () => {
  it('keeps its strikes when prices move', async () => {
    const [now, later] = [open(), open(newYorkInstant(date('2025-12-04'), '15:00'))];
    const [one, two] = [await now.market.listing('NVDA'), await later.market.listing('NVDA')];
    if (!one.ok || !two.ok) throw new Error('expected listings');
    expect(two.value.expiries[0]?.strikes).toEqual(one.value.expiries[0]?.strikes);
  });

  it('has the expiries of the exchange: dailies on SPY, weeklies on UBER', async () => {
    const { market } = open();
    const [spy, uber] = [await market.listing('SPY'), await market.listing('UBER')];
    if (!spy.ok || !uber.ok) throw new Error('expected listings');
    const first = (listing: typeof spy): readonly string[] =>
      listing.value.expiries.slice(0, 3).map(({ expiry }) => expiry);
    expect(first(spy)).toEqual(['2025-12-02', '2025-12-03', '2025-12-04']);
    expect(first(uber)).toEqual(['2025-12-05', '2025-12-12', '2025-12-19']);
  });

  it('settles contracts at what they were worth at their end', async () => {
    const stage = open();
    const call = await find(stage, {
      kind: 'option',
      underlying: 'UBER',
      right: 'C',
      strike: price('70'),
      expiry: date('2025-12-05'),
    });
    const high = await find(stage, { ...UBER_PUT, strike: price('90') });
    stage.clock.advance(4 * 24 * 3_600_000);
    const callWorth = stage.market.settlementOf(call);
    expect(callWorth).toBeGreaterThan(price('4'));
    // Of one underlying, call and put together are worth the distance of their strikes.
    expect(callWorth + stage.market.settlementOf(high)).toBe(price('20'));
    expect(stage.market.settlementOf(await find(stage, SPY))).toBe(0n);
  });
});
