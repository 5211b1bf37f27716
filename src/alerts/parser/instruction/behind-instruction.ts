/**
 * Words behind an instruction that take it back. The prose there is of any kind: only what revokes
 * a finished statement counts (conditions, "not filled", another day, an act of the other kind).
 */
import { claimAt, isFree, kindAt, roleAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { isAmount, type Token } from '../tokens/token.ts';
import type { Objection, Scope } from './objection.ts';
import { followsPlan, isConditionOf } from './plan-clause.ts';

export function behindInstruction(sheet: Sheet, index: number, scope: Scope): Objection | null {
  switch (roleAt(sheet, index)) {
    case 'negation':
      return takesBack(sheet, index) ? 'negated' : null;
    case 'condition':
      return isAdvice(sheet, index) ? null : 'conditional';
    case 'compare':
      return isConditionOf(sheet, index) ? 'conditional' : null;
    case 'wait':
      return isWaiting(sheet, index) ? 'conditional' : null;
    case 'relative':
    case 'weekday':
      return isAnotherDay(sheet, index) ? 'conditional' : null;
    case 'past':
      return isPastElsewhere(sheet, index, scope) ? null : 'already_happened';
    case 'attempt':
      return isForFill(sheet, index) ? 'not_filled' : null;
    case 'leg':
    case 'share_unit':
      return isShortSale(sheet, scope) ? 'short_premium' : null;
    case 'flow':
      return scope.strength === 'casual' ? 'flow_report' : null;
    default:
      return scope.intent === 'open'
        ? behindEntry(sheet, index, scope)
        : behindExit(sheet, index, scope);
  }
}

/** Behind an entry: what became of it, and acts that end it. */
function behindEntry(sheet: Sheet, index: number, scope: Scope): Objection | null {
  switch (roleAt(sheet, index)) {
    case 'boast':
      return 'recap';
    case 'result':
      return isHighPrice(sheet, index) || isStanding(sheet, index) ? 'recap' : null;
    case 'asking':
      return isPastOf(sheet, index, scope) ? 'recap' : null;
    case 'holding':
      return scope.strength === 'casual' ? 'position_note' : null;
    case 'short_premium':
      return isFree(sheet, index) ? 'short_premium' : null;
    case 'take':
      return isTakenProfit(sheet, index) ? 'two_instructions' : null;
    case 'open':
    case 'close':
      if (isSessionTime(sheet, index) || isCandleClose(sheet, index)) return 'conditional';
      return isFinishedExit(sheet, index) ? 'two_instructions' : null;
    case 'leave':
      if (isOfEntryLabel(sheet, scope)) return 'two_instructions';
      return isFinishedExit(sheet, index) ? 'two_instructions' : null;
    case 'sell':
    case 'trim':
    case 'stopped':
    case 'out':
      return isFinishedExit(sheet, index) ? 'two_instructions' : null;
    default:
      return null;
  }
}

/** Behind an exit: an entry of another contract, or another time. */
function behindExit(sheet: Sheet, index: number, scope: Scope): Objection | null {
  const { role, lower } = tokenAt(sheet, index);
  const isDone = tokenAt(sheet, scope.core.from).lower === 'sold';
  if (role === 'open' && isSessionTime(sheet, index) && !isDone) return 'conditional';
  const isEntry = role === 'enter' || lower === 'added';
  const isOther = isEntry && isFree(sheet, index) && isContractBehind(tokenAt(sheet, index + 1));
  return isOther ? 'two_instructions' : null;
}

/** "If you can't watch it, skip it", in a sentence of its own: said to readers, of any trade. */
function isAdvice(sheet: Sheet, index: number): boolean {
  const before = kindAt(sheet, index - 1);
  const startsSentence = before === 'newline' || before === 'period' || before === 'exclamation';
  const { lower } = tokenAt(sheet, index + 1);
  return startsSentence && (lower.startsWith('you') || lower === 'u' || lower === 'anyone');
}

/** "entry XYZ 205c 3.45, exit 5.10": both ends of a trade that is over. */
function isOfEntryLabel(sheet: Sheet, { core, strength }: Scope): boolean {
  if (strength === 'explicit') return false;
  for (let index = core.from; index <= core.to; index += 1) {
    if (roleAt(sheet, index) === 'entry') return true;
  }
  return false;
}

/** "… @ 2.40 tomorrow", "… 2.40 on Monday": not now, or no longer. */
function isAnotherDay(sheet: Sheet, index: number): boolean {
  if (claimAt(sheet, index) === 'expiry' || tokenAt(sheet, index).lower.startsWith('today')) {
    return false;
  }
  const { lower } = tokenAt(sheet, index - 1);
  if (lower === 'from') return true;
  const before = lower === 'on' ? index - 2 : index - 1;
  return isAmount(tokenAt(sheet, before)) || claimAt(sheet, before) !== 'free';
}

/** "sold XYZ 205c for a 1.20 credit", "sell … against my shares": opens a short position. */
function isShortSale(sheet: Sheet, { core, intent, strength }: Scope): boolean {
  if (intent !== 'close' || strength !== 'casual' || !sheet.claims.includes('strike')) return false;
  for (let index = core.from; index <= core.to; index += 1) {
    if (roleAt(sheet, index) === 'sell') return true;
  }
  return false;
}

const PAST_WITHIN = 4;

/** "entry on XYZ 205c was 3.45", "XYZ 205c @ 3.45 was nice" */
function isPastOf(sheet: Sheet, index: number, { core }: Scope): boolean {
  const { lower } = tokenAt(sheet, index);
  const isNear = index > core.to && index <= core.to + PAST_WITHIN;
  return isNear && (lower === 'was' || lower === 'were');
}

/** "not filled", "not in yet", "no position", "not entering": of a finished statement. */
function takesBack(sheet: Sheet, index: number): boolean {
  const { lower } = tokenAt(sheet, index);
  if (lower === 'yet') return true;
  // "don't take it if you can't watch it" is advice.
  if (lower.startsWith('don') && tokenAt(sheet, index + 1).lower === 'take') return false;
  for (let next = index + 1; next <= index + 2; next += 1) {
    if (isInstructionWord(sheet, next)) return true;
  }
  return false;
}

function isInstructionWord(sheet: Sheet, index: number): boolean {
  const { role, lower } = tokenAt(sheet, index);
  switch (role) {
    case 'in':
    case 'enter':
    case 'buy':
    case 'add':
      return true;
    case 'take':
      return true;
    case 'price_label':
      return lower.startsWith('fill');
    case 'size':
      return lower.startsWith('position');
    default:
      return lower === 'long' || lower === 'live' || lower === 'valid';
  }
}

/** "waiting on confirmation", "waiting for a fill"; "waiting for 218" is a hope. */
function isWaiting(sheet: Sheet, index: number): boolean {
  const { role, lower } = tokenAt(sheet, index + 1);
  if (role !== 'for' && lower !== 'on') return kindAt(sheet, index + 1) !== 'word';
  return !isAmount(tokenAt(sheet, index + 2));
}

/** "is up", "are green": how the trade stands. */
function isStanding(sheet: Sheet, index: number): boolean {
  const before = tokenAt(sheet, index - 1).lower;
  return before === 'is' || before === 'are' || before === "it's" || before === 'now';
}

/** "5.10 high" is how far it went; "3.45 high risk" is a warning. */
function isHighPrice(sheet: Sheet, index: number): boolean {
  const { lower } = tokenAt(sheet, index);
  const isHigh = lower === 'high' || lower === 'highs' || lower === 'peak';
  const next = tokenAt(sheet, index + 1);
  return isHigh && isAmount(tokenAt(sheet, index - 1)) && !next.lower.startsWith('risk');
}

/** "on the 5 min candle close": not before that; in "stop on candle close" it is the stop's. */
function isCandleClose(sheet: Sheet, index: number): boolean {
  return tokenAt(sheet, index - 1).lower === 'candle' && !followsPlan(sheet, index);
}

/** "trying for a fill" */
function isForFill(sheet: Sheet, index: number): boolean {
  const { lower } = tokenAt(sheet, index + 2);
  return roleAt(sheet, index + 1) === 'for' && (lower.startsWith('fill') || lower === 'a');
}

/** A journal kept, or the day a position being closed comes from. */
function isPastElsewhere(sheet: Sheet, index: number, { intent }: Scope): boolean {
  if (tokenAt(sheet, index).lower === 'journal') return true;
  return intent === 'close' && isOrigin(sheet, index);
}

/** "from yesterday", "bought yesterday": where a position being closed came from. */
function isOrigin(sheet: Sheet, index: number): boolean {
  const role = roleAt(sheet, index - 1);
  return role === 'from' || role === 'enter' || role === 'buy' || role === 'entry';
}

/** "at the open", "on open", "before close": not now. Exits like to happen "into the close". */
function isSessionTime(sheet: Sheet, index: number): boolean {
  const word = tokenAt(sheet, index).lower;
  if (word !== 'open') return false;
  const before = tokenAt(sheet, index - 1).lower === 'the' ? index - 2 : index - 1;
  const lead = tokenAt(sheet, before);
  return lead.kind === 'at' || lead.lower === 'at' || lead.lower === 'on';
}

/** "took profits" in another sentence; "take profit at 6" behind the instruction is a plan. */
function isTakenProfit(sheet: Sheet, index: number): boolean {
  const isDone = isFree(sheet, index) && tokenAt(sheet, index).lower === 'took';
  return isDone && roleAt(sheet, index + 1) === 'result';
}

/** An act that ends the trade: "… and sold at 6". */
function isFinishedExit(sheet: Sheet, index: number): boolean {
  if (!isFree(sheet, index)) return false;
  const { role, lower } = tokenAt(sheet, index);
  if (role === 'out') return isOutOfIt(sheet, index);
  if (roleAt(sheet, index + 1) === 'in') return false;
  const isFinished = lower === 'sold' || lower.endsWith('ed') || lower.endsWith('ing');
  return isFinished && role !== 'open' && lower !== 'closing';
}

/** "all out", "out at 6.00", "out here"; not "watch out", "breaking out". */
function isOutOfIt(sheet: Sheet, index: number): boolean {
  const before = roleAt(sheet, index - 1);
  if (before === 'whole' || before === 'holding') return true;
  if (tokenAt(sheet, index - 1).lower === 'got') return true;
  // "will scale out at 20%"
  if (before === 'trim' || roleAt(sheet, index - 2) === 'hedge') return false;
  const next = tokenAt(sheet, index + 1);
  return next.kind === 'at' || next.role === 'at' || isAmount(next) || next.lower === 'here';
}

function isContractBehind(token: Token): boolean {
  if (token.kind === 'cashtag') return true;
  return token.kind === 'word' && token.role === 'prose' && /^[A-Z]{1,5}$/.test(token.text);
}
