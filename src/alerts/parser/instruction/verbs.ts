/**
 * Finds the words that can instruct: "BTO", "sold to close", "trimming", "took entry".
 *
 * Explicit ones (the four codes and their long forms) always instruct. Casual ones do so only where
 * they can have no other meaning; that is judged against the contract in `instruction.ts`.
 */
import type { Action } from '../../model.ts';
import { isFree, kindAt, type Run, roleAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { isWhole } from '../tokens/token.ts';
import type { Role } from '../words/lexicon.ts';

export interface Verb {
  readonly run: Run;
  readonly action: Action;
  readonly strength: 'explicit' | 'casual' | 'sign';
  /** The role of the word that instructs. */
  readonly role: Role;
}

export function findVerbs(sheet: Sheet): readonly Verb[] {
  const found: Verb[] = [];
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    if (!isFree(sheet, index)) continue;
    const verb = verbAt(sheet, index);
    if (verb === null) continue;
    found.push(verb);
    index = verb.run.to;
  }
  return found;
}

export function opens(action: Action): boolean {
  return action === 'BTO' || action === 'STO';
}

/** "STC BTO 1 XYZ": an opening and a closing code side by side are two instructions. */
export function contradicting(sheet: Sheet, verbs: readonly Verb[]): Verb | null {
  const explicit = verbs.filter(({ strength }) => strength === 'explicit');
  for (const [n, verb] of explicit.entries()) {
    const before = explicit[n - 1];
    if (before === undefined || opens(before.action) === opens(verb.action)) continue;
    const gap = verb.run.from - before.run.to - 1;
    if (gap === 0 || (gap === 1 && kindAt(sheet, before.run.to + 1) === 'comma')) return verb;
  }
  return null;
}

function verbAt(sheet: Sheet, index: number): Verb | null {
  if (kindAt(sheet, index) === 'open_sign') return single(sheet, index, 'BTO', 'sign');
  // "Entry #2:", "Exit #2b:" number what follows.
  if (kindAt(sheet, index) !== 'word' || kindAt(sheet, index + 1) === 'hash') return null;
  return explicitAt(sheet, index) ?? casualAt(sheet, index);
}

function single(sheet: Sheet, from: number, action: Action, strength: Verb['strength']): Verb {
  return { run: { from, to: from }, action, strength, role: roleAt(sheet, from) };
}

function explicitAt(sheet: Sheet, index: number): Verb | null {
  switch (roleAt(sheet, index)) {
    case 'bto':
      return single(sheet, index, 'BTO', 'explicit');
    case 'stc':
      return single(sheet, index, 'STC', 'explicit');
    case 'sto':
      return single(sheet, index, 'STO', 'explicit');
    case 'btc':
      return single(sheet, index, 'BTC', 'explicit');
    case 'buy':
    case 'enter':
    case 'sell':
      return longForm(sheet, index);
    default:
      return null;
  }
}

/** "Buy to Open", "sold-to-close" */
function longForm(sheet: Sheet, index: number): Verb | null {
  const { lower, role } = tokenAt(sheet, index);
  if (role === 'enter' && lower !== 'bought') return null;
  const to = skipDash(sheet, index + 1);
  if (roleAt(sheet, to) !== 'to') return null;
  const last = skipDash(sheet, to + 1);
  const end = roleAt(sheet, last);
  if (end !== 'open' && end !== 'close') return null;
  const isBuying = role !== 'sell';
  const action = end === 'open' ? (isBuying ? 'BTO' : 'STO') : isBuying ? 'BTC' : 'STC';
  return { run: { from: index, to: last }, action, strength: 'explicit', role };
}

function skipDash(sheet: Sheet, index: number): number {
  return kindAt(sheet, index) === 'dash' ? index + 1 : index;
}

