/**
 * Which of the prices of an exit is the one it was sold at.
 *
 * Authors love to say where they came from: "from 1.75 to 2.60", "2.05 → 3.30", "@ 8.15 (from
 * 6.40)", "in at .80, out 1.20". The former price is set aside, the later one counts; two prices
 * whose order is not told are two prices. Gains ("+40 %", "$175 profit") are no price.
 */

import { claim, isFree, kindAt, roleAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { isAmount, isWhole } from '../tokens/token.ts';
import type { Role } from '../words/lexicon.ts';
import type { ChosenPrice } from './entry-price.ts';
import { findPrices, type Price } from './prices.ts';

export function chooseExitPrice(sheet: Sheet): ChosenPrice {
  markGains(sheet);
  markFormer(sheet);
  const chain = lastOfChain(sheet);
  const prices = findPrices(sheet);
  if (chain !== null) {
    const rival = prices.find(({ mark, value }) => mark === 'at' && value !== chain.value);
    if (rival !== undefined) return { kind: 'defect', defect: 'two_prices', at: rival.at };
    return chosen(sheet, chain);
  }
  for (const mark of ['at', 'label', 'bare'] as const) {
    const [price, second] = prices.filter((each) => each.mark === mark);
    if (price === undefined) continue;
    const differs = second !== undefined && second.value !== price.value;
    if (differs) return { kind: 'defect', defect: 'two_prices', at: second.at };
    const isVague = mark === 'bare' && isBareCount(sheet, price);
    if (isVague) return { kind: 'defect', defect: 'price_unclear', at: price.at };
    for (const { mark: other, run } of prices) {
      if (other === 'average') claim(sheet, run.from, run.to, 'note');
    }
    return chosen(sheet, price);
  }
  return { kind: 'none' };
}

function chosen(sheet: Sheet, price: Price): ChosenPrice {
  claim(sheet, price.run.from, price.run.to, 'price');
  return { kind: 'chosen', price };
}

/** A whole number may count contracts; a bare range may be the way from entry to exit. */
function isBareCount(sheet: Sheet, price: Price): boolean {
  const token = tokenAt(sheet, price.at);
  return price.high !== price.value || (token.kind === 'number' && isWhole(token));
}

/** Claims percentages and amounts that say what was gained or lost. */
function markGains(sheet: Sheet): void {
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    if (!isFree(sheet, index)) continue;
    const { kind } = tokenAt(sheet, index);
    if (kind === 'percent' && isGain(sheet, index)) claim(sheet, index, index, 'note');
    else if ((kind === 'number' || kind === 'money') && isGainAmount(sheet, index)) {
      claim(sheet, index, index, 'note');
    }
  }
}

const GAIN_PERCENT_MIN = 100;

/** A sign, brackets, a word of success, an at sign, or more than there is to sell. */
function isGain(sheet: Sheet, index: number): boolean {
  const before = kindAt(sheet, index - 1);
  if (tokenAt(sheet, index).value > GAIN_PERCENT_MIN) return true;
  const isSigned = before === 'plus' || before === 'dash' || before === 'at' || before === 'tilde';
  return isSigned || before === 'open_bracket' || isGainWord(sheet, index);
}

function isGainWord(sheet: Sheet, index: number): boolean {
  const before = roleAt(sheet, index - 1);
  if (before === 'for' || before === 'result' || roleAt(sheet, index + 1) === 'result') return true;
  const next = kindAt(sheet, index + 1);
  return next === 'exclamation' || next === 'sign';
}

/** `+$175`, `175 profit`, `$40/con` with a sign; the sign of a price is an at sign. */
function isGainAmount(sheet: Sheet, index: number): boolean {
  const { kind, isGlued, role } = tokenAt(sheet, index - 1);
  if (kind === 'at' || role === 'at' || role === 'for') return false;
  if (kind === 'plus' && tokenAt(sheet, index).isGlued) return true;
  const isMinus = kind === 'dash' && !isGlued && tokenAt(sheet, index).isGlued;
  if (isMinus && !isAmount(tokenAt(sheet, index - 2))) return true;
  const after = tokenAt(sheet, index + 1);
  return after.role === 'points' || (after.role === 'result' && after.lower !== 'hit');
}

