/**
 * Finds how many contracts or shares a message states. Most state none.
 *
 * A count carries a mark of its own: its unit ("4 cons"), an x, brackets, or its place right behind
 * the verb. Words for a size ("starter", "1/2 size") are no quantity.
 */
import { claim, isFree, kindAt, type Run, roleAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { isWhole, type Token } from '../tokens/token.ts';
import { opens, type Verb } from './verbs.ts';

export interface Quantities {
  readonly values: readonly number[];
  readonly run: Run | null;
}

export function findQuantities(sheet: Sheet, verb: Verb | null): Quantities {
  const values: number[] = [];
  let run: Run | null = null;
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    if (!isFree(sheet, index)) continue;
    const marked = markedCount(sheet, index) ?? countBehindVerb(sheet, index, verb);
    if (marked === null) continue;
    claim(sheet, marked.from, marked.to, 'quantity');
    values.push(tokenAt(sheet, countAt(sheet, marked)).value);
    run ??= { from: countAt(sheet, marked), to: countAt(sheet, marked) };
  }
  return { values: [...new Set(values)], run };
}

function countAt(sheet: Sheet, run: Run): number {
  for (let index = run.from; index <= run.to; index += 1) {
    const { kind } = tokenAt(sheet, index);
    if (kind === 'number' || kind === 'times' || kind === 'measure') return index;
  }
  return run.from;
}

const COUNT_UNITS: ReadonlySet<string> = new Set(
  `con cons contract contracts ct cts lot lots share shares shs sh`.split(' '),
);

function markedCount(sheet: Sheet, index: number): Run | null {
  const token = tokenAt(sheet, index);
  switch (token.kind) {
    case 'times':
      return isWhole(token) ? { from: index, to: index } : null;
    case 'measure':
      return COUNT_UNITS.has(token.unit) && isWhole(token) ? { from: index, to: index } : null;
    case 'number':
      return isWhole(token) ? countWithUnit(sheet, index) : null;
    case 'open_bracket':
      return bracketed(sheet, index);
    case 'word':
      return labelled(sheet, index, token) ?? allOf(sheet, index, token);
    default:
      return null;
  }
}

/** `2 cons`, `100 shares` */
function countWithUnit(sheet: Sheet, index: number): Run | null {
  const unit = roleAt(sheet, index + 1);
  const isUnit = unit === 'contract_unit' || unit === 'share_unit';
  return isUnit && kindAt(sheet, index - 1) !== 'at' ? { from: index, to: index + 1 } : null;
}

/** `(4)` */
function bracketed(sheet: Sheet, index: number): Run | null {
  const count = tokenAt(sheet, index + 1);
  const isCount = count.kind === 'number' && isWhole(count) && isFree(sheet, index + 1);
  const isClosed = kindAt(sheet, index + 2) === 'close_bracket';
  return isCount && isClosed ? { from: index, to: index + 2 } : null;
}

/** "…, all 20" */
function allOf(sheet: Sheet, index: number, { lower }: Token): Run | null {
  const count = tokenAt(sheet, index + 1);
  const isCount = count.kind === 'number' && isWhole(count) && isFree(sheet, index + 1);
  if (lower !== 'all' || !isCount || kindAt(sheet, index - 1) !== 'comma') return null;
  const next = kindAt(sheet, index + 2);
  const ends = next === 'end' || next === 'newline' || next === 'period' || next === 'comma';
  return ends ? { from: index, to: index + 1 } : null;
}

/** `qty 3`, `Contracts: 3`, `x 3` */
function labelled(sheet: Sheet, index: number, token: Token): Run | null {
  const isTimes = token.lower === 'x';
  const isLabel = token.role === 'quantity_label' || token.role === 'contract_unit';
  if (!isTimes && !isLabel) return null;
  const hasColon = kindAt(sheet, index + 1) === 'colon';
  if (token.role === 'contract_unit' && !hasColon) return null;
  const at = hasColon ? index + 2 : index + 1;
  const count = tokenAt(sheet, at);
  return count.kind === 'number' && isWhole(count) && isFree(sheet, at)
    ? { from: index, to: at }
    : null;
}

/** `BTO 5 XYZ`, `added only 2`, `STC 3 more` */
function countBehindVerb(sheet: Sheet, index: number, verb: Verb | null): Run | null {
  if (verb === null || index <= verb.run.to || verb.strength === 'sign') return null;
  const token = tokenAt(sheet, index);
  if (token.kind !== 'number' || !isWhole(token)) return null;
  // "took entry: 3" tells the price.
  if (roleAt(sheet, verb.run.to) === 'entry' && kindAt(sheet, verb.run.to + 1) === 'colon')
    return null;
  for (let before = verb.run.to + 1; before < index; before += 1) {
    if (isSignOfCount(sheet, before, verb)) continue;
    const role = roleAt(sheet, before);
    const kind = kindAt(sheet, before);
    const isJoint = kind === 'colon' || kind === 'pipe';
    const isSmall = isJoint || role === 'filler' || role === 'whole' || role === 'part';
    if (!isSmall && tokenAt(sheet, before).lower !== 'only') return null;
  }
  return isPriceOrStrikeNext(tokenAt(sheet, index + 1)) ? null : { from: index, to: index };
}

/** "BOT +5", "SOLD -5": platforms write counts with the sign of the change. */
function isSignOfCount(sheet: Sheet, index: number, verb: Verb): boolean {
  if (index !== verb.run.to + 1 || !tokenAt(sheet, index + 1).isGlued) return false;
  const { kind, isGlued } = tokenAt(sheet, index);
  return !isGlued && kind === (opens(verb.action) ? 'plus' : 'dash');
}

/** "added 4 calls", "in 2.10-2.20": the number is something else. */
function isPriceOrStrikeNext(next: Token): boolean {
  if (next.kind === 'dash' || next.kind === 'slash_sign' || next.kind === 'arrow') return true;
  if (next.kind === 'colon') return true;
  return (
    next.role === 'call' ||
    next.role === 'put' ||
    next.role === 'side_letter' ||
    next.role === 'points'
  );
}

/** Claims a whole number between verb and symbol, where it can only count: "Long 2 NQ". */
export function markCount(sheet: Sheet, core: Run): Run | null {
  for (let index = core.from + 1; index < core.to; index += 1) {
    const token = tokenAt(sheet, index);
    if (!isFree(sheet, index) || token.kind !== 'number' || !isWhole(token)) continue;
    claim(sheet, index, index, 'quantity');
    return { from: index, to: index };
  }
  return null;
}
