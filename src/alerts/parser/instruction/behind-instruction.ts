/**
 * Words behind an instruction that take it back. The prose there is of any kind: only what revokes a
 * finished statement counts (conditions, "not filled", another day, an act of the other kind).
 */
import { claimAt, isFree, roleAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { isAmount, type Token } from '../tokens/token.ts';
import type { Objection, Scope } from './objection.ts';
import { isConditionOf } from './plan-clause.ts';

export function behindInstruction(sheet: Sheet, index: number, scope: Scope): Objection | null {
  switch (roleAt(sheet, index)) {
    case 'negation':
      return takesBack(sheet, index) ? 'negated' : null;
    case 'condition':
      return 'conditional';
    case 'compare':
      return isConditionOf(sheet, index) ? 'conditional' : null;
    case 'past':
      return scope.intent === 'close' && isOrigin(sheet, index) ? null : 'already_happened';
    case 'flow':
      return scope.strength === 'casual' ? 'flow_report' : null;
    case 'boast':
      return scope.intent === 'open' ? 'recap' : null;
    case 'asking':
      return scope.strength === 'casual' && isPastOf(sheet, index, scope) ? 'recap' : null;
    case 'holding':
      return scope.strength === 'casual' && scope.intent === 'open' ? 'position_note' : null;
    case 'relative':
    case 'weekday':
      return isAnotherDay(sheet, index) ? 'conditional' : null;
    case 'leg':
    case 'share_unit':
      return isShortSale(sheet, scope) ? 'short_premium' : null;
    case 'wait':
    case 'attempt':
      return roleAt(sheet, index + 1) === 'for' && isFillWord(sheet, index + 2)
        ? 'not_filled'
        : null;
    case 'open':
    case 'close':
      return isSessionTime(sheet, index) ? 'conditional' : conflict(sheet, index, scope);
    case 'short_premium':
      return scope.intent === 'open' && isFree(sheet, index) ? 'short_premium' : null;
    case 'take':
      return isTakingProfit(sheet, index, scope) ? 'two_instructions' : null;
    case 'sell':
    case 'leave':
    case 'trim':
    case 'stopped':
    case 'out':
    case 'enter':
    case 'add':
      return conflict(sheet, index, scope);
    default:
      return null;
  }
}

/** "… @ 2.40 tomorrow", "… 2.40 on Monday": not now, or no longer. */
function isAnotherDay(sheet: Sheet, index: number): boolean {
  if (claimAt(sheet, index) === 'expiry' || tokenAt(sheet, index).lower === 'today') return false;
  const before = tokenAt(sheet, index - 1).lower === 'on' ? index - 2 : index - 1;
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

/** "entry on XYZ 205c was 3.45" */
function isPastOf(sheet: Sheet, index: number, { core }: Scope): boolean {
  const { lower } = tokenAt(sheet, index);
  return (lower === 'was' || lower === 'were') && index <= core.to + 3;
}

/** "not filled", "not in yet", "no position", "not entering": of a finished statement. */
function takesBack(sheet: Sheet, index: number): boolean {
  if (tokenAt(sheet, index).lower === 'yet') return true;
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
    case 'take':
    case 'add':
      return true;
    case 'price_label':
      return lower.startsWith('fill');
    case 'size':
      return lower.startsWith('position');
    default:
      return lower === 'long' || lower === 'live' || lower === 'valid';
  }
}

function isFillWord(sheet: Sheet, index: number): boolean {
  return tokenAt(sheet, index).lower.startsWith('fill') || tokenAt(sheet, index).lower === 'a';
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

/** A finished act of the other kind behind the instruction: "… and sold at 6". */
function conflict(sheet: Sheet, index: number, scope: Scope): Objection | null {
  if (!isFree(sheet, index)) return null;
  const { role, lower } = tokenAt(sheet, index);
  if (scope.intent === 'open') return isFinishedExit(sheet, index) ? 'two_instructions' : null;
  if (scope.intent !== 'close') return null;
  const isEntry = role === 'enter' || (role === 'add' && lower === 'added');
  return isEntry && isContractBehind(tokenAt(sheet, index + 1)) ? 'two_instructions' : null;
}

/** "took profits" in another sentence; "take profit at 6" behind the instruction is a plan. */
function isTakingProfit(sheet: Sheet, index: number, { intent }: Scope): boolean {
  if (intent !== 'open' || !isFree(sheet, index)) return false;
  const { lower } = tokenAt(sheet, index);
  return lower === 'took' && roleAt(sheet, index + 1) === 'result';
}

function isFinishedExit(sheet: Sheet, index: number): boolean {
  const { role, lower } = tokenAt(sheet, index);
  if (role === 'out') return isOutOfIt(sheet, index);
  if (roleAt(sheet, index + 1) === 'in') return false;
  const isFinished = lower === 'sold' || lower.endsWith('ed') || lower.endsWith('ing');
  return isFinished && role !== 'open' && role !== 'enter' && role !== 'add' && lower !== 'closing';
}

/** "all out", "out at 6.00", "out here"; not "watch out", "breaking out". */
function isOutOfIt(sheet: Sheet, index: number): boolean {
  if (roleAt(sheet, index - 1) === 'whole') return true;
  const next = tokenAt(sheet, index + 1);
  return next.kind === 'at' || next.role === 'at' || isAmount(next) || next.lower === 'here';
}

function isContractBehind(token: Token): boolean {
  if (token.kind === 'cashtag') return true;
  return token.kind === 'word' && token.role === 'prose' && /^[A-Z]{1,5}$/.test(token.text);
}
