/**
 * Runs the venue's engine in the desk's time: gives its timers back when due, brings it quotes of
 * what it holds orders or positions in, ends day orders with their session, keeps the ledger.
 */
import type { QuoteSource } from '#feeds/ports.ts';
import { type Price, ZERO_PRICE } from '#kernel/price.ts';
import type { Cancel, Clock, EpochMs } from '#kernel/time.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';
import type { BrokerOrder } from '#orders/ports.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { step } from './venue/engine.ts';
import type { Venue, VenueAnswer, VenueEffect, VenueInput, VenueTimer } from './venue/venue.ts';

export interface VenueRunner {
  readonly ledger: Ledger;
  perform(input: VenueInput): VenueAnswer | null;
  /** What one unit could be closed at by the newest quote, or `null`. */
  markOf(symbol: InstrumentSymbol, net: number): Price | null;
  close(): void;
}

export interface RunnerParts {
  readonly clock: Clock;
  readonly quotes: QuoteSource;
  readonly venue: Venue;
  readonly onChanged: (order: BrokerOrder) => void;
}

export function createVenueRunner({ clock, quotes, venue, onChanged }: RunnerParts): VenueRunner {
  const { book } = venue;
  const ledger = createLedger(book);
  const timers = new Set<Cancel>();
  const endings = new Set<EpochMs>();
  const stopQuotes = quotes.onQuote((quote) => bring(quote));

  function perform(input: VenueInput): VenueAnswer | null {
    if (input.kind === 'place') watch(input.order.instrument);
    const { answer, effects } = step(venue, input);
    ledger.note(input, answer, effects);
    for (const effect of effects) follow(effect);
    return answer;
  }

  function follow(effect: VenueEffect): void {
    switch (effect.kind) {
      case 'changed': {
        const order = book.orders.get(effect.order.orderId);
        if (order?.expiresAt) endAt(order.expiresAt);
        onChanged(effect.order);
        if (order) release(order.instrument);
        return;
      }
      case 'traded': {
        const { instrument } = effect.order;
        if (instrument.kind !== 'equity') endAt(instrument.lastTradeAt);
        return;
      }
      case 'later':
        later(effect.afterMs, () => performTimer(effect.timer));
    }
  }

  function performTimer(timer: VenueTimer): void {
    perform({ ...timer, at: clock.now() });
  }

  /** At once when the span is zero, so that a broker without latency needs no clock. */
  function later(afterMs: number, action: () => void): void {
    if (afterMs <= 0) {
      action();
      return;
    }
    const undo = clock.after(afterMs, () => {
      timers.delete(undo);
      action();
    });
    timers.add(undo);
  }

  function endAt(at: EpochMs): void {
    if (endings.has(at)) return;
    endings.add(at);
    later(Math.max(1, at - clock.now()), () => {
      endings.delete(at);
      // A wall clock stepped back has not reached the end yet.
      if (clock.now() < at) endAt(at);
      else end();
    });
  }

  function end(): void {
    const at = clock.now();
    perform({ kind: 'expire', at });
    for (const [symbol, { instrument, net }] of book.holdings) {
      if (instrument.kind === 'equity' || instrument.lastTradeAt > at) continue;
      perform({ kind: 'remove_position', symbol, price: markOf(symbol, net) ?? ZERO_PRICE, at });
      release(instrument);
    }
  }

  function watch(instrument: Instrument): void {
    if (book.quotes.has(instrument.symbol)) return;
    quotes.subscribe(instrument);
    const quote = quotes.latest(instrument.symbol);
    if (quote !== null) bring(quote);
  }

  function bring(quote: Quote): void {
    perform({ kind: 'quote', quote, at: clock.now() });
  }

  function release({ symbol }: Instrument): void {
    if (book.live.has(symbol) || book.holdings.has(symbol)) return;
    quotes.unsubscribe(symbol);
    book.quotes.delete(symbol);
  }

  function markOf(symbol: InstrumentSymbol, net: number): Price | null {
    const quote = book.quotes.get(symbol)?.quote;
    if (quote === undefined) return null;
    const mark = net > 0 ? quote.bid : quote.ask;
    return mark > 0n || net > 0 ? mark : null;
  }

  return {
    ledger,
    perform,
    markOf,
    close() {
      stopQuotes();
      for (const undo of timers) undo();
      timers.clear();
    },
  };
}
