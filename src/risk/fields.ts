/** Settings as people write them: percentages with their sign, amounts as decimal strings. */
import { z } from 'zod';
import { type BasisPoints, formatPercent, parsePercent, percent } from '#kernel/percent.ts';
import { formatMoney, type Money, money, parseMoney, parsePrice } from '#kernel/price.ts';

/** `"2%"`; a bare number is refused, because `2` can be meant as 2 or as 200 per cent. */
export function share(bounds: { least?: string; most: string }) {
  const least = percent(bounds.least ?? '0%');
  const most = percent(bounds.most);
  return z
    .string({ error: (issue) => `expected a percentage such as "2%", was ${shown(issue.input)}` })
    .transform((text, context): BasisPoints => {
      const parsed = parsePercent(text);
      if (parsed !== null && parsed >= least && parsed <= most) return parsed;
      const range = `from ${formatPercent(least)} to ${formatPercent(most)}`;
      const expected = parsed === null ? 'such as "2%"' : range;
      context.addIssue(`expected a percentage ${expected}, was "${text}"`);
      return z.NEVER;
    });
}

/** Dollars, `"1000"` or `"1000.50"`. */
export function amount(bounds: { least?: string; most: string }) {
  const least = money(bounds.least ?? '0');
  const most = money(bounds.most);
  return decimalText().transform((text, context): Money => {
    const parsed = parseMoney(text);
    if (parsed.ok && parsed.value >= least && parsed.value <= most) return parsed.value;
    const range = `from ${formatMoney(least)} to ${formatMoney(most)}`;
    context.addIssue(`expected an amount of dollars ${range}, was "${text}"`);
    return z.NEVER;
  });
}

/** A price or a distance between prices, at least 0. */
export function priceField() {
  return decimalText().transform((text, context) => {
    const parsed = parsePrice(text);
    if (parsed.ok && parsed.value >= 0n) return parsed.value;
    context.addIssue(`expected a decimal price of at least 0 such as "0.05", was "${text}"`);
    return z.NEVER;
  });
}

export function count(least: number, most: number) {
  return z.int().min(least).max(most);
}

/** A span in milliseconds. */
export function span(leastMs: number, mostMs: number) {
  return z.int().min(leastMs).max(mostMs);
}

const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** `09:31` in New York, as minutes after midnight. */
export function timeOfDay() {
  return z
    .string()
    .regex(TIME_OF_DAY, 'expected a time of day such as "09:31"')
    .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));
}

/** YAML reads `1000` as a number and `0.05` as a float: only whole numbers pass without quotes. */
function decimalText() {
  return z.union([z.string(), z.int().transform(String)], {
    error: (issue) => `expected a decimal in quotes such as "0.05", was ${shown(issue.input)}`,
  });
}

function shown(input: unknown): string {
  return typeof input === 'string' ? `"${input}"` : String(input);
}
