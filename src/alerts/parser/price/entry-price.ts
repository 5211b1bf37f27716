/** Which of the prices of an entry is the one to pay, and which of them contradict it. */

import { claim, isFree, kindAt, type Run, type Sheet, tokenAt } from '../sheet/sheet.ts';
import type { Token } from '../tokens/token.ts';
import type { Role } from '../words/lexicon.ts';
import { findPrices, isDistinct, type Price } from './prices.ts';

export type PriceDefect = 'two_prices' | 'price_unclear' | 'average_not_price' | 'unclaimed_number';

export type ChosenPrice =
  | { readonly kind: 'chosen'; readonly price: Price }
  | { readonly kind: 'none' }
  | { readonly kind: 'defect'; readonly defect: PriceDefect; readonly at: number };

/**
 * Claims the price and what agrees with it; leaves free what stays unexplained. A bare whole number
 * may count contracts; `whole_too` is for products whose prices are whole.
 */
export function chooseEntryPrice(
  sheet: Sheet,
  core: Run,
  bare: 'distinct' | 'whole_too' = 'distinct',
): ChosenPrice {
  const prices = findPrices(sheet);
  for (const mark of ['at', 'label'] as const) {
    const marked = prices.filter((price) => price.mark === mark);
    if (marked.length > 0) return chooseMarked(sheet, marked, prices);
  }
  const averages = prices.filter(({ mark }) => mark === 'average');
  const [average] = averages;
  const [price, second] = prices.filter(({ mark }) => mark === 'bare');
  if (average !== undefined && (price === undefined || price.at > average.at)) {
    const isNew = isNewAverage(sheet, average);
    if (isNew) return { kind: 'defect', defect: 'average_not_price', at: average.at };
    return chooseMarked(sheet, averages, prices);
  }
  if (price === undefined) return { kind: 'none' };
  if (second !== undefined) return { kind: 'defect', defect: 'two_prices', at: second.at };
  const isCount = bare === 'distinct' && price.unit !== 'contract' && !isDistinct(sheet, price);
  if (isCount || !isBeside(sheet, price, core)) {
    return { kind: 'defect', defect: 'price_unclear', at: price.at };
  }
  claim(sheet, price.run.from, price.run.to, 'price');
  for (const { run } of averages) claim(sheet, run.from, run.to, 'note');
  return { kind: 'chosen', price };
}

function chooseMarked(sheet: Sheet, marked: readonly Price[], all: readonly Price[]): ChosenPrice {
  const [price, second] = marked;
  if (price === undefined) return { kind: 'none' };
  const rival = second !== undefined && marked.some((other) => !agrees(other, price));
  if (rival) return { kind: 'defect', defect: 'two_prices', at: second.at };
  claim(sheet, price.run.from, price.run.to, 'price');
  for (const other of all) {
    const isKnown = other !== price && (other.mark === 'average' || agrees(other, price));
    if (isKnown) claim(sheet, other.run.from, other.run.to, 'note');
  }
  return { kind: 'chosen', price };
}

const PER_CONTRACT = 100;

/** The same price again, or what one contract costs at it. */
function agrees(other: Price, price: Price): boolean {
  if (other.value === price.value && other.high === price.high) return true;
  const cost = Math.round(price.value * PER_CONTRACT);
  return other.mark !== 'at' && other.value === cost;
}

function isNewAverage(sheet: Sheet, price: Price): boolean {
  for (let before = price.at - 1; before >= price.at - 4; before -= 1) {
    if (tokenAt(sheet, before).role !== 'average') continue;
    return tokenAt(sheet, before - 1).lower === 'new' || tokenAt(sheet, before - 1).lower === 'my';
  }
  return false;
}

const BESIDE_ROLES: ReadonlySet<Role> = new Set([
  'tag',
  'filler',
  'size',
  'account',
  'label',
  'quantity_label',
  'contract_unit',
  'share_unit',
  'expiry_label',
  'strike',
  'week',
  'day',
  'at',
  'for',
  'part',
  'long',
  'short',
  'call',
  'put',
  'entry',
]);

const PROSE_WORDS_MAX = 3;
/** Words that lead to a level, not to a price: "into 672", "off 670". */
const LEVEL_LEADS: ReadonlySet<string> = new Set(['into', 'off', 'on', 'with', 'of', 'and']);

/** Whether only parts of the contract, tags and few words stand between contract and number. */
function isBeside(sheet: Sheet, price: Price, core: Run): boolean {
  const isBehind = price.run.from > core.to;
  const from = isBehind ? core.to + 1 : price.run.to + 1;
  const to = isBehind ? price.run.from - 1 : core.from - 1;
  if (isBehind && LEVEL_LEADS.has(tokenAt(sheet, to).lower)) return false;
  let words = 0;
  for (let index = from; index <= to; index += 1) {
    const token = tokenAt(sheet, index);
    if (!isFree(sheet, index) || isTransparent(token, kindAt(sheet, index - 1))) continue;
    if (token.kind !== 'word' || token.role !== 'prose') return false;
    words += 1;
  }
  return words <= PROSE_WORDS_MAX;
}

function isTransparent(token: Token, before: Token['kind']): boolean {
  switch (token.kind) {
    case 'word':
      return BESIDE_ROLES.has(token.role);
    case 'period':
    case 'question':
    case 'less':
    case 'greater':
    case 'arrow':
    case 'semicolon':
      return false;
    case 'newline':
      return before !== 'newline';
    default:
      return true;
  }
}
