/** Which instruments a certification tries things with. */
import type { Listing } from '#feeds/ports.ts';
import { epochDay, type IsoDate } from '#kernel/calendar.ts';
import { type Price, ZERO_PRICE } from '#kernel/price.ts';
import type { EquityInstrument, OptionInstrument } from '#market/instrument.ts';
import { newYorkDate } from '#market/session.ts';
import type { Course } from './course.ts';
import { check, fail } from './scenario-end.ts';

export interface ChosenOption {
  readonly option: OptionInstrument;
  /** How many of it the account held before. */
  readonly heldBefore: number;
}

/** Far enough ahead that nothing expires meanwhile. */
const EXPIRY_DAYS_MIN = 5;
const SPOT_WAIT_MS = 5_000;

export async function findShare({ venue, underlying }: Course): Promise<EquityInstrument> {
  const found = await venue.instruments.find({ kind: 'equity', symbol: underlying });
  if (!found.ok) fail(`${underlying}: ${found.error.kind}`);
  check(found.value.kind === 'equity', `${underlying} is no share`);
  return found.value;
}

export async function findListing({ venue, underlying }: Course): Promise<Listing> {
  const found = await venue.instruments.listing(underlying);
  return found.ok ? found.value : fail(`no chain of ${underlying}: ${found.error.kind}`);
}

/** A call near the money, some days ahead. */
export async function chooseOption(course: Course): Promise<ChosenOption> {
  const { underlying } = course;
  const { expiries } = await findListing(course);
  const today = newYorkDate(course.clock.now());
  const chosen = expiries.find(({ expiry }) => daysBetween(today, expiry) >= EXPIRY_DAYS_MIN);
  if (chosen === undefined) fail(`no expiry of ${underlying} is ${EXPIRY_DAYS_MIN} days off`);
  const { expiry, strikes } = chosen;
  const spot = await spotOf(course);
  const middle = strikes[Math.floor(strikes.length / 2)];
  const strike = spot === null ? middle : nearest(strikes, spot);
  check(strike !== undefined, `no strikes of ${underlying} on ${expiry}`);
  const option = await findOption(course, { expiry, strike, right: 'C' });
  return { option, heldBefore: await course.position(option.symbol) };
}

/** The put of the same expiry and strike. */
export async function otherOption(course: Course): Promise<OptionInstrument> {
  const { expiry, strike } = await course.option();
  return findOption(course, { expiry, strike, right: 'P' });
}

async function findOption(
  { venue, underlying }: Course,
  terms: Pick<OptionInstrument, 'expiry' | 'strike' | 'right'>,
): Promise<OptionInstrument> {
  const found = await venue.instruments.find({ kind: 'option', underlying, ...terms });
  if (!found.ok) fail(`${underlying} ${terms.expiry} ${terms.right}: ${found.error.kind}`);
  check(found.value.kind === 'option', 'an option is an option');
  return found.value;
}

/** Of the share's own quote, where one comes soon. */
async function spotOf(course: Course): Promise<Price | null> {
  const { quotes } = course.venue;
  const instrument = await findShare(course);
  quotes.subscribe(instrument);
  const ask = (): Price => quotes.latest(instrument.symbol)?.ask ?? ZERO_PRICE;
  await course.soonTrue(() => ask() > ZERO_PRICE, SPOT_WAIT_MS);
  return ask() > ZERO_PRICE ? ask() : null;
}

function nearest(strikes: readonly Price[], spot: Price): Price | undefined {
  const distance = (strike: Price): number => Math.abs(Number(strike - spot));
  return strikes.toSorted((a, b) => distance(a) - distance(b))[0];
}

function daysBetween(from: IsoDate, to: IsoDate): number {
  return epochDay(to) - epochDay(from);
}
