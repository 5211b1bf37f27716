/** The price, the quantity and the rest of an option order; then the last look for what is left. */
import type { Price } from '#kernel/price.ts';
import type { AssetClass } from '#market/instrument.ts';
import type { ParsedAlert, Reading } from '../../model.ts';
import type { Strike } from '../contract/strikes.ts';
import { wordTooMany } from '../instruction/bare-statement.ts';
import { findPortion, markKept, type Portion } from '../instruction/portions.ts';
import { findQuantities, type Quantities } from '../instruction/quantities.ts';
import type { ParseContext } from '../parse-context.ts';
import { type ChosenPrice, chooseEntryPrice } from '../price/entry-price.ts';
import { exactPrice, perShare } from '../price/exact.ts';
import { chooseExitPrice } from '../price/exit-price.ts';
import { markNotes, type Scale, type Price as WrittenPrice } from '../price/prices.ts';
import { markMarketLevels } from '../sheet/asides.ts';
import { markAfterwards, markIntentions } from '../sheet/intentions.ts';
import { textAt } from '../sheet/leftover.ts';
import { type Sheet, spanOf, spanWithin, tokenAt } from '../sheet/sheet.ts';
import { isWhole } from '../tokens/token.ts';
import { isFutureRoot } from '../words/futures-roots.ts';
import { numberDoubt, quantityDoubt } from './number-checks.ts';
import type { OptionOrder } from './option.ts';
import { exitWithoutContract, instruction, refused, type Spans } from './outcome.ts';

const STRIKE_MAX = 100_000;
const CONTRACTS_MAX = 1000;
const OSI_DATE_LENGTH = 6;
/** From this share of the strike on, numbers are levels of the underlying. */
const LEVEL_SHARE = 0.5;
/** Below this, "/con" is more likely said of a price per share. */
const PER_CONTRACT_MIN = 5;

export function readEntry(sheet: Sheet, order: OptionOrder, context: ParseContext): Reading {
  const { verb } = order;
  if (order.expiry === null) return refused('no_expiry', 'expected a date, "0dte" or "this week"');
  if (verb?.role === 'add' && !context.policy.addedOpens) {
    return refused('added_does_not_open', 'this channel adds only to what is open');
  }
  const quantities = findQuantities(sheet, verb);
  markIntentions(sheet, order.core);
  markMarketLevels(sheet, order.core.from);
  markNotes(sheet, scaleOf(order));
  const chosen = chooseEntryPrice(sheet, order.core);
  const terms = termsOf(sheet, { order, quantities, chosen, context });
  if ('verdict' in terms) return terms;
  if (verb === null && terms.price === null) return refused('no_verb', 'neither verb nor price');
  if (verb?.strength === 'sign' && terms.price === null) return refused('no_verb', 'only a sign');
  const doubt = bareDoubt(sheet, order, terms) ?? entryDoubt(terms, order);
  if (doubt !== null) return doubt;
  return toInstruction(sheet, order, terms, { partial: false, fraction: null, run: null });
}

export function readExit(sheet: Sheet, order: OptionOrder, context: ParseContext): Reading {
  const { verb, strike } = order;
  if (verb === null) return refused('no_verb', 'expected a verb');
  markKept(sheet);
  const quantities = findQuantities(sheet, verb);
  const portion = findPortion(sheet, verb);
  markAfterwards(sheet, order.core);
  markMarketLevels(sheet, order.core.from);
  markNotes(sheet, scaleOf(order));
  const chosen = chooseExitPrice(sheet);
  const terms = termsOf(sheet, { order, quantities, chosen, context });
  if ('verdict' in terms) return terms;
  if (terms.price !== null && chosen.kind === 'chosen' && chosen.price.value > strike.value) {
    return refused('price_implausible', `${chosen.price.value} for a strike of ${strike.decimal}`);
  }
  const doubt = bareDoubt(sheet, order, terms);
  if (doubt !== null) return doubt;
  if (order.expiry !== null) return toInstruction(sheet, order, terms, portion);
  const { partial, fraction } = portion;
  return exitWithoutContract(
    {
      symbol: order.symbol,
      partial,
      fraction,
      quantity: terms.quantity,
      price: terms.price,
      strike: terms.strike,
      right: strike.right,
    },
    spansOf(sheet, order, terms, portion),
    'the contract is named without its expiry',
  );
}

function scaleOf({ strike }: OptionOrder): Scale {
  return { strike: strike.value, at: strike.strikeAt };
}

interface Terms {
  readonly asset: AssetClass;
  readonly strike: Price;
  readonly price: Price | null;
  readonly priceHigh: Price | null;
  readonly written: WrittenPrice | null;
  readonly quantity: number | null;
  readonly quantities: Quantities;
}

interface TermsInput {
  readonly order: OptionOrder;
  readonly quantities: Quantities;
  readonly chosen: ChosenPrice;
  readonly context: ParseContext;
}

