/** Strikes that differ from a written one by a slip of the finger. */
import { type Price, parsePrice, priceFromUnits } from '#kernel/price.ts';
import { shortDecimal } from '#market/symbols.ts';

/** A decimal point lost or misplaced; likeliest first. */
export function shifted(strike: Price): readonly Price[] {
  return [strike / 10n, strike / 100n, strike * 10n, strike * 100n].map(priceFromUnits);
}

/** One digit too many, wherever it stands. */
export function shortened(strike: Price): readonly Price[] {
  const text = shortDecimal(strike);
  return Array.from(text, (_, at) => parsePrice(text.slice(0, at) + text.slice(at + 1))).flatMap(
    (parsed) => (parsed.ok ? [parsed.value] : []),
  );
}
