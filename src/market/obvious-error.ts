/**
 * How far a price may lie from the market before a venue could call the trade an obvious error.
 *
 * Options: minimum amounts of the US options exchanges (Nasdaq obvious-error form). Shares: the
 * numerical guidelines for clearly erroneous executions in regular hours (FINRA 11892). Futures
 * have ranges of their own per product; 1 % is wider than those of the index futures and tight
 * enough to catch a wrong digit.
 */
import { percent, shareOf } from '#kernel/percent.ts';
import { moneyFromUnits, type Price, price, priceFromUnits } from '#kernel/price.ts';
import type { AssetClass } from './instrument.ts';

const OPTION_BANDS = [
  { upTo: price('5'), allowed: price('0.40') },
  { upTo: price('10'), allowed: price('0.50') },
  { upTo: price('20'), allowed: price('0.80') },
  { upTo: price('50'), allowed: price('1.00') },
  { upTo: price('100'), allowed: price('1.50') },
] as const;
const OPTION_BELOW_TWO = price('0.25');
const OPTION_ABOVE = price('2.00');
const TWO = price('2');

const SHARE_BANDS = [
  { upTo: price('25'), share: percent('10%') },
  { upTo: price('50'), share: percent('5%') },
] as const;
const SHARE_ABOVE = percent('3%');
const FUTURE_SHARE = percent('1%');

/** The distance, in price, allowed on either side of `reference`. */
export function obviousErrorDistance(asset: AssetClass, reference: Price): Price {
  switch (asset) {
    case 'option':
    case 'future_option': {
      if (reference < TWO) return OPTION_BELOW_TWO;
      return OPTION_BANDS.find((band) => reference <= band.upTo)?.allowed ?? OPTION_ABOVE;
    }
    case 'equity': {
      const share = SHARE_BANDS.find((band) => reference <= band.upTo)?.share ?? SHARE_ABOVE;
      return priceFromUnits(shareOf(moneyFromUnits(reference), share));
    }
    case 'future':
      return priceFromUnits(shareOf(moneyFromUnits(reference), FUTURE_SHARE));
  }
}