function casualAt(sheet: Sheet, index: number): Verb | null {
  switch (roleAt(sheet, index)) {
    case 'buy':
    case 'in':
    case 'enter':
    case 'add':
    case 'open':
    case 'entry':
      return single(sheet, index, 'BTO', 'casual');
    case 'pick':
      return tokenAt(sheet, index + 1).lower === 'up'
        ? casual(sheet, index, index + 1, 'BTO')
        : null;
    case 'bot':
      return isBought(sheet, index)
        ? { ...single(sheet, index, 'BTO', 'casual'), role: 'enter' }
        : null;
    case 'short_premium':
      return isCovering(sheet, index) ? single(sheet, index, 'BTC', 'casual') : null;
    case 'take':
      return taking(sheet, index);
    case 'trim':
      // "scaling in"
      return roleAt(sheet, index + 1) === 'in' ? null : single(sheet, index, 'STC', 'casual');
    case 'sell':
    case 'leave':
    case 'cut':
      return single(sheet, index, 'STC', 'casual');
    case 'stopped':
      return casual(sheet, index, roleAt(sheet, index + 1) === 'out' ? index + 1 : index, 'STC');
    case 'close':
      if (isSessionClose(sheet, index)) return null;
      return closeOrTrim(sheet, index) ?? single(sheet, index, 'STC', 'casual');
    case 'out':
      return single(sheet, index, 'STC', 'casual');
    default:
      return null;
  }
}

/** "BOT +5 .XYZ261016C312.5", "Bot 10 XYZ 205 calls"; else a bot is a program. */
function isBought(sheet: Sheet, index: number): boolean {
  const next = kindAt(sheet, index + 1) === 'plus' ? index + 2 : index + 1;
  const count = tokenAt(sheet, next);
  if (kindAt(sheet, index - 1) === 'word') return false;
  return count.kind === 'number' && isWhole(count) && count.value > 0;
}

/** "covered XYZ short", "covering 2 MES"; a covered call is something else. */
function isCovering(sheet: Sheet, index: number): boolean {
  const { lower } = tokenAt(sheet, index);
  if (lower !== 'covered' && lower !== 'covering') return false;
  const next = tokenAt(sheet, index + 1);
  if (next.kind === 'cashtag' || next.kind === 'future') return true;
  if (next.kind === 'number') return isWhole(next);
  return next.kind === 'word' && next.role !== 'call' && next.role !== 'put';
}

function casual(sheet: Sheet, from: number, to: number, action: Action): Verb {
  return { run: { from, to }, action, strength: 'casual', role: roleAt(sheet, from) };
}

/** "into the close", "before close", "at close" */
function isSessionClose(sheet: Sheet, index: number): boolean {
  if (tokenAt(sheet, index).lower !== 'close') return false;
  const { lower, role } = tokenAt(sheet, index - 1);
  return (
    lower === 'the' || lower === 'into' || role === 'at' || role === 'time' || role === 'market'
  );
}

/** The title some relays give every exit; it leaves open how much, so it is partial. */
function closeOrTrim(sheet: Sheet, index: number): Verb | null {
  const joins =
    tokenAt(sheet, index + 1).lower === 'or' || kindAt(sheet, index + 1) === 'slash_sign';
  if (!joins || roleAt(sheet, index + 2) !== 'trim') return null;
  return { run: { from: index, to: index + 2 }, action: 'STC', strength: 'casual', role: 'trim' };
}

/** "took entry" and "took XYZ" open; "took profits", "taking half off", "taking 40 %" close. */
function taking(sheet: Sheet, index: number): Verb {
  let next = index + 1;
  while (roleAt(sheet, next) === 'filler' || roleAt(sheet, next) === 'tag') next += 1;
  const following = tokenAt(sheet, next);
  if (following.role === 'entry') return casual(sheet, index, next, 'BTO');
  const isPortion =
    following.role === 'result' ||
    following.role === 'part' ||
    following.role === 'fraction' ||
    following.role === 'whole' ||
    following.kind === 'percent' ||
    following.kind === 'vulgar';
  if (isPortion || isTakenOff(sheet, index)) return casual(sheet, index, index, 'STC');
  return casual(sheet, index, index, 'BTO');
}

const OFF_WITHIN = 6;

function isTakenOff(sheet: Sheet, index: number): boolean {
  for (let next = index + 1; next <= index + OFF_WITHIN; next += 1) {
    if (kindAt(sheet, next) === 'newline') return false;
    if (tokenAt(sheet, next).lower === 'off') return true;
  }
  return false;
}
