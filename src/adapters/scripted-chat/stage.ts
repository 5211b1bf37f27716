/** What the script knows of the market it talks about, and how it picks something to talk about. */
import type { InstrumentSource } from '#feeds/ports.ts';
import { civilDate, daysBetween, type IsoDate } from '#kernel/calendar.ts';
import { formatPrice, type Price, price, priceFromUnits } from '#kernel/price.ts';
import type { Random } from '#kernel/random.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { Instrument, OptionInstrument } from '#market/instrument.ts';
import { mid, type Quote, quoteDefect } from '#market/quote.ts';
import { newYorkDate } from '#market/session.ts';
import { roundDown } from '#market/tick-grid.ts';

export interface Stage {
  readonly instruments: InstrumentSource;
  /** Underlyings worth talking about. */
  readonly symbols: readonly string[];
  quoteNow(instrument: Instrument): Quote | null;
  now(): EpochMs;
}

/** A contract that can be traded now, with its prices as people write them. */
export interface Pick {
  readonly instrument: OptionInstrument;
  readonly symbol: string;
  /** `78`, `297.5` */
  readonly strike: string;
  readonly right: 'C' | 'P';
  readonly expiry: IsoDate;
  readonly days: number;
  readonly bid: string;
  readonly price: string;
  readonly quote: Quote;
}

export interface Wish {
  readonly daysMin: number;
  readonly daysMax: number;
}

interface Range {
  readonly premiumMin: Price;
  readonly premiumMax: Price;
}

const TRIES_MAX = 20;
/** Cheap enough for several contracts under the default limits; now and then above $3. */
const USUAL: Range = { premiumMin: price('0.30'), premiumMax: price('3.40') };
/** Where a market lists little, as a recorded day does: whatever one contract can be bought of. */
const WIDE: Range = { premiumMin: price('0.10'), premiumMax: price('9.50') };
/** Narrow at any price. */
const SPREAD_SMALL = price('0.05');
const ANY_DAY: Wish = { daysMin: 0, daysMax: 60 };

/** A liquid contract near the money, or `null` when the market offers none now. */
export async function pickOption(stage: Stage, random: Random, wish: Wish): Promise<Pick | null> {
  if (stage.symbols.length === 0) return null;
  for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
    const picked = await tryPick(stage, random, wish, USUAL);
    if (picked !== null) return picked;
  }
  for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
    const picked = await tryPick(stage, random, ANY_DAY, WIDE);
    if (picked !== null) return picked;
  }
  return null;
}

async function tryPick(
  stage: Stage,
  random: Random,
  wish: Wish,
  range: Range,
): Promise<Pick | null> {
  const symbol = random.pick(stage.symbols);
  const listing = await stage.instruments.listing(symbol);
  if (!listing.ok) return null;
  const spot = stage.quoteNow(listing.value.underlying);
  const today = newYorkDate(stage.now());
  const fitting = listing.value.expiries.filter(({ expiry }) => {
    const days = daysBetween(today, expiry);
    return days >= wish.daysMin && days <= wish.daysMax;
  });
  if (spot === null || fitting.length === 0) return null;
  const { expiry, strikes } = random.pick(fitting.slice(0, 3));
  const near = nearest(strikes, mid(spot), 8);
  if (near.length === 0) return null;
  const strike = random.pick(near);
  const right = random.pick(['C', 'P'] as const);
  const found = await stage.instruments.find({
    kind: 'option',
    underlying: symbol,
    right,
    strike,
    expiry,
  });
  if (!found.ok || found.value.kind !== 'option') return null;
  const pick = priced(found.value, stage.quoteNow(found.value), daysBetween(today, expiry));
  if (pick === null) return null;
  const middle = mid(pick.quote);
  return middle >= range.premiumMin && middle <= range.premiumMax ? pick : null;
}

/** As a pick, when its quote is one that an alert could be about. */
export function priced(
  instrument: OptionInstrument,
  quote: Quote | null,
  days: number,
): Pick | null {
  if (quote === null || quoteDefect(quote) !== null) return null;
  const middle = mid(quote);
  const spread = quote.ask - quote.bid;
  if (spread * 8n > middle && spread > SPREAD_SMALL) return null;
  return {
    instrument,
    symbol: instrument.underlying,
    strike: shortPrice(instrument.strike),
    right: instrument.right,
    expiry: instrument.expiry,
    days,
    bid: formatPrice(quote.bid),
    price: formatPrice(roundDown(instrument.grid, middle)),
    quote,
  };
}

function nearest(strikes: readonly Price[], spot: Price, count: number): readonly Price[] {
  const distance = (strike: Price): bigint => (strike > spot ? strike - spot : spot - strike);
  return strikes.toSorted((a, b) => Number(distance(a) - distance(b))).slice(0, count);
}

/** `78`, `297.5`: as short as people write a strike. */
function shortPrice(value: Price): string {
  return formatPrice(value).replace(/\.?0+$/, '');
}

/** That price and a share of it more, in hundredths: what a target or a brag says. */
export function raised(value: string, hundredths: bigint): string {
  const units = (price(value) * hundredths) / 100n;
  return formatPrice(priceFromUnits(units - (units % 10_000_000n)));
}

/** `12/5` */
export function slashDate(of: IsoDate): string {
  const { month, day } = civilDate(of);
  return `${month}/${day}`;
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `Dec 5` */
export function wordDate(of: IsoDate): string {
  const { month, day } = civilDate(of);
  return `${MONTHS[month - 1]} ${day}`;
}
