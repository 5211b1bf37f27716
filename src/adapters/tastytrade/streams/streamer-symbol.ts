/**
 * What dxFeed calls an instrument: as tastytrade says, else by the rules of its symbols.
 *
 * `UBER  261204P00078000` is `.UBER261204P78`, `/ESZ6` is `/ESZ26:XCME`,
 * `./ESU3 E3AN3 230717C5600` is `./E3AN23C5600:XCME`; a share is called by its own name.
 */
import type { IsoDate } from '#kernel/calendar.ts';
import {
  formatStreamerFuture,
  formatStreamerFutureOption,
  parseFuture,
  parseFutureOption,
} from '#market/future-symbols.ts';
import { asInstrumentSymbol, type Instrument, type InstrumentSymbol } from '#market/instrument.ts';
import { FUTURE_PRODUCTS } from '#market/products.ts';
import { formatDotted, parseOcc } from '#market/symbols.ts';

/** The streamer symbol tastytrade gave with the instrument, or `null`. */
export type KnownSymbols = (symbol: InstrumentSymbol) => string | null;

export interface StreamerSymbols {
  readonly quote: string;
  /** Whose trading status decides whether it is halted: its own, and its underlying's. */
  readonly statuses: readonly string[];
}

/** `null` for an instrument whose name cannot be said for certain: then it is not quoted. */
export function streamerSymbols(
  instrument: Instrument,
  known: KnownSymbols,
): StreamerSymbols | null {
  const quote = known(instrument.symbol) ?? byRule(instrument);
  if (quote === null) return null;
  const underlying = underlyingOf(instrument, known);
  return { quote, statuses: underlying === null ? [quote] : [quote, underlying] };
}

function byRule(instrument: Instrument): string | null {
  switch (instrument.kind) {
    case 'equity':
      return instrument.symbol;
    case 'option': {
      const parts = parseOcc(instrument.symbol);
      const dotted = parts.ok ? formatDotted(parts.value) : parts;
      return dotted.ok ? dotted.value : null;
    }
    case 'future':
      return futureByRule(instrument.symbol, instrument.expiry);
    case 'future_option':
      return futureOptionByRule(instrument.symbol);
  }
}

function futureByRule(symbol: InstrumentSymbol, near: IsoDate): string | null {
  const parts = parseFuture(symbol, near);
  const venue = parts.ok ? FUTURE_PRODUCTS.get(parts.value.root)?.venue : undefined;
  return parts.ok && venue !== undefined ? formatStreamerFuture(parts.value, venue) : null;
}

function futureOptionByRule(symbol: InstrumentSymbol): string | null {
  const parts = parseFutureOption(symbol);
  const venue = parts.ok ? FUTURE_PRODUCTS.get(parts.value.future.root)?.venue : undefined;
  return parts.ok && venue !== undefined ? formatStreamerFutureOption(parts.value, venue) : null;
}

function underlyingOf(instrument: Instrument, known: KnownSymbols): string | null {
  if (instrument.kind === 'option') {
    return known(asInstrumentSymbol(instrument.underlying)) ?? instrument.underlying;
  }
  if (instrument.kind !== 'future_option') return null;
  return known(instrument.future) ?? futureByRule(instrument.future, instrument.expiry);
}
