/** Quotes for as long as anybody here wants them: the last to let go ends the subscription. */
import type { QuoteSource } from '#feeds/ports.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';

export class QuoteLeases {
  readonly #source: QuoteSource;
  readonly #holders = new Map<InstrumentSymbol, number>();

  constructor(source: QuoteSource) {
    this.#source = source;
  }

  /** Starts quotes, or keeps them; returns how to let go, which may be done more than once. */
  hold(instrument: Instrument): () => void {
    const { symbol } = instrument;
    this.#holders.set(symbol, (this.#holders.get(symbol) ?? 0) + 1);
    this.#source.subscribe(instrument);
    let isHeld = true;
    return () => {
      if (isHeld) this.#letGo(symbol);
      isHeld = false;
    };
  }

  #letGo(symbol: InstrumentSymbol): void {
    const left = (this.#holders.get(symbol) ?? 0) - 1;
    if (left > 0) {
      this.#holders.set(symbol, left);
      return;
    }
    this.#holders.delete(symbol);
    this.#source.unsubscribe(symbol);
  }
}
