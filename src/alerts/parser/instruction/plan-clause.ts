/** Conditions: on what happens, and within a plan, where they do no harm. */
import { claimAt, kindAt, roleAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { isAmount } from '../tokens/token.ts';

export const CLAUSE_WITHIN = 16;

/** "above 250", "over VWAP", "under the 9 ema"; not "over the weekend". */
export function isConditionOf(sheet: Sheet, index: number): boolean {
  for (let next = index + 1; next <= index + 3; next += 1) {
    const token = tokenAt(sheet, next);
    if (isAmount(token)) return claimAt(sheet, next) !== 'plan' && claimAt(sheet, next) !== 'price';
    if (token.role === 'level') return true;
    if (token.role !== 'filler' && token.kind !== 'cashtag' && token.role !== 'at') return false;
  }
  return false;
}

/** Words by which a clause speaks of what will be done with the trade later. */
function isPlanWord(sheet: Sheet, index: number): boolean {
  switch (roleAt(sheet, index)) {
    case 'stop':
    case 'target':
    case 'cut':
    case 'out':
    case 'leave':
    case 'sell':
    case 'trim':
    case 'add':
    case 'close':
    case 'keep':
      return true;
    default:
      return claimAt(sheet, index) === 'plan';
  }
}

/** Whether the clause around a condition is a plan: "SL if it breaks 870", "will add under 4". */
export function isInPlan(sheet: Sheet, index: number): boolean {
  const role = roleAt(sheet, index);
  if (claimAt(sheet, index) === 'plan') return true;
  const isCondition = role === 'condition' || role === 'compare' || role === 'trigger';
  const kind = kindAt(sheet, index);
  if (!isCondition && kind !== 'less' && kind !== 'greater') return false;
  return followsPlan(sheet, index) || (role === 'condition' && announcesPlan(sheet, index));
}

/** Whether a word of a plan stands before in the same clause. */
export function followsPlan(sheet: Sheet, index: number): boolean {
  const first = Math.max(0, index - CLAUSE_WITHIN);
  for (let before = index - 1; before >= first && !isClauseEnd(sheet, before); before -= 1) {
    const claimed = claimAt(sheet, before);
    if (claimed === 'verb' || claimed === 'strike' || kindAt(sheet, before) === 'comma')
      return false;
    if (isPlanWord(sheet, before)) return true;
  }
  return false;
}

/** "… @ 6.10. If 438 breaks I'm out": a sentence of its own that ends in an act. */
function announcesPlan(sheet: Sheet, index: number): boolean {
  if (!isClauseEnd(sheet, index - 1) || kindAt(sheet, index - 1) === 'end') return false;
  for (let next = index + 1; next <= index + CLAUSE_WITHIN; next += 1) {
    if (isClauseEnd(sheet, next) || kindAt(sheet, next) === 'comma') return false;
    if (isPlanWord(sheet, next)) return true;
  }
  return false;
}

function isClauseEnd(sheet: Sheet, index: number): boolean {
  const kind = kindAt(sheet, index);
  return kind === 'newline' || kind === 'period' || kind === 'semicolon' || kind === 'end';
}
