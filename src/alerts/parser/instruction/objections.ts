/**
 * Why a message that names a contract is not, or not for certain, an instruction to act now.
 *
 * Where a word stands decides: before and inside the instruction, wishes, doubts, questions and
 * negations take it back; behind it only what takes back a finished statement does (conditions,
 * cancellations, "not filled"), because the prose behind a clear instruction is of any kind.
 */
import { claimAt, isFree, kindAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { carriesNumber, isAmount, type Token } from '../tokens/token.ts';
import { beforeInstruction } from './before-instruction.ts';
import { behindInstruction } from './behind-instruction.ts';
import type { Objection, Scope } from './objection.ts';
import { isInPlan } from './plan-clause.ts';
import { spoilerAt } from './spoilers.ts';

export interface Found {
  readonly objection: Objection;
  readonly at: number;
}

/**
 * before: earlier sentences · head: from the start of its sentence to the instruction · core: verb
 * and contract · tail: behind.
 */
type Zone = 'before' | 'head' | 'core' | 'tail';

export function findObjection(sheet: Sheet, scope: Scope): Found | null {
  const sentence = sentenceStart(sheet, scope.core.from);
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    const objection = objectionAt(sheet, index, scope, zoneOf(index, scope, sentence));
    if (objection !== null) return { objection, at: index };
  }
  return null;
}

function zoneOf(index: number, { core, intent }: Scope, sentence: number): Zone {
  if (intent === 'none') return 'head';
  if (index < core.from) return index < sentence ? 'before' : 'head';
  return index > core.to ? 'tail' : 'core';
}

/** Where the sentence begins that the instruction stands in; a line break ends none. */
function sentenceStart(sheet: Sheet, coreFrom: number): number {
  for (let index = coreFrom - 1; index >= 0; index -= 1) {
    const kind = kindAt(sheet, index);
    if (kind === 'period' || kind === 'exclamation' || kind === 'semicolon') return index;
  }
  return 0;
}

function objectionAt(sheet: Sheet, index: number, scope: Scope, zone: Zone): Objection | null {
  const token = tokenAt(sheet, index);
  if (token.kind !== 'word') return ofSign(sheet, index, scope);
  if (scope.prepareWords.includes(token.lower)) return 'prepare';
  if (token.role === 'prose' || claimAt(sheet, index) === 'symbol') return null;
  const isBefore = zone === 'before' || zone === 'head';
  if (isBefore && scope.intent === 'open' && speaksOfTrade(token)) return 'two_instructions';
  if (isInPlan(sheet, index)) return null;
  return (
    spoilerAt(sheet, index) ??
    (zone === 'tail' || zone === 'before'
      ? behindInstruction(sheet, index, scope)
      : beforeInstruction(sheet, index, scope))
  );
}

/** A stop or target before an entry, or "still": of another trade, with this one quoted. */
function speaksOfTrade({ role, lower }: Token): boolean {
  return role === 'stop' || role === 'target' || lower === 'still';
}

function ofSign(sheet: Sheet, index: number, scope: Scope): Objection | null {
  switch (kindAt(sheet, index)) {
    case 'question':
      return 'question';
    case 'exclamation':
      return isCommand(sheet, index) ? 'example' : null;
    case 'star':
      return 'correction';
    case 'cancel_sign':
      return 'cancelled';
    case 'watch_sign':
      return scope.strength === 'casual' ? 'watch' : null;
    case 'done_sign':
      return scope.intent === 'open' && isBesideNumber(sheet, index) ? 'recap' : null;
    case 'ellipsis':
      return isCut(sheet, index) ? 'cut_off' : null;
    case 'arrow':
      return scope.intent !== 'close' && joinsAmounts(sheet, index) ? 'recap' : null;
    case 'less':
    case 'greater':
      return isComparison(sheet, index, scope) ? 'conditional' : null;
    default:
      return null;
  }
}

/** "!open XYZ 205c": a command to a program, at the very start. */
function isCommand(sheet: Sheet, index: number): boolean {
  const { kind, isGlued } = tokenAt(sheet, index + 1);
  return index === 0 && kind === 'word' && isGlued;
}

/** A check mark before or behind a number says that the number was reached. */
function isBesideNumber(sheet: Sheet, index: number): boolean {
  const before = tokenAt(sheet, index - 1);
  return carriesNumber(before) || isAmount(tokenAt(sheet, index + 1));
}

/** Dots grown on a number or a part of the contract. */
function isCut(sheet: Sheet, index: number): boolean {
  if (!tokenAt(sheet, index).isGlued) return false;
  return claimAt(sheet, index - 1) !== 'free' || carriesNumber(tokenAt(sheet, index - 1));
}

function joinsAmounts(sheet: Sheet, index: number): boolean {
  return isAmount(tokenAt(sheet, index - 1));
}

/** `> 250`; in an exit "2.05 > 3.30" is the way from entry to exit. */
function isComparison(sheet: Sheet, index: number, { intent }: Scope): boolean {
  if (!isFree(sheet, index) || !isLevelBehind(sheet, index)) return false;
  const isWay = intent === 'close' && isAmount(tokenAt(sheet, index - 1));
  return !isWay && !isInPlan(sheet, index);
}

function isLevelBehind(sheet: Sheet, index: number): boolean {
  const next = kindAt(sheet, index + 1) === 'equals' ? index + 2 : index + 1;
  return isAmount(tokenAt(sheet, next)) && claimAt(sheet, next) !== 'note';
}
