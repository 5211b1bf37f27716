/** Price, quantity and portion of an order for shares. */
import type { Price } from '#kernel/price.ts';
import type { Reading } from '../../model.ts';
import { wordTooMany } from '../instruction/bare-statement.ts';
import { findPortion, markKept, type Portion } from '../instruction/portions.ts';
import { findQuantities, type Quantities } from '../instruction/quantities.ts';
import type { ParseContext } from '../parse-context.ts';
import { type ChosenPrice, chooseEntryPrice } from '../price/entry-price.ts';
import { exactPrice } from '../price/exact.ts';
import { chooseExitPrice } from '../price/exit-price.ts';
import { markNotes } from '../price/prices.ts';
import { markAfterwards, markIntentions } from '../sheet/intentions.ts';
import { textAt } from '../sheet/leftover.ts';
import { type Sheet, spanOf, tokenAt } from '../sheet/sheet.ts';
import { isIndex, mayBeSharePrice } from '../words/share-prices.ts';
import { numberDoubt, quantityDoubt } from './number-checks.ts';
import { exitWithoutContract, instruction, nothing, refused, type Spans } from './outcome.ts';
import type { ShareOrder } from './shares.ts';

const SHARES_MAX = 1_000_000;
/** An exit below this may tell the premium of an option. */
const EXIT_PRICE_MIN = 20;
/** More than anybody holds contracts of. */
const SHARE_COUNT_MIN = 100;
const WHOLE: Portion = { partial: false, fraction: null, run: null };

export function readShareEntry(sheet: Sheet, order: ShareOrder, context: ParseContext): Reading {
  const { verb, symbol, hasShareWord } = order;
  if (verb.role === 'add' && !context.policy.addedOpens) {
    return refused('added_does_not_open', 'this channel adds only to what is open');
  }
  const quantities = findQuantities(sheet, verb);
  markIntentions(sheet, order.core);
  markNotes(sheet, null);
  const chosen = chooseEntryPrice(sheet, order.core);
  const terms = termsOf(sheet, quantities, chosen);
  if ('verdict' in terms) return terms;
  if (terms.price === null && !hasShareWord) {
    return nothing('update', 'entry_without_contract', `${symbol} without contract and price`);
  }
  const isCasual = verb.role === 'long' || verb.role === 'short' || !hasShareWord;
  if (terms.price === null && isCasual && verb.strength === 'casual') {
    return refused('price_unclear', `${symbol} shares without a price`);
  }
  const extra = terms.price === null ? wordTooMany(sheet, order.core) : null;
  if (extra !== null && verb.strength === 'casual') {
    return refused('verb_unclear', `no price, and "${textAt(sheet, extra)}"`);
  }
  const value = chosen.kind === 'chosen' ? chosen.price.value : Number.POSITIVE_INFINITY;
  const isCheap = verb.strength === 'casual' && value < EXIT_PRICE_MIN;
  if (!hasShareWord && (isCheap || !mayBeSharePrice(symbol, value))) {
    return refused('asset_unclear', `${value} is no price of ${symbol} shares`);
  }
  return toInstruction(sheet, { order, terms, quantities, portion: WHOLE, chosen }, context);
}

export function readShareExit(sheet: Sheet, order: ShareOrder, context: ParseContext): Reading {
  const { verb, symbol, hasShareWord } = order;
  markKept(sheet);
  const quantities = findQuantities(sheet, verb);
  const portion = findPortion(sheet, verb);
  markAfterwards(sheet, order.core);
  markNotes(sheet, null);
  const chosen = chooseExitPrice(sheet);
  const terms = termsOf(sheet, quantities, chosen);
  if ('verdict' in terms) return terms;
  const value = chosen.kind === 'chosen' ? chosen.price.value : 0;
  const isCounted = terms.quantity !== null && terms.quantity >= SHARE_COUNT_MIN;
  const isShort = verb.role === 'short_premium' && value > 0;
  const isDear = value >= EXIT_PRICE_MIN || isCounted || isShort;
  const isSurelyShares = isDear && mayBeSharePrice(symbol, value) && !isIndex(symbol);
  if (hasShareWord || isSurelyShares) {
    return toInstruction(sheet, { order, terms, quantities, portion, chosen }, context);
  }
  const { partial, fraction } = portion;
  return exitWithoutContract(
    { symbol, partial, fraction, quantity: terms.quantity, price: terms.price },
    spansOf(sheet, { order, terms, quantities, portion, chosen }),
    `${symbol} without a contract`,
  );
}

interface Terms {
  readonly price: Price | null;
  readonly priceHigh: Price | null;
  readonly quantity: number | null;
}

interface Whole {
  readonly order: ShareOrder;
  readonly terms: Terms;
  readonly quantities: Quantities;
  readonly portion: Portion;
  readonly chosen: ChosenPrice;
}

function termsOf(sheet: Sheet, quantities: Quantities, chosen: ChosenPrice): Terms | Reading {
  const doubt =
    numberDoubt(sheet, chosen, Number.POSITIVE_INFINITY) ?? quantityDoubt(quantities, SHARES_MAX);
  if (doubt !== null) return doubt;
  const [quantity = null] = quantities.values;
  if (chosen.kind !== 'chosen') return { price: null, priceHigh: null, quantity };
  if (chosen.price.unit === 'contract') return refused('asset_unclear', 'a price per contract');
  const price = exactPrice(tokenAt(sheet, chosen.price.at).text);
  const high = exactPrice(tokenAt(sheet, chosen.price.highAt).text);
  if (price === 0n) return refused('price_zero', 'expected a price above 0');
  return { price, priceHigh: high === price ? null : high, quantity };
}

function toInstruction(sheet: Sheet, whole: Whole, { policy }: ParseContext): Reading {
  const { order, terms, portion } = whole;
  if (!policy.assets.includes('equity')) return refused('asset_not_allowed', 'equity');
  return instruction(
    {
      action: order.verb.action,
      asset: 'equity',
      symbol: order.symbol,
      right: null,
      strike: null,
      expiry: null,
      quantity: terms.quantity,
      price: terms.price,
      priceHigh: terms.priceHigh,
      partial: portion.partial,
      fraction: portion.fraction,
    },
    spansOf(sheet, whole),
    `${order.verb.action} ${order.symbol} shares`,
  );
}

function spansOf(sheet: Sheet, { order, quantities, portion, chosen }: Whole): Spans {
  const { run } = order.verb;
  const spans: Spans = {
    action: spanOf(sheet, run.from, run.to),
    symbol: spanOf(sheet, order.symbolAt, order.symbolAt),
  };
  if (quantities.run !== null) {
    spans.quantity = spanOf(sheet, quantities.run.from, quantities.run.to);
  }
  if (chosen.kind === 'chosen') {
    const from = Math.min(chosen.price.at, chosen.price.highAt);
    spans.price = spanOf(sheet, from, Math.max(chosen.price.at, chosen.price.highAt));
  }
  if (portion.run !== null) spans.partial = spanOf(sheet, portion.run.from, portion.run.to);
  return spans;
}
