/**
 * Repairs: whole alert texts a person can accept instead of what was written. Never made silently.
 */
import { civilDate, type IsoDate } from '#kernel/calendar.ts';
import { formatPrice } from '#kernel/price.ts';
import { shortDecimal } from '#market/symbols.ts';
import type { ParsedAlert, Repair } from '../model.ts';

const REPAIRS_MAX = 3;

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
 * An instruction as the parser reads it back on that day: `BTO 2 UBER 78P 12/12 @ 0.75-0.85`,
 * `STC UBER 78P 1/16/26 @ 1.50 half`, `BTO 150 SOFI @ 27.85`, `Long ES @ 6731.25`.
 */
export function instructionText(alert: ParsedAlert, today: IsoDate): string {
  const { action, asset, symbol, quantity } = alert;
  const isFuture = asset === 'future' || asset === 'future_option';
  const verb = isFuture && action === 'BTO' ? 'Long' : action;
  const words = [verb, quantity ?? '', symbol, contract(alert, today), price(alert), part(alert)];
  return words.filter((word) => word !== '').join(' ');
}

function contract({ strike, right, expiry }: ParsedAlert, today: IsoDate): string {
  const side = `${strike === null ? '' : shortDecimal(strike)}${right ?? ''}`;
  return [side, expiry === null ? '' : shortDate(expiry, today)].filter(Boolean).join(' ');
}

/** The year is written as soon as a reader could take the date for one of this year. */
function shortDate(day: IsoDate, today: IsoDate): string {
  const { year, month, day: date } = civilDate(day);
  const short = `${month}/${date}`;
  return year === civilDate(today).year ? short : `${short}/${String(year).slice(2)}`;
}

function price({ price: low, priceHigh }: ParsedAlert): string {
  if (low === null) return '';
  const range = priceHigh === null ? '' : `-${formatPrice(priceHigh)}`;
  return `@ ${formatPrice(low)}${range}`;
}

function part({ partial, fraction }: ParsedAlert): string {
  if (!partial) return '';
  if (fraction === null) return 'partial';
  return fraction === 0.5 ? 'half' : `${Math.round(fraction * 100)}%`;
}
