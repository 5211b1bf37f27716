/** What a person calls a contract: `UBER 78P 2026-12-04`, `/ESZ6`, `/ESZ6 6900C 2026-12-18`. */
import type { IsoDate } from '#kernel/calendar.ts';
import type { Price } from '#kernel/price.ts';
import type { Instrument, InstrumentSymbol, Right } from './instrument.ts';
import { parseOcc, shortDecimal, underlyingOf } from './symbols.ts';

export interface NamedContract {
  readonly name: string;
  readonly strike: Price | null;
  readonly right: Right | null;
  readonly expiry: IsoDate | null;
}

/** What is not known is left out: an instruction may name no expiry yet. */
export function contractOf({ name, strike, right, expiry }: NamedContract): string {
  const strikeAndRight = `${strike === null ? '' : shortDecimal(strike)}${right ?? ''}`;
  return [name, strikeAndRight, expiry ?? ''].filter((part) => part !== '').join(' ');
}

export function contractName(instrument: Instrument): string {
  switch (instrument.kind) {
    case 'equity':
    case 'future':
      return instrument.symbol;
    case 'option':
      return contractOf({ ...instrument, name: instrument.underlying });
    case 'future_option':
      return contractOf({ ...instrument, name: instrument.future });
  }
}

/** As far as the symbol alone tells: the symbol itself when it is no listed option's. */
export function nameOfSymbol(symbol: InstrumentSymbol): string {
  const option = parseOcc(symbol);
  return option.ok
    ? contractOf({ ...option.value, name: underlyingOf(option.value.root) })
    : symbol;
}

/** `4 contracts`, `1 contract`, `150 shares`. */
export function countOf(instrument: Instrument, count: number): string {
  const unit = instrument.kind === 'equity' ? 'share' : 'contract';
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
