/**
 * Futures we know by root: tick, worth of a point, months and when a contract ends.
 *
 * Figures are the exchanges' contract specifications (cmegroup.com, cboe.com/tradable_products).
 * `multiplier` is whole dollars per 1.00 of the quoted price; a product whose point is worth a
 * fraction of a dollar (MYM, MBT, MET) is not listed, rather than listed wrongly. `months` are the
 * delivery months in which trading concentrates, not every month the exchange lists.
 */
import { type Price, price } from '#kernel/price.ts';
import type { StreamerVenue } from './future-symbols.ts';

/**
 * The rule by which trading in a contract ends; days are exchange business days.
 *
 * third_friday: that Friday of the delivery month, 09:30.
 * third_last_day: the third last business day of the delivery month.
 * before_25th: three business days before the 25th of the month before delivery (crude oil).
 * before_month: `days` business days before the first day of the delivery month.
 * before_month_end: `days` business days before the last business day of the delivery month.
 * before_third_wednesday: `days` business days before it.
 * last_friday: that Friday of the delivery month.
 */
export type ExpiryRule =
  | { readonly kind: 'third_friday' | 'third_last_day' | 'before_25th' | 'last_friday' }
  | {
      readonly kind: 'before_month' | 'before_month_end' | 'before_third_wednesday';
      readonly days: number;
    };

/**
 * When attention moves to the next contract: `days` calendar days before the last trading day, or,
 * for what is delivered, before the delivery month begins (ahead of first notice).
 */
export interface RollRule {
  readonly before: 'expiry' | 'delivery_month';
  readonly days: number;
}

export interface FutureProduct {
  readonly root: string;
  readonly name: string;
  readonly venue: StreamerVenue;
  readonly tick: Price;
  /** Whole dollars per 1.00 of price. */
  readonly multiplier: number;
  /** Codes of the delivery months, as in `HMUZ`. */
  readonly months: string;
  readonly expiry: ExpiryRule;
  /** Minutes after midnight in New York at which trading ends on the last day. */
  readonly lastMinute: number;
  readonly roll: RollRule;
}

type Figures = readonly [root: string, name: string, tick: string, multiplier: number];
type Family = Omit<FutureProduct, 'root' | 'name' | 'tick' | 'multiplier'>;

const QUARTERLY = 'HMUZ';
const MONTHLY = 'FGHJKMNQUVXZ';
const AFTER_A_WEEK: RollRule = { before: 'expiry', days: 7 };
const BEFORE_NOTICE: RollRule = { before: 'delivery_month', days: 3 };

const INDEX: Family = {
  venue: 'XCME',
  months: QUARTERLY,
  expiry: { kind: 'third_friday' },
  lastMinute: 9 * 60 + 30,
  roll: AFTER_A_WEEK,
};
const METAL: Family = {
  venue: 'XCEC',
  months: 'HKNUZ',
  expiry: { kind: 'third_last_day' },
  lastMinute: 13 * 60,
  roll: BEFORE_NOTICE,
};
const ENERGY: Family = {
  venue: 'XNYM',
  months: MONTHLY,
  expiry: { kind: 'before_25th' },
  lastMinute: 14 * 60 + 30,
  roll: { before: 'expiry', days: 3 },
};
const BOND: Family = {
  venue: 'XCBT',
  months: QUARTERLY,
  expiry: { kind: 'before_month_end', days: 7 },
  lastMinute: 13 * 60,
  roll: BEFORE_NOTICE,
};
const CURRENCY: Family = {
  venue: 'XCME',
  months: QUARTERLY,
  expiry: { kind: 'before_third_wednesday', days: 2 },
  lastMinute: 10 * 60 + 16,
  roll: AFTER_A_WEEK,
};
const CRYPTO: Family = {
  venue: 'XCME',
  months: MONTHLY,
  expiry: { kind: 'last_friday' },
  // 16:00 in London: 11:00 here, or noon while only one of the two is on summer time.
  lastMinute: 11 * 60,
  roll: { before: 'expiry', days: 3 },
};

const GOLD_MONTHS = 'GJMQVZ';
const LAST_OF_MONTH = { expiry: { kind: 'before_month_end', days: 0 } } as const;
const GAS = { expiry: { kind: 'before_month', days: 3 } } as const;

const PRODUCTS: readonly FutureProduct[] = [
  product(INDEX, ['ES', 'E-mini S&P 500', '0.25', 50]),
  product(INDEX, ['MES', 'Micro E-mini S&P 500', '0.25', 5]),
  product(INDEX, ['NQ', 'E-mini Nasdaq-100', '0.25', 20]),
  product(INDEX, ['MNQ', 'Micro E-mini Nasdaq-100', '0.25', 2]),
  product(INDEX, ['RTY', 'E-mini Russell 2000', '0.10', 50]),
  product(INDEX, ['M2K', 'Micro E-mini Russell 2000', '0.10', 5]),
  product({ ...INDEX, venue: 'XCBT' }, ['YM', 'E-mini Dow', '1', 5]),
  product({ ...METAL, months: GOLD_MONTHS, lastMinute: 13 * 60 + 30 }, ['GC', 'Gold', '0.10', 100]),
  product({ ...METAL, months: GOLD_MONTHS, lastMinute: 13 * 60 + 30 }, [
    'MGC',
    'Micro Gold',
    '0.10',
    10,
  ]),
  product({ ...METAL, lastMinute: 13 * 60 + 25 }, ['SI', 'Silver', '0.005', 5000]),
  product({ ...METAL, lastMinute: 13 * 60 + 25 }, ['SIL', 'Micro Silver', '0.005', 1000]),
  product(METAL, ['HG', 'Copper', '0.0005', 25_000]),
  product(METAL, ['MHG', 'Micro Copper', '0.0005', 2500]),
  product(ENERGY, ['CL', 'Crude Oil', '0.01', 1000]),
  product({ ...ENERGY, ...GAS }, ['NG', 'Natural Gas', '0.001', 10_000]),
  product(BOND, ['ZB', '30-Year Treasury Bond', '0.03125', 1000]),
  product(BOND, ['UB', 'Ultra Treasury Bond', '0.03125', 1000]),
  product(BOND, ['ZN', '10-Year Treasury Note', '0.015625', 1000]),
  product(BOND, ['TN', 'Ultra 10-Year Treasury Note', '0.015625', 1000]),
  product({ ...BOND, ...LAST_OF_MONTH }, ['ZF', '5-Year Treasury Note', '0.0078125', 1000]),
  product({ ...BOND, ...LAST_OF_MONTH }, ['ZT', '2-Year Treasury Note', '0.00390625', 2000]),
  product(CURRENCY, ['6E', 'Euro', '0.00005', 125_000]),
  product(CURRENCY, ['6B', 'British Pound', '0.0001', 62_500]),
  product(CURRENCY, ['6J', 'Japanese Yen', '0.0000005', 12_500_000]),
  product(CURRENCY, ['6A', 'Australian Dollar', '0.00005', 100_000]),
  product(CURRENCY, ['M6E', 'Micro Euro', '0.0001', 12_500]),
  product(CRYPTO, ['BTC', 'Bitcoin', '5', 5]),
  product(CRYPTO, ['ETH', 'Ether', '0.50', 50]),
];

export const FUTURE_PRODUCTS: ReadonlyMap<string, FutureProduct> = new Map(
  PRODUCTS.map((known) => [known.root, known]),
);

function product(family: Family, [root, name, tick, multiplier]: Figures): FutureProduct {
  return { ...family, root, name, tick: price(tick), multiplier };
}
