/**
 * Whether the contract of an opening alert exists, can be traded and can cost what is written.
 *
 * In    the alert, what the instrument data found, the listing, quotes of contract and underlying.
 * Out   the instrument, or a refusal with its code and at most three repairs, likeliest first.
 * Rule  a repair is a text for a person to accept; nothing is ever changed silently. What cannot be
 *       judged here for want of a quote is judged by risk, which refuses without one.
 */
import type { Listing, LookupFault } from '#feeds/ports.ts';
import { formatPrice, type Price, priceFromUnits } from '#kernel/price.ts';
import type { Result } from '#kernel/result.ts';
import type { EpochMs } from '#kernel/time.ts';
import { contractName } from '#market/contract-name.ts';
import type { Instrument } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';
import { newYorkDate } from '#market/session.ts';
import type { ParsedAlert, Repair } from '../model.ts';
import type { ReasonCode } from '../reasons.ts';
import {
  explainUnlisted,
  type Finding,
  isWithin,
  listedSlips,
  otherExpiries,
  swap,
} from './listing.ts';
import { isNear, isPlausible, type Market, marketOf, middleOf } from './premium.ts';
import { type Change, repairsOf } from './repair.ts';

export interface ContractFacts {
  readonly alert: ParsedAlert;
  readonly found: Result<Instrument, LookupFault>;
  /** For options; `null` when it could not be had. */
  readonly listing: Listing | null;
  readonly quote: Quote | null;
  readonly underlyingQuote: Quote | null;
  readonly now: EpochMs;
}

export type ContractCheck =
  | { readonly kind: 'ok'; readonly instrument: Instrument }
  | {
      readonly kind: 'refused';
      readonly code: ReasonCode;
      readonly detail: string;
      readonly repairs: readonly Repair[];
    };

export function checkContract(facts: ContractFacts): ContractCheck {
  const { found } = facts;
  if (!found.ok) return refused(notFound(found.error, facts), facts);
  const finding = standing(found.value, facts) ?? pricing(found.value, facts);
  return finding === null ? { kind: 'ok', instrument: found.value } : refused(finding, facts);
}

function refused({ code, detail, changes }: Finding, { alert, now }: ContractFacts): ContractCheck {
  return { kind: 'refused', code, detail, repairs: repairsOf(alert, changes, newYorkDate(now)) };
}

function notFound(fault: LookupFault, facts: ContractFacts): Finding {
  const { alert, listing, underlyingQuote, now } = facts;
  switch (fault.kind) {
    case 'unavailable':
      return { code: 'lookup_unavailable', detail: fault.detail, changes: [] };
    case 'unknown_symbol': {
      const detail = `no symbol ${alert.symbol} is known`;
      return { code: 'unknown_symbol', detail, changes: [] };
    }
    case 'not_listed':
      return explainUnlisted(alert, listing, spotOf(underlyingQuote, now), newYorkDate(now));
  }
}

/** Whether a listed contract may be opened at all. */
function standing(instrument: Instrument, { listing, now }: ContractFacts): Finding | null {
  const name = contractName(instrument);
  if (instrument.kind === 'option' && !instrument.standard) {
    return { code: 'contract_not_standard', detail: `${name} is adjusted`, changes: [] };
  }
  if (instrument.kind !== 'equity' && instrument.lastTradeAt <= now) {
    const { kind, expiry } = instrument;
    const today = newYorkDate(now);
    const changes =
      kind === 'option' && listing !== null
        ? otherExpiries({ strike: instrument.strike, expiry, listing, today })
        : [];
    return { code: 'contract_expired', detail: `${name} no longer trades`, changes };
  }
  if (instrument.tradable && !instrument.closingOnly) return null;
  const why = instrument.tradable ? 'takes only closing orders' : 'takes no orders';
  return { code: 'contract_not_tradable', detail: `${name} ${why}`, changes: [] };
}

