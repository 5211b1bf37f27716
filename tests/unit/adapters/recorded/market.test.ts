import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createRecordedMarket, type RecordedMarket } from '#adapters/recorded/market.ts';
import { RECORDED_DAYS, type RecordedDayName } from '#adapters/recorded/recorded-day.ts';
import type { InstrumentQuery } from '#feeds/ports.ts';
import { date } from '#kernel/calendar.ts';
import { formatPrice, price } from '#kernel/price.ts';
import { plus } from '#kernel/time.ts';
import { createVirtualClock, type VirtualClock } from '#kernel/virtual-clock.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { type Quote, quoteDefect } from '#market/quote.ts';
import { isOpen, newYorkInstant } from '#market/session.ts';
import { isOnGrid } from '#market/tick-grid.ts';
import { instrumentSourceContract } from '../../../contract/instrument-source.contract.ts';
import { quoteSourceContract } from '../../../contract/quote-source.contract.ts';

const START = newYorkInstant(date('2021-01-04'), '09:32');
const PUT = asInstrumentSymbol('SPXW  210104P03700000');

const SPX_PUT: InstrumentQuery & { readonly kind: 'option' } = {
  kind: 'option',
  underlying: 'SPX',
  right: 'P',
  strike: price('3700'),
  expiry: date('2021-01-04'),
};

function open(at = START): { readonly market: RecordedMarket; readonly clock: VirtualClock } {
  const clock = createVirtualClock(at);
  return { clock, market: createRecordedMarket({ clock }) };
}

async function passMinute(clock: VirtualClock): Promise<void> {
  clock.advance(60_000);
  await turn();
}

quoteSourceContract('recorded day', async () => {
  const { market, clock } = open();
  const put = market.instrumentOf(PUT);
  if (put === null) throw new Error('expected the put');
  return {
    source: market,
    instruments: [put, market.day.underlying.instrument],
    passTime: () => passMinute(clock),
    close: async () => market.close(),
  };
});

instrumentSourceContract('recorded day', async () => {
  const { market } = open();
  return {
    source: market,
    listed: SPX_PUT,
    others: [[{ kind: 'equity', symbol: 'SPX' }, 'SPX']],
    close: async () => market.close(),
  };
});

describe('the recorded market', () => {
  it('gives what was recorded: opening, turns and close of a minute', () => {
    const { market } = open();
    // 09:30: bid 0.35 0.40 0.35 0.35, ask 0.50 0.55 0.50 0.50
    const shown = [0, 20, 40, 59].map((second) => {
      const at = plus(newYorkInstant(date('2021-01-04'), '09:30'), second * 1000);
      const quote = market.quoteAt(PUT, at);
      return quote === null ? null : [formatPrice(quote.bid), formatPrice(quote.ask)];
    });
    expect(shown).toEqual([
      ['0.35', '0.50'],
      ['0.35', '0.50'],
      ['0.40', '0.55'],
      ['0.35', '0.50'],
    ]);
  });

  it('has no quote before the first that was recorded', () => {
    const { market } = open();
    expect(market.quoteAt(PUT, newYorkInstant(date('2021-01-04'), '09:29'))).toBeNull();
  });

  it('repeats what stands every second, so that no quote grows old in the session', () => {
    const { market, clock } = open();
    const put = market.instrumentOf(PUT);
    if (put === null) throw new Error('expected the put');
    const heard: Quote[] = [];
    market.onQuote((quote) => heard.push(quote));
    market.subscribe(put);
    clock.advance(60_000);
    expect(heard).toHaveLength(60);
    for (const { eventAt, receivedAt } of heard) expect(receivedAt - eventAt).toBeLessThan(1000);
  });

  it('falls silent with the close, and its last quote grows old', () => {
    const { market, clock } = open(newYorkInstant(date('2021-01-04'), '16:14'));
    const put = market.instrumentOf(PUT);
    if (put === null) throw new Error('expected the put');
    let heard = 0;
    market.onQuote(() => {
      heard += 1;
    });
    market.subscribe(put);
    clock.advance(60_000);
    const untilClose = heard;
    clock.advance(60_000);
    expect(heard).toBe(untilClose);
    const late = market.quoteAt(PUT, newYorkInstant(date('2021-01-04'), '17:00'));
    expect((late?.receivedAt ?? 0) - (late?.eventAt ?? 0)).toBeGreaterThan(30 * 60_000);
  });

  it('serves several feeds, each with its own subscriptions', () => {
    const { market, clock } = open();
    const put = market.instrumentOf(PUT);
    if (put === null) throw new Error('expected the put');
    const broker = market.openFeed();
    broker.subscribe(put);
    market.subscribe(put);
    market.unsubscribe(PUT);
    clock.advance(2000);
    expect(market.latest(PUT)).toBeNull();
    expect(broker.latest(PUT)?.symbol).toBe(PUT);
  });

  it('knows every recorded contract and nothing else', async () => {
    const { market } = open();
    const listing = await market.listing('SPX');
    if (!listing.ok) throw new Error('expected a listing');
    expect(listing.value.expiries).toEqual(
      ['2021-01-04', '2021-01-06', '2021-01-08'].map((day) => ({
        expiry: date(day),
        strikes: [price('3700'), price('3800')],
      })),
    );
    expect(market.instrumentOf(asInstrumentSymbol('AAPL'))).toBeNull();
  });

  it.each(RECORDED_DAYS)('holds sound quotes all day: %s', (day: RecordedDayName) => {
    const market = createRecordedMarket({ clock: createVirtualClock(START), day });
    const unsound: string[] = [];
    for (const { instrument, moments } of market.day.series.values()) {
      expect(moments.length).toBeGreaterThan(100);
      for (const moment of moments) {
        const at = plus(market.day.midnight, moment.at);
        // One quote of SPY is recorded crossed, two hours after the close, when none is played.
        if (!isOpen(instrument.session, at)) continue;
        const quote = market.quoteAt(instrument.symbol, at);
        const defect = quote === null ? 'absent' : quoteDefect(quote);
        if (defect !== null) unsound.push(`${instrument.symbol} ${moment.at} ${defect}`);
      }
    }
    expect(unsound).toEqual([]);
  });

  it.each(RECORDED_DAYS)('holds option prices on the grid: %s', (day: RecordedDayName) => {
    const market = createRecordedMarket({ clock: createVirtualClock(START), day });
    const offGrid: string[] = [];
    for (const { instrument, moments } of market.day.series.values()) {
      if (instrument.kind !== 'option') continue;
      for (const { at, bid, ask } of moments) {
        const fits = isOnGrid(instrument.grid, bid) && isOnGrid(instrument.grid, ask);
        if (!fits) offGrid.push(`${instrument.symbol} ${at} ${formatPrice(bid)}`);
      }
    }
    expect(offGrid).toEqual([]);
  });
});
