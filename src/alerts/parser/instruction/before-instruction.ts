/**
 * Words before and inside an instruction that take it back: wishes, doubts, questions, negations,
 * and everything that makes it somebody else's or another time's.
 */
import { claimAt, isFree, kindAt, roleAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import type { Objection, Scope } from './objection.ts';
import { CLAUSE_WITHIN, isConditionOf } from './plan-clause.ts';

export function beforeInstruction(sheet: Sheet, index: number, scope: Scope): Objection | null {
  switch (roleAt(sheet, index)) {
    case 'negation':
      return roleAt(sheet, index + 1) === 'stop' ? null : 'negated';
    case 'hedge':
    case 'looking':
      return 'hypothetical';
    case 'watch':
      return 'watch';
    case 'attempt':
      return 'not_filled';
    case 'wait':
      return 'watch';
    case 'condition':
      return 'conditional';
    case 'compare':
      return isConditionOf(sheet, index) ? 'conditional' : null;
    case 'asking':
      return isInClause(sheet, index, scope.core.from) ? askingOf(sheet, index) : null;
    case 'past':
      return 'already_happened';
    case 'holding':
      return 'position_note';
    case 'keep':
      return isFree(sheet, index) ? 'position_note' : null;
    case 'flow':
      return isFollowed(sheet, index) ? null : 'flow_report';
    case 'leg':
      return 'multi_leg';
    case 'relative':
      return isLaterDay(sheet, index) ? 'conditional' : null;
    case 'to':
      return leadsToVerb(sheet, index) ? 'hypothetical' : null;
    case 'bto':
    case 'stc':
    case 'sto':
      return isMentioned(sheet, index) ? 'position_note' : null;
    case 'month':
      return isFree(sheet, index) && tokenAt(sheet, index).lower === 'may' ? 'hypothetical' : null;
    case 'short_premium':
      return isFree(sheet, index) && !isNakedLong(sheet, index) ? 'short_premium' : null;
    case 'ready':
      return 'prepare';
    case 'sell':
    case 'leave':
    case 'trim':
    case 'stopped':
    case 'flat':
    case 'close':
    case 'out':
    case 'take':
      return scope.intent === 'open' && isExitBefore(sheet, index) ? 'two_instructions' : null;
    case 'enter':
    case 'buy':
    case 'add':
    case 'open':
      return scope.intent === 'close' && isEntryBefore(sheet, index) ? 'two_instructions' : null;
    case 'heads':
      return tokenAt(sheet, index + 1).lower === 'up' ? 'prepare' : null;
    default:
      return null;
  }
}

/** "following the flow: bought …" */
function isFollowed(sheet: Sheet, index: number): boolean {
  const before = tokenAt(sheet, index - 1).lower === 'the' ? index - 2 : index - 1;
  return tokenAt(sheet, before).lower.startsWith('follow') && kindAt(sheet, index + 1) === 'colon';
}

/** A naked long is bought. */
function isNakedLong(sheet: Sheet, index: number): boolean {
  return tokenAt(sheet, index).lower === 'naked' && roleAt(sheet, index + 1) === 'long';
}

/** Whether no comma or colon parts the word from the instruction: "for those asking, I …". */
function isInClause(sheet: Sheet, index: number, coreFrom: number): boolean {
  for (let at = index + 1; at < coreFrom && at <= index + CLAUSE_WITHIN; at += 1) {
    const kind = kindAt(sheet, at);
    if (kind === 'comma' || kind === 'colon') return false;
  }
  return true;
}

const QUESTION_WORDS: ReadonlySet<string> = new Set(
  `who anyone anybody did does do how what why where which whats whos who's`.split(/\s+/),
);

function askingOf(sheet: Sheet, index: number): Objection {
  return QUESTION_WORDS.has(tokenAt(sheet, index).lower) ? 'question' : 'third_person';
}

/** "trimming here BTO …": an exit with a quoted or second instruction behind it. */
function isExitBefore(sheet: Sheet, index: number): boolean {
  if (!isFree(sheet, index)) return false;
  const { role, lower } = tokenAt(sheet, index);
  if (role === 'take') return roleAt(sheet, index + 1) === 'result';
  if (role === 'out') return roleAt(sheet, index - 1) === 'whole';
  return role !== 'close' || lower === 'closed' || lower === 'closing';
}

/** "ready to BTO"; the "to" of "buy to open" is the verb's own. */
function leadsToVerb(sheet: Sheet, index: number): boolean {
  return claimAt(sheet, index) !== 'verb' && claimAt(sheet, index + 1) === 'verb';
}

/** "Tomorrow buy …"; a tomorrow that is the expiry is claimed. */
function isLaterDay(sheet: Sheet, index: number): boolean {
  return isFree(sheet, index) && !tokenAt(sheet, index).lower.startsWith('today');
}

const MENTIONS: ReadonlySet<string> = new Set(
  `my the that this last previous prior original old our his her their your same`.split(' '),
);

/** "my last BTO …", "the BTO …": speaks of an instruction given before. */
function isMentioned(sheet: Sheet, index: number): boolean {
  return MENTIONS.has(tokenAt(sheet, index - 1).lower);
}

/** "bought XYZ here, STC …": an entry with an exit behind it. */
function isEntryBefore(sheet: Sheet, index: number): boolean {
  return isFree(sheet, index) && tokenAt(sheet, index).lower !== 'open';
}
