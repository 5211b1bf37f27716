/**
 * What is said about open trades without naming a contract, and everything that says nothing.
 *
 * None of it opens anything. An exit without a contract can sell what is open, so it is read only
 * when its whole clause says nothing else: "all out", "trimming XOM at 1.80", "out half" are exits,
 * "out for lunch" and "close call on that one" are talk.
 */
import type { Reading } from '../../model.ts';
import type { Verb } from '../instruction/verbs.ts';
import type { ParseContext } from '../parse-context.ts';
import { textAt } from '../sheet/leftover.ts';
import { kindAt, roleAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { isAmount, type Token } from '../tokens/token.ts';
import { readContextExit } from './context-exits.ts';
import { nothing, refused } from './outcome.ts';

const SHORT_WORDS_MAX = 6;
const CORRECTION_LENGTH_MAX = 10;

export function readUpdate(sheet: Sheet, context: ParseContext, verbs: readonly Verb[]): Reading {
  return (
    preparation(sheet, context) ??
    readContextExit(sheet, verbs) ??
    stopMove(sheet) ??
    entryElsewhere(sheet, verbs) ??
    fillNote(sheet) ??
    nothing('chatter', 'chatter', 'nothing in it is an instruction')
  );
}

/** `AAPL*`, `10/16 is the date!`, "meant 205p", a lone date or strike; `null` for anything else. */
export function readCorrection(sheet: Sheet): Reading | null {
  if (sheet.tokens.length > CORRECTION_LENGTH_MAX) return null;
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    const { kind, role } = tokenAt(sheet, index);
    const isMark = kind === 'star' && tokenAt(sheet, index).isGlued;
    if (isMark || (role === 'correct' && kind === 'word')) {
      return nothing('update', 'correction', `"${textAt(sheet, index)}"`);
    }
  }
  return isLonePart(sheet) ? nothing('update', 'correction', 'a part of a contract alone') : null;
}

function isLonePart(sheet: Sheet): boolean {
  const words = sheet.tokens.filter(({ kind }) => kind === 'word');
  const parts = sheet.tokens.filter(isContractPart);
  if (parts.length !== 1 || words.length > SHORT_WORDS_MAX) return false;
  return sheet.tokens.every((token) => isContractPart(token) || !isNumberOrVerb(token));
}

function isContractPart({ kind }: Token): boolean {
  return kind === 'slash' || kind === 'strike_side' || kind === 'glued_date';
}

function isNumberOrVerb(token: Token): boolean {
  if (isAmount(token) || token.kind === 'percent') return true;
  switch (token.role) {
    case 'prose':
    case 'filler':
    case 'asking':
    case 'expiry_label':
    case 'day':
    case 'label':
    case 'side_letter':
    case 'negation':
    case 'call':
    case 'put':
      return false;
    default:
      return token.kind === 'word';
  }
}

function preparation(sheet: Sheet, { policy }: ParseContext): Reading | null {
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    const { role, lower, kind } = tokenAt(sheet, index);
    if (kind !== 'word') continue;
    const isReady = role === 'ready' && tokenAt(sheet, index - 1).lower.startsWith('get');
    if (role === 'prepare' || isReady || policy.prepareWords.includes(lower)) {
      return refused('prepare', `"${textAt(sheet, index)}"`);
    }
  }
  return null;
}

/** "SL to b/e", "moving stop to 4.35", "stops at 3 now" */
function stopMove(sheet: Sheet): Reading | null {
  const at = sheet.tokens.findIndex(({ role, kind }) => role === 'stop' && kind === 'word');
  if (at < 0 || sheet.tokens.some(({ kind }) => kind === 'question')) return null;
  const isFirst = at <= 2;
  const leads = isLevelNear(sheet, at + 1);
  return isFirst && leads ? nothing('update', 'stop_move', `"${textAt(sheet, at)}"`) : null;
}

const LEVEL_WITHIN = 5;

function isLevelNear(sheet: Sheet, from: number): boolean {
  for (let index = from; index < from + LEVEL_WITHIN; index += 1) {
    const token = tokenAt(sheet, index);
    if (isAmount(token) || token.kind === 'percent') return true;
    if (token.lower === 'be' || token.lower === 'breakeven' || token.role === 'entry') return true;
    if (token.lower === 'b' && tokenAt(sheet, index + 2).lower === 'e') return true;
  }
  return false;
}

/** "in", "in @ 2.10", "BTO same contracts", "added, new avg 2.50" */
function entryElsewhere(sheet: Sheet, verbs: readonly Verb[]): Reading | null {
  const words = sheet.tokens.filter(({ kind }) => kind === 'word').length;
  const [first] = verbs;
  if (first === undefined || sheet.tokens.some(({ kind }) => kind === 'question')) return null;
  const isExplicit = first.strength === 'explicit';
  const isShort = words <= SHORT_WORDS_MAX && first.run.from <= 2;
  if (!isExplicit && !isShort) return null;
  if (first.role === 'add') return nothing('update', 'add_without_contract', 'adding');
  const isEntry = first.role === 'in' || first.role === 'enter' || first.role === 'take';
  return isExplicit || isEntry
    ? nothing('update', 'entry_without_contract', `"${textAt(sheet, first.run.from)}"`)
    : null;
}

/** "my avg 2.80", "2.62 fill" */
function fillNote(sheet: Sheet): Reading | null {
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    const role = roleAt(sheet, index);
    if (role !== 'average' && !tokenAt(sheet, index).lower.startsWith('fill')) continue;
    const isBeside = isAmount(tokenAt(sheet, index + 1)) || isAmount(tokenAt(sheet, index - 1));
    const isLabelled = kindAt(sheet, index + 1) === 'at' || kindAt(sheet, index + 1) === 'colon';
    if (isBeside || isLabelled) return nothing('update', 'fill_note', `"${textAt(sheet, index)}"`);
  }
  return null;
}
