/** Gates on the market: the quote itself, its spread, the alert's price against it, our limit. */
import { formatPercent, shareOf } from '#kernel/percent.ts';
import {
  formatPrice,
  maxPrice,
  moneyFromUnits,
  type Price,
  priceFromUnits,
  ZERO_PRICE,
} from '#kernel/price.ts';
import { contractName } from '#market/contract-name.ts';
import type { AssetClass, Instrument } from '#market/instrument.ts';
import { obviousErrorDistance } from '#market/obvious-error.ts';
import { mid, type Quote, quoteAge, quoteDefect } from '#market/quote.ts';
import { tickAt } from '#market/tick-grid.ts';
import type { EntryFacts } from '../model.ts';
import type { RiskCode } from '../reasons.ts';
import type { Limits } from '../settings.ts';
import { type EntryCase, hold, type Judgement, pass, refuse } from './gate.ts';

export function quoteGate({ facts, policy, environment }: EntryCase): Judgement {
  const fault = quoteFault(facts, policy.limits);
  if (fault !== null) return refuse(fault.code, fault.detail);
  const { quote } = facts;
  if (quote?.delayed && environment !== 'simulated') {
    return refuse('quote_delayed', `a delayed quote, in environment ${environment}`);
  }
  return pass(quote === null ? '' : described(quote));
}

/** Why no order may be priced from this quote now, or `null`. */
export function quoteFault(
  facts: Pick<EntryFacts, 'quote' | 'instrument' | 'now'>,
  limits: Limits,
): { readonly code: RiskCode; readonly detail: string } | null {
  const { quote, instrument, now } = facts;
  if (quote === null)
    return { code: 'no_quote', detail: `no quote of ${contractName(instrument)}` };
  if (quote.symbol !== instrument.symbol) {
    return { code: 'quote_mismatch', detail: `expected ${instrument.symbol}, was ${quote.symbol}` };
  }
  const defect = quoteDefect(quote);
  if (defect !== null) return { code: 'quote_unsound', detail: `${defect}: ${described(quote)}` };
  const { receivedMs, eventMs } = quoteAge(quote, now);
  const receivedMax = limits.quoteReceivedAgeMsMax;
  const eventMax = limits.quoteEventAgeMsMax;
  if (receivedMs > receivedMax) {
    return { code: 'quote_stale', detail: `received ${receivedMs} ms ago > ${receivedMax} ms` };
  }
  return eventMs > eventMax
    ? { code: 'quote_stale', detail: `made ${eventMs} ms ago > ${eventMax} ms` }
    : null;
}

export function spreadGate({ facts, policy }: EntryCase): Judgement {
  const quote = sound(facts.quote);
  if (quote === null) return refuse('cannot_evaluate', 'no sound quote to take a spread from');
  const spread = priceFromUnits(quote.ask - quote.bid);
  const most = spreadMax(facts.instrument, mid(quote), policy.limits);
  const fits = spread <= most.amount;
  const detail = `spread ${formatPrice(spread)} ${fits ? '≤' : '>'} ${most.how}`;
  return fits ? pass(detail) : refuse('spread_too_wide', detail);
}

/** An alert far from the market is either late or wrong: a person looks at it. */
export function deviationGate({ facts, policy }: EntryCase): Judgement {
  const { alert, instrument } = facts;
  if (alert.price === null) return pass('the alert has no price');
  const quote = sound(facts.quote);
  if (quote === null) return refuse('cannot_evaluate', 'no sound quote to compare with');
  const middle = mid(quote);
  const distance = distanceFrom(middle, alert.price, alert.priceHigh ?? alert.price);
  const most = deviationMax(instrument.kind, middle, policy.limits);
  const fits = distance <= most;
  const detail =
    `alert ${formatPrice(alert.price)} lies ${formatPrice(distance)} from mid` +
    ` ${formatPrice(middle)}, ${fits ? '≤' : '>'} ${formatPrice(most)}`;
  return fits ? pass(detail) : hold('price_deviates', detail);
}

export function priceMinimumGate({ price, policy }: EntryCase): Judgement {
  if (!price.ok) return refuse('cannot_evaluate', 'no limit to compare');
  const fits = price.value.limit >= policy.limits.priceMin;
  const detail =
    `limit ${formatPrice(price.value.limit)} ${fits ? '≥' : '<'}` +
    ` ${formatPrice(policy.limits.priceMin)}`;
  return fits ? pass(detail) : refuse('price_too_low', detail);
}

export function collarGate({ price }: EntryCase): Judgement {
  if (!price.ok) {
    const why = {
      no_price: 'neither alert nor quote',
      above_collar: 'one tick exceeds the collar',
    };
    return refuse(price.error, `no limit: ${why[price.error]}`);
  }
  const { limit, collar } = price.value;
  const detail = `limit ${formatPrice(limit)}, collar ${formatPrice(collar)}`;
  return limit <= collar ? pass(detail) : refuse('above_collar', detail);
}

/** 0 inside the range. */
function distanceFrom(middle: Price, low: Price, high: Price): Price {
  if (middle < low) return priceFromUnits(low - middle);
  return middle > high ? priceFromUnits(middle - high) : ZERO_PRICE;
}

function deviationMax(asset: AssetClass, middle: Price, limits: Limits): Price {
  const distance = obviousErrorDistance(asset, middle);
  return asset === 'option' || asset === 'future_option'
    ? maxPrice(distance, shareOfPrice(middle, limits.deviationShareMax))
    : distance;
}

function spreadMax(
  { kind, grid }: Instrument,
  middle: Price,
  limits: Limits,
): { readonly amount: Price; readonly how: string } {
  const isOption = kind === 'option' || kind === 'future_option';
  const linear = kind === 'future' ? limits.spreadShareFutureMax : limits.spreadShareEquityMax;
  const share = isOption ? limits.spreadShareMax : linear;
  const least = isOption ? limits.spreadAmountMax : priceFromUnits(2n * tickAt(grid, middle));
  const amount = maxPrice(least, shareOfPrice(middle, share));
  const how =
    `${formatPrice(amount)} (the larger of ${formatPrice(least)} and ${formatPercent(share)}` +
    ` of mid ${formatPrice(middle)})`;
  return { amount, how };
}

function shareOfPrice(of: Price, share: Parameters<typeof shareOf>[1]): Price {
  return priceFromUnits(shareOf(moneyFromUnits(of), share));
}

function sound(quote: Quote | null): Quote | null {
  return quote !== null && quoteDefect(quote) === null ? quote : null;
}

function described({ bid, ask, bidSize, askSize }: Quote): string {
  return `${formatPrice(bid)} × ${bidSize} / ${formatPrice(ask)} × ${askSize}`;
}
