/** Why an option is not listed, and what near it is. */

import type { ListedExpiry, Listing } from '#feeds/ports.ts';
import { civilDate, daysBetween, type IsoDate } from '#kernel/calendar.ts';
import { formatPrice, type Price } from '#kernel/price.ts';
import { isCovered, tradingDay } from '#market/session.ts';
import { shortDecimal } from '#market/symbols.ts';
import type { ParsedAlert } from '../model.ts';
import type { ReasonCode } from '../reasons.ts';
import { shifted, shortened } from './digits.ts';
import type { Change } from './repair.ts';

export interface Finding {
  readonly code: ReasonCode;
  readonly detail: string;
  /** Likeliest first. */
  readonly changes: readonly Change[];
}

interface Named {
  readonly alert: ParsedAlert;
  readonly strike: Price;
  readonly expiry: IsoDate;
  readonly listing: Listing;
  /** Price of the underlying, or `null` when nobody knows. */
  readonly spot: Price | null;
  readonly today: IsoDate;
}

/** Expiries looked at on either side of the one that was named. */
const EXPIRIES_NEAR = 6;
const STRIKES_NEAR = 2;

/** For a contract the instrument data says is not listed. */
export function explainUnlisted(
  alert: ParsedAlert,
  listing: Listing | null,
  spot: Price | null,
  today: IsoDate,
): Finding {
  const { strike, expiry } = alert;
  if (listing === null || strike === null || expiry === null) {
    return { code: 'contract_not_listed', detail: 'the listing is not known', changes: [] };
  }
  const named: Named = { alert, strike, expiry, listing, spot, today };
  const listed = listing.expiries.find((each) => each.expiry === expiry);
  if (listed === undefined) return unlistedExpiry(named);
  if (!listed.strikes.includes(strike)) return unlistedStrike(named, listed);
  const detail = `${expiry} and ${shortDecimal(strike)} are listed, this contract is not`;
  return { code: 'contract_not_listed', detail, changes: [] };
}

/** The same strike at the expiries nearest to a day. */
export function otherExpiries(named: Omit<Named, 'spot' | 'alert'>): readonly Change[] {
  const { strike, listing } = named;
  const near = nearestExpiries(named);
  const same = near.filter(({ strikes }) => strikes.includes(strike));
  if (same.length > 0) return same.map(({ expiry }) => toExpiry(expiry));
  const [nearest] = near;
  if (nearest === undefined || listing.expiries.length === 0) return [];
  return nearestTo(strike, nearest.strikes)
    .slice(0, STRIKES_NEAR)
    .map((other) => ({
      to: { expiry: nearest.expiry, strike: other },
      why: `nearest listed expiry ${nearest.expiry} and strike ${shortDecimal(other)}`,
    }));
}

function unlistedExpiry(named: Named): Finding {
  const { expiry, today } = named;
  const changes = otherExpiries(named);
  if (expiry < today) {
    return { code: 'expiry_in_the_past', detail: `${expiry} lies before ${today}`, changes };
  }
  const day = isCovered(expiry) ? tradingDay(expiry) : null;
  if (day?.kind === 'closed') {
    const detail = `${expiry} is no trading day (${day.occasion})`;
    return { code: 'expiry_not_a_trading_day', detail, changes };
  }
  return { code: 'expiry_not_listed', detail: `nothing expires on ${expiry}`, changes };
}

function unlistedStrike(named: Named, { expiry, strikes }: ListedExpiry): Finding {
  const { alert, strike, spot } = named;
  const written = `strike ${shortDecimal(strike)} is not listed for ${expiry}`;
  const range = `${shortDecimal(strikes[0] ?? 0n)} to ${shortDecimal(strikes.at(-1) ?? 0n)}`;
  const swapped = swap(alert, strikes, spot);
  if (swapped.length > 0) {
    return { code: 'strike_price_swapped', detail: written, changes: swapped };
  }
  const slips = isOutside(strike, strikes) ? listedSlips(strike, strikes, spot) : [];
  const nearest = nearestTo(strike, strikes)
    .slice(0, STRIKES_NEAR)
    .map((other) => toStrike(other, 'nearest listed strike'));
  const changes = [
    ...(slips.length > 0 ? slips : nearest),
    ...otherExpiries(named).filter(({ to }) => to.strike === undefined),
  ];
  const detail = `${written}, strikes run from ${range}`;
  return { code: slips.length > 0 ? 'strike_digits' : 'strike_not_listed', detail, changes };
}

/** The written price is a strike and the written strike could be a price. */
export function swap(
  { strike, price, priceHigh }: ParsedAlert,
  strikes: readonly Price[],
  spot: Price | null,
): readonly Change[] {
  if (strike === null || price === null || priceHigh !== null) return [];
  if (!strikes.includes(price) || strike * 2n > price) return [];
  if (spot !== null && !isWithin(price, spot, 30n)) return [];
  const why = `strike ${shortDecimal(price)} and price ${formatPrice(strike)} changed places`;
  return [{ to: { strike: price, price: strike }, why }];
}

/** Listed strikes a slip of the finger away, near the money where the money is known. */
export function listedSlips(
  strike: Price,
  strikes: readonly Price[],
  spot: Price | null,
): readonly Change[] {
  const fewer = shortened(strike);
  const slips = [...shifted(strike), ...(spot === null ? fewer : nearestTo(spot, fewer))];
  const isMeant = (slip: Price): boolean =>
    strikes.includes(slip) && (spot === null || isWithin(slip, spot, 30n));
  const why = `${shortDecimal(strike)} without the slip of a digit`;
  return [...new Set(slips)].filter(isMeant).map((slip) => toStrike(slip, why));
}

/** Whether `price` lies within that many per cent of `of`. */
export function isWithin(price: Price, of: Price, percent: bigint): boolean {
  const distance = price > of ? price - of : of - price;
  return distance * 100n <= of * percent;
}

function nearestExpiries({
  expiry,
  listing,
  today,
}: Pick<Named, 'expiry' | 'listing' | 'today'>): readonly ListedExpiry[] {
  const distance = (each: ListedExpiry): number => Math.abs(daysBetween(expiry, each.expiry));
  const open = listing.expiries.filter((each) => each.expiry >= today && each.expiry !== expiry);
  const near = open.toSorted((a, b) => distance(a) - distance(b)).slice(0, EXPIRIES_NEAR);
  if (expiry >= today) return near;
  // A year typed wrongly: the same day of a year to come is what was meant.
  const named = civilDate(expiry);
  const sameDay = open.filter(({ expiry: each }) => {
    const { month, day } = civilDate(each);
    return month === named.month && day === named.day;
  });
  return [...sameDay, ...near];
}

function nearestTo(price: Price, strikes: readonly Price[]): readonly Price[] {
  const distance = (strike: Price): bigint => (strike > price ? strike - price : price - strike);
  return strikes.toSorted((a, b) => Number(distance(a) - distance(b)));
}

function isOutside(strike: Price, strikes: readonly Price[]): boolean {
  const [lowest] = strikes;
  const highest = strikes.at(-1);
  return lowest !== undefined && highest !== undefined && (strike < lowest || strike > highest);
}

function toStrike(strike: Price, why: string): Change {
  return { to: { strike }, why: `${why}: ${shortDecimal(strike)}` };
}

function toExpiry(expiry: IsoDate): Change {
  return { to: { expiry }, why: `the same strike at listed expiry ${expiry}` };
}
