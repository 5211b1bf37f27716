/** Strikes that differ from a written one by a slip of the finger. */
import { type Price, parsePrice, priceFromUnits } from '#kernel/price.ts';
import { shortDecimal } from '#market/symbols.ts';

/** Likeliest first: a decimal point lost or misplaced, then one digit too many. */
export function digitSlips(strike: Price): readonly Price[] {
  const shifted = [strike / 10n, strike / 100n, strike * 10n, strike * 100n].map(priceFromUnits);
  const text = shortDecimal(strike);
  const shortened = Array.from(text, (_, at) => text.slice(0, at) + text.slice(at + 1)).flatMap(
    (fewer) => {
      const parsed = parsePrice(fewer);
      return parsed.ok ? [parsed.value] : [];
    },
  );
  const seen = new Set<bigint>([0n, strike]);
  return [...shifted, ...shortened].filter((slip) => {
    const isNew = !seen.has(slip);
    seen.add(slip);
    return isNew;
  });
}