const ORIGIN_ROLES: ReadonlySet<Role> = new Set([
  'from',
  'entry',
  'average',
  'enter',
  'in',
  'buy',
  'bto',
]);
const FORMER_WORDS: ReadonlySet<string> = new Set(['cost', 'paid', 'was']);
const LEAD_WITHIN = 3;

/** Claims the price of the entry: "from 2.05", "in at .80", "avg 1.10", "bought 2.00". */
function markFormer(sheet: Sheet): void {
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    if (!ORIGIN_ROLES.has(roleAt(sheet, index)) || sheet.claims[index] === 'verb') continue;
    const at = amountAfter(sheet, index + 1);
    if (at !== null) claim(sheet, index, at, 'note');
  }
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    const isEntry = isAmount(tokenAt(sheet, index)) && isCalledEntry(sheet, index);
    if (isEntry && isFree(sheet, index)) claim(sheet, index, index, 'note');
    const word = tokenAt(sheet, index).lower;
    if (FORMER_WORDS.has(word) && isFree(sheet, index)) {
      const at = amountAfter(sheet, index + 1);
      if (at !== null) claim(sheet, index, at, 'note');
    }
  }
}

/** `(2.40 entry)`; in "@ 3.30 entry was 2.05" the word belongs to the number behind it. */
function isCalledEntry(sheet: Sheet, index: number): boolean {
  const { role, lower } = tokenAt(sheet, index + 1);
  const isCalled = role === 'entry' || lower === 'cost';
  return isCalled && kindAt(sheet, index - 1) !== 'at' && amountAfter(sheet, index + 2) === null;
}

function amountAfter(sheet: Sheet, from: number): number | null {
  for (let index = from; index <= from + LEAD_WITHIN; index += 1) {
    const token = tokenAt(sheet, index);
    if (isFree(sheet, index) && isAmount(token)) return index;
    const { kind, role } = token;
    const leads = kind === 'at' || kind === 'colon' || role === 'at' || role === 'for';
    const isSmall = role === 'price_label' || role === 'average' || token.lower === 'was';
    if (!leads && !isSmall && kind !== 'tilde' && role !== 'entry') return null;
  }
  return null;
}

/** `2.05 → 3.30`, `from 2.05 to 3.30`: the last of prices that lead to one another. */
function lastOfChain(sheet: Sheet): Price | null {
  for (let index = sheet.tokens.length - 1; index > 0; index -= 1) {
    if (!isFree(sheet, index) || !isAmount(tokenAt(sheet, index))) continue;
    const start = chainStart(sheet, index);
    if (start === null) continue;
    for (let at = start; at < index; at += 1) {
      if (isAmount(tokenAt(sheet, at)) && isFree(sheet, at)) claim(sheet, at, at, 'note');
    }
    const { value } = tokenAt(sheet, index);
    const run = { from: index, to: index };
    return { mark: 'label', at: index, highAt: index, value, high: value, unit: 'unmarked', run };
  }
  return null;
}

function chainStart(sheet: Sheet, last: number): number | null {
  let start = last;
  for (;;) {
    const before = kindAt(sheet, start - 1) === 'at' ? start - 2 : start - 1;
    const leads =
      kindAt(sheet, before) === 'arrow' ||
      isGreater(sheet, before) ||
      roleAt(sheet, before) === 'to';
    if (!leads || !isAmount(tokenAt(sheet, before - 1))) break;
    start = before - 1;
  }
  return start === last ? null : start;
}

function isGreater(sheet: Sheet, index: number): boolean {
  return kindAt(sheet, index) === 'greater';
}
