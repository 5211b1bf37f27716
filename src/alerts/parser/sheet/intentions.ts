/**
 * Claims the numbers of what an author means to do after an entry: "will add at 3.80", "sell half
 * at 6.00", "looking for 6", "out below 870".
 *
 * From the word that announces it to the end of the clause every number is a plan's. A hope
 * ("looking for a quick scalp @ 4.35") does not take a number behind an at sign.
 */

import { isAmount } from '../tokens/token.ts';
import { claim, isFree, kindAt, type Run, roleAt, type Sheet, tokenAt } from './sheet.ts';

export function markIntentions(sheet: Sheet, core: Run): void {
  for (let index = core.to + 1; index < sheet.tokens.length; index += 1) {
    const kind = isFree(sheet, index) ? intentionAt(sheet, index) : null;
    if (kind === null) continue;
    index = claimClause(sheet, index, kind);
  }
}

/** Claims the numbers of what happens after an exit: "holding the rest for 3.50". */
export function markAfterwards(sheet: Sheet, core: Run): void {
  for (let index = core.to + 1; index < sheet.tokens.length; index += 1) {
    if (!isFree(sheet, index) || kindAt(sheet, index) !== 'word') continue;
    const role = roleAt(sheet, index);
    const isLater = role === 'keep' || role === 'hedge' || role === 'looking' || role === 'watch';
    if (isLater) index = claimClause(sheet, index, 'hope');
  }
}

type Intention = 'act' | 'hope';

function intentionAt(sheet: Sheet, index: number): Intention | null {
  const { lower, kind } = tokenAt(sheet, index);
  if (kind !== 'word') return null;
  switch (roleAt(sheet, index)) {
    case 'sell':
      return lower === 'sold' ? null : 'act';
    case 'trim':
    case 'leave':
      return lower.endsWith('ed') ? null : 'act';
    case 'cut':
      return 'act';
    case 'out':
      return isPlannedOut(sheet, index + 1) ? 'act' : null;
    case 'add':
      return lower === 'added' ? null : 'act';
    case 'average':
      return roleAt(sheet, index + 1) === 'result' ? 'act' : null;
    case 'hedge':
      return leadsToAct(sheet, index + 1) ? 'act' : 'hope';
    case 'looking':
      return 'hope';
    default:
      return isHope(lower) ? 'hope' : null;
  }
}

/** "out below 870", "out if …"; "out at 6" may be done already. */
function isPlannedOut(sheet: Sheet, index: number): boolean {
  const role = roleAt(sheet, index);
  return role === 'compare' || role === 'condition';
}

const ACT_WITHIN = 4;

function leadsToAct(sheet: Sheet, from: number): boolean {
  for (let index = from; index < from + ACT_WITHIN; index += 1) {
    const role = roleAt(sheet, index);
    if (role === 'add' || role === 'sell' || role === 'trim' || role === 'leave') return true;
    if (role === 'cut' || role === 'stop' || role === 'average' || role === 'take') return true;
  }
  return false;
}

function isHope(lower: string): boolean {
  return lower === 'aiming' || lower === 'expecting' || lower === 'expect' || lower === 'thinking';
}

/** Claims to the end of the clause and says where that is. */
function claimClause(sheet: Sheet, from: number, intention: Intention): number {
  let index = from;
  for (; index < sheet.tokens.length; index += 1) {
    const { kind } = tokenAt(sheet, index);
    if (kind === 'newline' || kind === 'period' || kind === 'semicolon') break;
    if (kind === 'at' && intention === 'hope' && isAmount(tokenAt(sheet, index + 1))) break;
    const isNumber =
      kind === 'number' || kind === 'money' || kind === 'percent' || kind === 'plural';
    const isSmall = kind === 'slash' || kind === 'vulgar' || kind === 'measure';
    if ((isNumber || isSmall) && isFree(sheet, index)) claim(sheet, index, index, 'intention');
  }
  claim(sheet, from, from, 'intention');
  return kindAt(sheet, index) === 'end' ? index : index - 1;
}
