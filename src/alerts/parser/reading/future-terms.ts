/** Price, quantity and plan of an order for a future. */
import type { Reading } from '../../model.ts';
import { findPortion, type Portion } from '../instruction/portions.ts';
import { findQuantities, markCount, type Quantities } from '../instruction/quantities.ts';
import { opens } from '../instruction/verbs.ts';
import type { ParseContext } from '../parse-context.ts';
import { type ChosenPrice, chooseEntryPrice } from '../price/entry-price.ts';
import { exactPrice } from '../price/exact.ts';
import { chooseExitPrice } from '../price/exit-price.ts';
import { markNotes, type Price as WrittenPrice } from '../price/prices.ts';
import { markIntentions } from '../sheet/intentions.ts';
import { claimAt, isFree, type Run, roleAt, type Sheet, spanOf, tokenAt } from '../sheet/sheet.ts';
import { isAmount } from '../tokens/token.ts';
import { mayBeFuturePrice } from '../words/futures-roots.ts';
import type { Role } from '../words/lexicon.ts';
import type { FutureOrder } from './futures.ts';
import { numberDoubt, quantityDoubt } from './number-checks.ts';
import { instruction, refused, type Spans } from './outcome.ts';

const CONTRACTS_MAX = 1000;
const WHOLE: Portion = { partial: false, fraction: null, run: null };

export function readFutureTerms(
  sheet: Sheet,
  order: FutureOrder,
  { policy }: ParseContext,
): Reading | null {
  const quantities = countOf(sheet, order.core);
  const portion = portionOf(sheet, order);
  const chosen = choosePrice(sheet, order);
  const doubt =
    numberDoubt(sheet, chosen, Number.POSITIVE_INFINITY) ??
    quantityDoubt(quantities, CONTRACTS_MAX);
  if (doubt !== null) return doubt;
  if (chosen.kind !== 'chosen') {
    const isBare = opens(order.action) && !happensNow(sheet, order);
    if (isBare || order.needsPrice) return null;
  }
  const implausible = chosen.kind === 'chosen' ? priceDoubt(sheet, order, chosen.price) : null;
  if (implausible !== null) return implausible;
  if (!policy.assets.includes('future')) return refused('asset_not_allowed', 'future');
  return toInstruction(sheet, { order, quantities, portion, chosen });
}

function choosePrice(sheet: Sheet, { action, core }: FutureOrder): ChosenPrice {
  if (opens(action)) markIntentions(sheet, core);
  markNotes(sheet, null);
  return opens(action) ? chooseEntryPrice(sheet, core, 'whole_too') : chooseExitPrice(sheet);
}

function portionOf(sheet: Sheet, { action, verb, strength }: FutureOrder): Portion {
  if (opens(action)) return WHOLE;
  return findPortion(sheet, { run: verb, action, strength, role: roleAt(sheet, verb.from) });
}

function countOf(sheet: Sheet, core: Run): Quantities {
  const inside = markCount(sheet, core);
  const marked = findQuantities(sheet, null);
  if (inside === null) return marked;
  const { value } = tokenAt(sheet, inside.from);
  return { values: [...new Set([value, ...marked.values])], run: inside };
}

function priceDoubt(sheet: Sheet, order: FutureOrder, price: WrittenPrice): Reading | null {
  if (price.value === 0) return refused('price_zero', 'expected a price above 0');
  if (!mayBeFuturePrice(order.root, price.value)) {
    return refused('price_implausible', `${price.value} for ${order.root}`);
  }
  if (!contradictsPlan(sheet, order, price.value)) return null;
  return refused(
    'plan_contradicts_side',
    `${order.action} with a stop or target on the wrong side`,
  );
}

interface Whole {
  readonly order: FutureOrder;
  readonly quantities: Quantities;
  readonly portion: Portion;
  readonly chosen: ChosenPrice;
}

function toInstruction(sheet: Sheet, whole: Whole): Reading {
  const { order, quantities, portion, chosen } = whole;
  const written = chosen.kind === 'chosen' ? chosen.price : null;
  const price = written === null ? null : exactPrice(tokenAt(sheet, written.at).text);
  const high = written === null ? null : exactPrice(tokenAt(sheet, written.highAt).text);
  return instruction(
    {
      action: order.action,
      asset: 'future',
      symbol: order.root,
      right: null,
      strike: null,
      expiry: null,
      quantity: quantities.values[0] ?? null,
      price,
      priceHigh: high === price ? null : high,
      partial: portion.partial,
      fraction: portion.fraction,
    },
    spansOf(sheet, whole),
    `${order.action} ${order.root} future`,
  );
}

function spansOf(sheet: Sheet, { order, quantities, portion, chosen }: Whole): Spans {
  const spans: Spans = {
    action: spanOf(sheet, order.verb.from, order.verb.to),
    symbol: spanOf(sheet, order.rootAt, order.rootAt),
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

const PLAIN_ROLES: ReadonlySet<Role> = new Set([
  'filler',
  'tag',
  'size',
  'entry',
  'label',
  'market',
  'at',
  'enter',
  'in',
  'take',
  'open',
  'part',
  'contract_unit',
  'stop',
  'target',
]);

const NOW_WORDS: ReadonlySet<string> = new Set([
  'here',
  'now',
  'small',
  'order',
  'market',
  'mkt',
  'entry',
  'light',
]);

/** Without a price: nothing but small words, and one of them says that it happens now. */
function happensNow(sheet: Sheet, order: FutureOrder): boolean {
  let saysNow = order.strength === 'explicit';
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    const token = tokenAt(sheet, index);
    if (NOW_WORDS.has(token.lower)) saysNow = true;
    if (!isFree(sheet, index) || token.kind !== 'word') continue;
    if (!PLAIN_ROLES.has(token.role)) return false;
  }
  return saysNow;
}

/** A level this far from the entry counts points, not a price. */
const LEVEL_RATIO_MIN = 0.5;

function contradictsPlan(sheet: Sheet, order: FutureOrder, entry: number): boolean {
  if (!opens(order.action)) return false;
  const isLong = order.action === 'BTO';
  let keyword: Role = 'prose';
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    const token = tokenAt(sheet, index);
    if (token.role === 'stop' || token.role === 'target') keyword = token.role;
    const isLevel = claimAt(sheet, index) === 'plan' && isAmount(token);
    if (!isLevel || token.value < entry * LEVEL_RATIO_MIN) continue;
    const isAbove = token.value > entry;
    if (keyword === 'stop' && isAbove === isLong) return true;
    if (keyword === 'target' && isAbove !== isLong) return true;
  }
  return false;
}
