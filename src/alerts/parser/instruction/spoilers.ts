/** Words that spoil an instruction wherever in the message they stand. */
import { kindAt, roleAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { isAmount } from '../tokens/token.ts';
import type { Objection } from './objection.ts';

export function spoilerAt(sheet: Sheet, index: number): Objection | null {
  switch (roleAt(sheet, index)) {
    case 'cancel':
      return 'cancelled';
    case 'correct':
      return 'correction';
    case 'prepare':
      return 'prepare';
    case 'watchlist':
      return 'watch';
    case 'watch':
      return tokenAt(sheet, index - 1).lower === 'on' ? 'watch' : null;
    case 'ready':
      return isGetting(sheet, index - 1) ? 'prepare' : null;
    case 'paper':
      return 'paper_trade';
    case 'example':
      return 'example';
    case 'multi_leg':
      return 'multi_leg';
    case 'spread':
      return isQuoteSpread(sheet, index) ? null : 'multi_leg';
    case 'roll':
      return 'roll';
    case 'whole':
      return isLastPeriod(sheet, index) ? 'already_happened' : null;
    case 'trigger':
      return isOnTrigger(sheet, index) || isTriggerLevel(sheet, index) ? 'conditional' : null;
    case 'this':
      return tokenAt(sheet, index + 1).lower === 'morning' ? 'already_happened' : null;
    default:
      return null;
  }
}

function isGetting(sheet: Sheet, index: number): boolean {
  const word = tokenAt(sheet, index).lower;
  return word === 'get' || word === 'getting' || word === 'be' || word === 'got';
}

/** The spread between bid and ask: "wide spread", "spread is wide". */
function isQuoteSpread(sheet: Sheet, index: number): boolean {
  for (const at of [index - 1, index - 2, index + 1, index + 2]) {
    const role = roleAt(sheet, at);
    if (role === 'wide' || role === 'quote_word') return true;
  }
  return false;
}

/** "last week", "last night", "last Friday" */
function isLastPeriod(sheet: Sheet, index: number): boolean {
  if (tokenAt(sheet, index).lower !== 'last') return false;
  const next = tokenAt(sheet, index + 1);
  return next.role === 'week' || next.role === 'weekday' || next.lower === 'night';
}

/** "on the break of 250", "on reclaim" */
function isOnTrigger(sheet: Sheet, index: number): boolean {
  for (let before = index - 1; before >= index - 3; before -= 1) {
    const word = tokenAt(sheet, before).lower;
    if (word === 'on' || word === 'upon') return true;
    if (word !== 'the' && word !== 'a' && word !== 'clean') return false;
  }
  return false;
}

/** "entry trigger 233" */
function isTriggerLevel(sheet: Sheet, index: number): boolean {
  if (!tokenAt(sheet, index).lower.startsWith('trigger')) return false;
  if (isAmount(tokenAt(sheet, index - 1))) return true;
  const next = kindAt(sheet, index + 1) === 'colon' ? index + 2 : index + 1;
  return isAmount(tokenAt(sheet, next)) || roleAt(sheet, next) === 'at';
}
