/** Every instrument the stand-in knows today, by the broker's name and by the feed's. */
import { FUTURES } from '#adapters/simulated/universe.ts';
import type { IsoDate } from '#kernel/calendar.ts';
import type { Clock } from '#kernel/time.ts';
import {
  formatStreamerFuture,
  parseFuture,
  parseStreamerFuture,
  type StreamerVenue,
} from '#market/future-symbols.ts';
import type { Instrument, OptionInstrument } from '#market/instrument.ts';
import { equity, future } from '#market/instruments.ts';
import { FUTURE_PRODUCTS } from '#market/products.ts';
import { newYorkDate } from '#market/session.ts';
import { formatDotted, formatOcc, parseDotted, parseOcc, underlyingOf } from '#market/symbols.ts';
import { type ChainRoot, chainOf, contractOf } from './chains.ts';
import { type ListedFutureOption, optionsOf, seriesOf } from './future-chains.ts';
import { UNIVERSE } from './universe.ts';

export interface Catalogue {
  readonly today: () => IsoDate;
  /** `null` for what is not listed today. */
  readonly bySymbol: (symbol: string) => Instrument | null;
  readonly byStreamer: (streamer: string) => Instrument | null;
  readonly streamerOf: (instrument: Instrument) => string;
  readonly chain: (underlying: string) => readonly ChainRoot[] | null;
  readonly futureOptions: (root: string) => readonly ListedFutureOption[];
  readonly futureOption: (symbol: string) => ListedFutureOption | null;
}

export function createCatalogue(clock: Clock): Catalogue {
  const today = (): IsoDate => newYorkDate(clock.now());
  const perDay = createDailyCache(today);

  const chain = (underlying: string): readonly ChainRoot[] | null =>
    perDay(`chain ${underlying}`, () => chainOf(underlying, today()));

  const futureOptions = (root: string): readonly ListedFutureOption[] =>
    perDay(`options ${root}`, () =>
      seriesOf(root, today()).flatMap((each) => [...optionsOf(each)]),
    );

  const futureOptionMap = (root: string): ReadonlyMap<string, ListedFutureOption> =>
    perDay(
      `names ${root}`,
      () =>
        new Map(
          futureOptions(root).flatMap((each) => [
            [each.instrument.symbol, each] as const,
            [each.streamer, each] as const,
          ]),
        ),
    );

  function futureOption(symbol: string): ListedFutureOption | null {
    return futureOptionMap('ES').get(symbol) ?? null;
  }

  function optionBySymbol(occ: string): OptionInstrument | null {
    const parts = parseOcc(occ);
    if (!parts.ok) return null;
    const { root, expiry, strike, right } = parts.value;
    const found = chain(underlyingOf(root))?.find((each) => each.root === root);
    const isListed =
      found?.strikes.includes(strike) === true &&
      found.expirations.some(({ date }) => date === expiry);
    return isListed ? contractOf(found, expiry, { strike, right }) : null;
  }

  function futureBySymbol(symbol: string): Instrument | null {
    const parts = parseFuture(symbol, today());
    if (!parts.ok || !FUTURES.has(parts.value.root)) return null;
    const made = future(parts.value);
    return made.ok && made.value.expiry >= today() ? made.value : null;
  }

  function bySymbol(symbol: string): Instrument | null {
    if (symbol.startsWith('./')) return futureOption(symbol)?.instrument ?? null;
    if (symbol.startsWith('/')) return futureBySymbol(symbol);
    if (/\d/.test(symbol)) return optionBySymbol(symbol);
    const made = UNIVERSE.has(symbol) ? equity(symbol) : null;
    return made?.ok === true ? made.value : null;
  }

  function byStreamer(streamer: string): Instrument | null {
    if (streamer.startsWith('./')) return futureOption(streamer)?.instrument ?? null;
    if (streamer.startsWith('.')) {
      const parts = parseDotted(streamer);
      const occ = parts.ok ? formatOcc(parts.value) : null;
      return occ?.ok === true ? optionBySymbol(occ.value) : null;
    }
    if (!streamer.startsWith('/')) return bySymbol(streamer);
    const parts = parseStreamerFuture(streamer);
    const made = parts.ok ? future(parts.value) : null;
    return made?.ok === true && FUTURES.has(made.value.root) ? made.value : null;
  }

  return {
    today,
    bySymbol,
    byStreamer,
    chain,
    futureOptions,
    futureOption,
    streamerOf(instrument) {
      switch (instrument.kind) {
        case 'equity':
          return instrument.symbol;
        case 'option':
          return textOr(formatDotted(instrument));
        case 'future':
          return futureStreamer(instrument.symbol, instrument.root, today());
        case 'future_option':
          return futureOption(instrument.symbol)?.streamer ?? '';
      }
    },
  };
}

function futureStreamer(symbol: string, root: string, near: IsoDate): string {
  const parts = parseFuture(symbol, near);
  const venue: StreamerVenue = FUTURE_PRODUCTS.get(root)?.venue ?? 'XCME';
  return parts.ok ? formatStreamerFuture(parts.value, venue) : '';
}

function textOr(made: ReturnType<typeof formatDotted>): string {
  return made.ok ? made.value : '';
}

/** What is worked out once a day: lists change with the date and not within it. */
function createDailyCache(today: () => IsoDate) {
  const kept = new Map<string, { readonly on: IsoDate; readonly value: unknown }>();
  return <T>(key: string, make: () => T): T => {
    const on = today();
    const known = kept.get(key);
    if (known?.on === on) return known.value as T;
    const value = make();
    kept.set(key, { on, value });
    return value;
  };
}