/** Whether the contract can cost what the alert says; `null` when it can, or nobody knows. */
function pricing(instrument: Instrument, facts: ContractFacts): Finding | null {
  const { alert, now } = facts;
  const { price } = alert;
  if (price === null) return null;
  const spot = spotOf(facts.underlyingQuote, now);
  const market = marketOf(facts.quote, now);
  if (market === null) return bounded(instrument, price, spot);
  if (isPlausible(price, market, instrument.kind)) return null;
  const changes = [
    ...scaled(alert, market),
    ...misread(instrument, facts, spot),
    ...underlyingInstead(instrument, price, market, spot),
  ];
  const shown = `market ${side(market.bid)} / ${side(market.ask)}`;
  const detail = `price ${formatPrice(price)} cannot be, ${shown}`;
  return { code: changes[0]?.code ?? 'price_off_market', detail, changes };
}

type Explained = Change & { readonly code: ReasonCode };

/** `75` for 0.75, dollars of a contract for dollars of a share, a decimal point misplaced. */
function scaled(alert: ParsedAlert, market: Market): readonly Explained[] {
  const { price, priceHigh } = alert;
  if (price === null) return [];
  return SCALES.flatMap(([times, per, how]) => {
    const scale = (of: Price): Price => priceFromUnits((of * times) / per);
    if (!isNear(scale(price), market)) return [];
    const to = { price: scale(price), priceHigh: priceHigh === null ? null : scale(priceHigh) };
    return [{ to, why: `price ${how}, as the market shows`, code: 'price_hundredfold' as const }];
  });
}

const SCALES = [
  [1n, 100n, '÷ 100'],
  [1n, 10n, '÷ 10'],
  [100n, 1n, '× 100'],
  [10n, 1n, '× 10'],
] as const;

/** The strike is the slip: another listed one, near the money, was meant. */
function misread(
  instrument: Instrument,
  { alert, listing }: ContractFacts,
  spot: Price | null,
): readonly Explained[] {
  if (instrument.kind !== 'option' || listing === null) return [];
  const { strike, expiry } = instrument;
  const strikes = listing.expiries.find((each) => each.expiry === expiry)?.strikes ?? [];
  const swapped = swap(alert, strikes, spot);
  const isFar = spot !== null && !isWithin(strike, spot, 50n);
  const slips = isFar ? listedSlips(strike, strikes, spot) : [];
  return [
    ...swapped.map((change) => ({ ...change, code: 'strike_price_swapped' as const })),
    ...slips.map((change) => ({ ...change, code: 'strike_digits' as const })),
  ];
}

/** The author wrote where the underlying trades: the same order without a price is meant. */
function underlyingInstead(
  { kind }: Instrument,
  price: Price,
  market: Market,
  spot: Price | null,
): readonly Explained[] {
  if (spot === null || (kind !== 'option' && kind !== 'future_option')) return [];
  const isNearer = apart(price, spot) < apart(price, middleOf(market));
  if (!isNearer) return [];
  const why = `${formatPrice(price)} is near the underlying's ${formatPrice(spot)}: no price`;
  return [{ to: { price: null, priceHigh: null }, why, code: 'price_is_underlying' }];
}

/** Without a quote: what no option of this kind can cost. */
function bounded(instrument: Instrument, price: Price, spot: Price | null): Finding | null {
  if (instrument.kind !== 'option') return null;
  const bound = instrument.right === 'P' ? instrument.strike : spot;
  if (bound === null || price < bound) return null;
  const what = instrument.right === 'P' ? 'its strike' : 'its underlying';
  const detail = `price ${formatPrice(price)} is not below ${what} ${formatPrice(bound)}`;
  const isSpot = spot !== null && isWithin(price, spot, 5n);
  const changes = isSpot
    ? [{ to: { price: null, priceHigh: null }, why: "that is the underlying's price: no price" }]
    : [];
  return { code: isSpot ? 'price_is_underlying' : 'price_off_market', detail, changes };
}

function spotOf(quote: Quote | null, now: EpochMs): Price | null {
  const market = marketOf(quote, now);
  return market === null ? null : middleOf(market);
}

function side(of: Price | null): string {
  return of === null ? 'none' : formatPrice(of);
}

function apart(a: Price, b: Price): bigint {
  return a > b ? a - b : b - a;
}