/** Exact price and quantity, or why they are not certain. */
function termsOf(
  sheet: Sheet,
  { order, quantities, chosen, context }: TermsInput,
): Terms | Reading {
  const asset = assetOf(sheet, order);
  if (asset === null) return refused('asset_unclear', `${order.symbol} is a future and a share`);
  if (!context.policy.assets.includes(asset)) return refused('asset_not_allowed', asset);
  const doubt =
    numberDoubt(sheet, chosen, order.strike.value * LEVEL_SHARE) ??
    quantityDoubt(quantities, CONTRACTS_MAX);
  if (doubt !== null) return doubt;
  const written = chosen.kind === 'chosen' ? chosen.price : null;
  const unit = written === null ? 'share' : unitOf(sheet, written, context);
  if (unit === null) return refused('price_unclear', 'per share or per contract');
  const price = written === null ? null : inShares(tokenAt(sheet, written.at).text, unit);
  const high = written === null ? null : inShares(tokenAt(sheet, written.highAt).text, unit);
  const strike = exactPrice(order.strike.decimal);
  if (strike === null || strike === 0n || order.strike.value > STRIKE_MAX) {
    return refused('strike_implausible', `strike ${order.strike.decimal}`);
  }
  if (price === 0n) return refused('price_zero', 'expected a price above 0');
  const [quantity = null] = quantities.values;
  const priceHigh = high === price ? null : high;
  return { asset, strike, price, priceHigh, written, quantity, quantities };
}

function inShares(decimal: string, unit: 'share' | 'contract'): Price | null {
  const exact = exactPrice(decimal);
  return exact !== null && unit === 'contract' ? perShare(exact) : exact;
}

function unitOf(
  sheet: Sheet,
  written: WrittenPrice,
  { policy }: ParseContext,
): 'share' | 'contract' | null {
  if (written.unit === 'contract') return written.value < PER_CONTRACT_MIN ? null : 'contract';
  if (policy.premiumUnit === 'per_share') return 'share';
  return isWhole(tokenAt(sheet, written.at)) && written.value >= PER_CONTRACT_MIN
    ? 'contract'
    : null;
}

/** The class of a strike on `/ES` or `ES`; `null` when ES could be Eversource or the S&P future. */
function assetOf(sheet: Sheet, { symbolAt, symbol, strike }: OptionOrder): AssetClass | null {
  if (tokenAt(sheet, symbolAt).kind === 'future') return 'future_option';
  const isLevelOfFuture = strike.value > SHARE_STRIKE_MAX && isFutureRoot(symbol);
  return isLevelOfFuture ? null : 'option';
}

const SHARE_STRIKE_MAX = 1000;

/** A casual verb without a price, and more words than an instruction has. */
function bareDoubt(sheet: Sheet, { verb, core }: OptionOrder, { price }: Terms): Reading | null {
  if (price !== null || verb?.strength !== 'casual') return null;
  const at = wordTooMany(sheet, core);
  return at === null ? null : refused('verb_unclear', `no price, and "${textAt(sheet, at)}"`);
}

/** A premium of more than half the strike is the underlying's price, or dollars per contract. */
function entryDoubt(terms: Terms, order: OptionOrder): Reading | null {
  const { price, strike, quantities, written } = terms;
  if (price !== null && price * 2n > strike) {
    return refused(
      'price_implausible',
      `a premium beyond half the strike of ${order.strike.decimal}`,
    );
  }
  const isBehind = order.verb !== null && order.verb.run.from > order.strike.run.to;
  const isCountAlone = quantities.run !== null && quantities.run.from > order.core.to;
  if (isBehind && isCountAlone && written === null) {
    return refused('price_unclear', 'a number behind the verb is a count or a price');
  }
  return null;
}

function toInstruction(sheet: Sheet, order: OptionOrder, terms: Terms, portion: Portion): Reading {
  const alert: ParsedAlert = {
    action: order.action,
    asset: terms.asset,
    symbol: order.symbol,
    right: order.strike.right,
    strike: terms.strike,
    expiry: order.expiry,
    quantity: terms.quantity,
    price: terms.price,
    priceHigh: terms.priceHigh,
    partial: portion.partial,
    fraction: portion.fraction,
  };
  const contract = `${order.symbol} ${order.strike.decimal}${order.strike.right}`;
  const detail = `${order.action} ${contract} ${order.expiry ?? ''}`.trim();
  return instruction(alert, spansOf(sheet, order, terms, portion), detail);
}

/** Strike and side, and of an option symbol also root and date, which stand in one token. */
function contractSpans(sheet: Sheet, { strikeAt, sideAt }: Strike): Spans {
  const { kind, from, to, split } = tokenAt(sheet, strikeAt);
  if (kind === 'option_symbol') {
    const date = split - OSI_DATE_LENGTH;
    return {
      symbol: spanWithin(sheet, from, date),
      expiry: spanWithin(sheet, date, split),
      right: spanWithin(sheet, split, split + 1),
      strike: spanWithin(sheet, split + 1, to),
    };
  }
  const isGrown = kind === 'strike_side';
  return {
    strike: isGrown ? spanWithin(sheet, from, split) : spanOf(sheet, strikeAt, strikeAt),
    right: isGrown ? spanWithin(sheet, split, to) : spanOf(sheet, sideAt, sideAt),
  };
}

function spansOf(sheet: Sheet, order: OptionOrder, terms: Terms, portion: Portion): Spans {
  const { verb, strike, symbolAt, expiryRun } = order;
  const { written, quantities } = terms;
  const spans: Spans = {};
  if (verb !== null) spans.action = spanOf(sheet, verb.run.from, verb.run.to);
  if (symbolAt >= 0) spans.symbol = spanOf(sheet, symbolAt, symbolAt);
  if (expiryRun !== null) spans.expiry = spanOf(sheet, expiryRun.from, expiryRun.to);
  Object.assign(spans, contractSpans(sheet, strike));
  if (quantities.run !== null) {
    spans.quantity = spanOf(sheet, quantities.run.from, quantities.run.to);
  }
  if (written !== null) {
    const from = Math.min(written.at, written.highAt);
    spans.price = spanOf(sheet, from, Math.max(written.at, written.highAt));
  }
  if (portion.run !== null) spans.partial = spanOf(sheet, portion.run.from, portion.run.to);
  return spans;
}
