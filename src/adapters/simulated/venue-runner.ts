/**
 * Runs the venue's engine in the desk's time: gives its timers back when due, brings it quotes of
 * what it holds orders or positions in, ends day orders with their session, keeps the ledger.
 */
import type { QuoteSource } from '#feeds/ports.ts';
import type { Price } from '#kernel/price.ts';
import type { Cancel, Clock, EpochMs } from '#kernel/time.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';
import type { BrokerOrder } from '#orders/ports.ts';
import { createLedger, type Ledger, type LedgerWriter } from './ledger.ts';
import { step } from './venue/engine.ts';
import { resume } from './venue/resume.ts';
import type { Venue, VenueAnswer, VenueEffect, VenueInput } from './venue/venue.ts';
import type { VenueMemory } from './venue-file.ts';
import { lineOf } from './venue-restore.ts';

export interface RunnerParts {
  readonly clock: Clock;
  readonly quotes: QuoteSource;
  readonly venue: Venue;
  readonly memory: VenueMemory | null;
  /** What one unit of a contract was worth at its end. */
  readonly settlementOf: (instrument: Instrument) => Price;
  readonly onChanged: (order: BrokerOrder) => void;
}

export class VenueRunner {
  readonly #parts: RunnerParts;
  readonly #ledger: LedgerWriter;
  readonly #timers = new Set<Cancel>();
  readonly #endings = new Set<EpochMs>();
  readonly #stopQuotes: () => void;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
    this.#ledger = createLedger(parts.venue.book);
    this.#stopQuotes = parts.quotes.onQuote((quote) => this.#bring(quote));
  }

  get ledger(): Ledger {
    return this.#ledger;
  }

  /** Takes up a restored book: its quotes, the ends of its orders, what was under way. */
  resume(): void {
    const { venue, clock, memory } = this.#parts;
    const { book } = venue;
    if (memory === null) return;
    for (const line of memory.kept) this.#ledger.restore(line);
    // What ended while nobody was there must not meet a quote of today first.
    this.#end(clock.now());
    for (const order of book.orders.values()) {
      if (!book.live.get(order.instrument.symbol)?.has(order)) continue;
      this.#watch(order.instrument);
      if (order.expiresAt !== null) this.#endAt(order.expiresAt);
    }
    for (const { instrument } of book.holdings.values()) {
      this.#watch(instrument);
      if (instrument.kind !== 'equity') this.#endAt(instrument.lastTradeAt);
    }
    for (const effect of resume(venue, clock.now())) this.#follow(effect);
  }

  perform(input: VenueInput): VenueAnswer | null {
    const { venue, memory } = this.#parts;
    if (input.kind === 'place') this.#watch(input.order.instrument);
    const noted = this.#ledger.count();
    const { answer, effects } = step(venue, input);
    this.#ledger.note(input, answer, effects);
    // Kept before anybody hears of it: what the desk was told is still so after a crash.
    if (memory !== null && (answer !== null || effects.length > 0)) {
      memory.keep(lineOf(venue.book, input.at, effects, this.#ledger.after(noted)));
    }
    for (const effect of effects) this.#follow(effect);
    if (input.kind === 'place') this.#release(input.order.instrument);
    return answer;
  }

  /** What one unit could be closed at by the newest quote, or `null`. */
  markOf(symbol: InstrumentSymbol, net: number): Price | null {
    const quote = this.#parts.venue.book.quotes.get(symbol)?.quote;
    if (quote === undefined) return null;
    const mark = net > 0 ? quote.bid : quote.ask;
    return mark > 0n || net > 0 ? mark : null;
  }

  close(): void {
    this.#stopQuotes();
    for (const undo of this.#timers) undo();
    this.#timers.clear();
  }

  #follow(effect: VenueEffect): void {
    const { venue, clock, onChanged } = this.#parts;
    switch (effect.kind) {
      case 'changed': {
        const order = venue.book.orders.get(effect.order.orderId);
        if (order?.expiresAt) this.#endAt(order.expiresAt);
        onChanged(effect.order);
        if (order) this.#release(order.instrument);
        return;
      }
      case 'traded': {
        const { instrument } = effect.order;
        if (instrument.kind !== 'equity') this.#endAt(instrument.lastTradeAt);
        return;
      }
      case 'removed':
        return;
      case 'later': {
        const { timer } = effect;
        this.#later(effect.afterMs, () => this.perform({ kind: 'timer', timer, at: clock.now() }));
      }
    }
  }

  /** At once when the span is zero, so that a broker without latency needs no clock. */
  #later(afterMs: number, action: () => void): void {
    if (afterMs <= 0) {
      action();
      return;
    }
    const undo = this.#parts.clock.after(afterMs, () => {
      this.#timers.delete(undo);
      action();
    });
    this.#timers.add(undo);
  }

  /** Ends what ends at that instant; one timer serves every order of a session. */
  #endAt(at: EpochMs): void {
    if (this.#endings.has(at)) return;
    this.#endings.add(at);
    const { clock } = this.#parts;
    this.#later(Math.max(1, at - clock.now()), () => {
      this.#endings.delete(at);
      // A wall clock stepped back has not reached the end yet.
      if (clock.now() < at) this.#endAt(at);
      else this.#end(clock.now());
    });
  }

  #end(at: EpochMs): void {
    this.perform({ kind: 'expire', at });
    for (const [symbol, { instrument }] of this.#parts.venue.book.holdings) {
      if (instrument.kind === 'equity' || instrument.lastTradeAt > at) continue;
      const price = this.#parts.settlementOf(instrument);
      this.perform({ kind: 'remove_position', symbol, price, at });
      this.#release(instrument);
    }
  }

  #watch(instrument: Instrument): void {
    const { quotes, venue } = this.#parts;
    if (venue.book.quotes.has(instrument.symbol)) return;
    quotes.subscribe(instrument);
    const quote = quotes.latest(instrument.symbol);
    if (quote !== null) this.#bring(quote);
  }

  #bring(quote: Quote): void {
    this.perform({ kind: 'quote', quote, at: this.#parts.clock.now() });
  }

  /** Needs no more quotes of what has neither orders nor a position. */
  #release({ symbol }: Instrument): void {
    const { book } = this.#parts.venue;
    if (book.live.has(symbol) || book.holdings.has(symbol)) return;
    this.#parts.quotes.unsubscribe(symbol);
    book.quotes.delete(symbol);
  }
}
