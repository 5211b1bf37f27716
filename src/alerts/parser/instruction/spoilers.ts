/** Words that spoil an instruction wherever in the message they stand. */
import { claimAt, kindAt, roleAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { isAmount } from '../tokens/token.ts';
import type { Objection } from './objection.ts';

export function spoilerAt(sheet: Sheet, index: number): Objection | null {
  switch (roleAt(sheet, index)) {
    case 'cancel':
      return isMissedByReaders(sheet, index) ? null : 'cancelled';
    case 'correct':
      return isNoTypo(sheet, index) ? null : 'correction';
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
      return isQuoteSpread(sheet, index) || isOtherSpread(sheet, index) ? null : 'multi_leg';
    case 'roll':
      return 'roll';
    case 'whole':
      return isLastPeriod(sheet, index) ? 'already_happened' : null;
    case 'trigger':
      return isOnTrigger(sheet, index) || isTriggerLevel(sheet, index) ? 'conditional' : null;
    case 'this':
      return tokenAt(sheet, index + 1).lower === 'morning' ? 'already_happened' : null;
    case 'books':
      return isOfBooks(sheet, index) ? 'recap' : null;
    case 'tag':
      return isBookkeeping(sheet, index) ? 'recap' : null;
    default:
      return null;
  }
}

/** "if you missed the last one" */
function isMissedByReaders(sheet: Sheet, index: number): boolean {
  const isMissed = tokenAt(sheet, index).lower === 'missed';
  return isMissed && tokenAt(sheet, index - 1).lower === 'you';
}

/** "not a typo" */
function isNoTypo(sheet: Sheet, index: number): boolean {
  const before = tokenAt(sheet, index - 1).lower === 'a' ? index - 2 : index - 1;
  return tokenAt(sheet, index).lower === 'typo' && roleAt(sheet, before) === 'negation';
}

/** "[LOG] …", "(recorded)", "logged BTO …": written down after the fact. */
function isOfBooks(sheet: Sheet, index: number): boolean {
  const next = kindAt(sheet, index + 1) === 'colon' ? index + 2 : index + 1;
  return kindAt(sheet, index - 1) === 'open_bracket' || claimAt(sheet, next) === 'verb';
}

const BOOK_WORDS: ReadonlySet<string> = new Set(
  `received submitted accepted queued routed parsed placed`.split(' '),
);

/** "Alert received:", "Order submitted", "Trade #2204 closed": a program tells what it did. */
function isBookkeeping(sheet: Sheet, index: number): boolean {
  const { lower } = tokenAt(sheet, index);
  const next = tokenAt(sheet, index + 1);
  if (lower === 'alert' || lower === 'order') return BOOK_WORDS.has(next.lower);
  if (lower !== 'trade' || next.kind !== 'hash') return false;
  const { role } = tokenAt(sheet, index + 3);
  return role === 'close' || role === 'open';
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

/** "full spread paid", "the spread guy", "stick to spreads": of people and costs, not of this. */
function isOtherSpread(sheet: Sheet, index: number): boolean {
  const before = tokenAt(sheet, index - 1).lower;
  const { lower } = tokenAt(sheet, index + 1);
  if (before === 'full' || lower === 'paid' || lower === 'guy' || lower === 'guys') return true;
  return before === 'to' && tokenAt(sheet, index - 2).lower === 'stick';
}

/** "last week", "last night", "last Friday" */
function isLastPeriod(sheet: Sheet, index: number): boolean {
  if (tokenAt(sheet, index).lower !== 'last') return false;
  const next = tokenAt(sheet, index + 1);
  if (next.role === 'week' || next.role === 'weekday') return true;
  return next.lower === 'night' || next.lower === 'month' || next.lower === 'year';
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
