/**
 * Repairs: whole alert texts a person can accept instead of what was written. Never made silently.
 */
import { civilDate, type IsoDate } from '#kernel/calendar.ts';
import { formatPrice } from '#kernel/price.ts';
import { shortDecimal } from '#market/symbols.ts';
import type { ParsedAlert, Repair } from '../model.ts';
import { isUpperSymbol, isWordSymbol } from '../parser/words/symbol-words.ts';

const REPAIRS_MAX = 3;
/** As far ahead as the parser takes a day for a year. */
const YEARS_AHEAD_MAX = 4;

/** One way to change the alert; the likeliest come first. */
export interface Change {
  readonly to: Partial<ParsedAlert>;
  readonly why: string;
}

/** The first few changes as texts, each text once. */
export function repairsOf(
  alert: ParsedAlert,
  changes: readonly Change[],
  today: IsoDate,
): readonly Repair[] {
  const repairs = new Map<string, Repair>();
  for (const { to, why } of changes) {
    const text = instructionText({ ...alert, ...to }, today);
    if (repairs.size < REPAIRS_MAX && !repairs.has(text)) repairs.set(text, { text, why });
  }
  return [...repairs.values()];
}

/**
 * An instruction to open as the parser reads it back on that day: `BTO UBER 78P 1/16/26`,
 * `BTO 2 UBER 78P 12/12 @ 0.75-0.85`, `BTO 150 $NOW @ 96.40`, `Long ES @ 6731.25`.
 */
export function instructionText(alert: ParsedAlert, today: IsoDate): string {
  const { action, asset, quantity } = alert;
  const verb = asset === 'future' ? 'Long' : action;
  const words = [verb, quantity ?? '', symbol(alert), contract(alert, today), price(alert)];
  return words.filter((word) => word !== '').join(' ');
}

/** With a `$` where a reader could take it for a word. */
function symbol({ asset, symbol: name }: ParsedAlert): string {
  const isPlain = name.length > 1 && isUpperSymbol(name) && !isWordSymbol(name);
  return isPlain || asset === 'future' ? name : `$${name}`;
}

function contract({ strike, right, expiry }: ParsedAlert, today: IsoDate): string {
  const side = `${strike === null ? '' : shortDecimal(strike)}${right ?? ''}`;
  return [side, expiry === null ? '' : shortDate(expiry, today)].filter(Boolean).join(' ');
}

/**
 * The year is written as soon as a reader could take the date for one of this year, or its day for
 * a year: "6/30" may be June 2030.
 */
function shortDate(day: IsoDate, today: IsoDate): string {
  const { year, month, day: date } = civilDate(day);
  const short = `${month}/${date}`;
  const thisYear = civilDate(today).year;
  const yearsAhead = date - (thisYear % 100);
  const mayBeYear = yearsAhead >= 0 && yearsAhead <= YEARS_AHEAD_MAX;
  return year === thisYear && !mayBeYear ? short : `${short}/${String(year).slice(2)}`;
}

function price({ price: low, priceHigh }: ParsedAlert): string {
  if (low === null) return '';
  const range = priceHigh === null ? '' : `-${formatPrice(priceHigh)}`;
  return `@ ${formatPrice(low)}${range}`;
}
