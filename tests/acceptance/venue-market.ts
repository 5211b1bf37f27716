/** The market of a world as the stand-in's own: what a test pins is what both sides see. */
import type { SimulatedMarket } from '#adapters/simulated/market.ts';
import { ZERO_PRICE } from '#kernel/price.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';
import type { Market, MarketQuote } from '../stand-ins/tastytrade/market.ts';

export function marketOfWorld(world: SimulatedMarket): Market {
  const feed = world.openFeed();
  const watched = new Map<InstrumentSymbol, Instrument>();
  const told = new Map<InstrumentSymbol, { readonly quote: Quote; readonly odd: number }>();

  const frozen = new Set<InstrumentSymbol>();
  const { freeze, thaw } = world;
  // Frozen means that nothing arrives: also not what is asked for.
  Object.assign(world, {
    freeze(symbol: InstrumentSymbol) {
      frozen.add(symbol);
      freeze(symbol);
    },
    thaw(symbol: InstrumentSymbol) {
      frozen.delete(symbol);
      thaw(symbol);
    },
  });

  function shown(quote: Quote): MarketQuote {
    const odd = told.get(quote.symbol)?.odd ?? 0;
    return {
      bid: quote.bid === ZERO_PRICE ? null : quote.bid,
      ask: quote.ask === ZERO_PRICE ? null : quote.ask,
      // The venue trades what a quote shows once; here each quote of a pinned market is a new one.
      bidSize: quote.bidSize + (quote.bidSize > 0 ? odd : 0),
      askSize: quote.askSize + (quote.askSize > 0 ? odd : 0),
      last: quote.bid === ZERO_PRICE ? null : quote.bid,
      isHalted: quote.halted ?? false,
      at: quote.eventAt,
    };
  }

  function watch(instrument: Instrument): void {
    if (watched.has(instrument.symbol)) return;
    watched.set(instrument.symbol, instrument);
    feed.subscribe(instrument);
  }

  return {
    quote(instrument) {
      if (frozen.has(instrument.symbol)) return null;
      const now = feed.latest(instrument.symbol) ?? world.quoteNow(instrument);
      return now === null ? null : shown(now);
    },
    greeks: () => null,
    set() {
      throw new Error('the quotes of a world are pinned in its own market');
    },
    release: () => undefined,
    watch,
    onChange(listener) {
      return feed.onQuote((quote) => {
        const instrument = watched.get(quote.symbol);
        if (instrument === undefined) return;
        const odd = 1 - (told.get(quote.symbol)?.odd ?? 1);
        told.set(quote.symbol, { quote, odd });
        listener(instrument, shown(quote));
      });
    },
  };
}
