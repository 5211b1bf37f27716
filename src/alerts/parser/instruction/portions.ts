/**
 * How much of a position an exit closes: all of it, part of it, and which part.
 *
 * Rule  a word for a part anywhere near the verb, or something said to be kept, makes an exit
 *       partial: to close everything where a part was meant cannot be undone. "rest" and "last"
 *       mean everything only as the verb's own object.
 */
import {
  claim,
  claimAt,
  isFree,
  kindAt,
  type Run,
  roleAt,
  type Sheet,
  tokenAt,
} from '../sheet/sheet.ts';
import { isAmount, isFraction, isWhole, type Token } from '../tokens/token.ts';
import type { Role } from '../words/lexicon.ts';
import { opens, type Verb } from './verbs.ts';

export interface Portion {
  readonly partial: boolean;
  /** Of the position: 0.5 for "half"; `null` when no share is stated. */
  readonly fraction: number | null;
  readonly run: Run | null;
}

const OBJECT_WITHIN = 4;

/** Claims fractions and percentages that say how much is sold, before they can be read as dates. */
export function markPortions(sheet: Sheet, verbs: readonly Verb[]): void {
  for (const { run, action } of verbs) if (!opens(action)) markObject(sheet, run.to + 1);
  if (isExit(verbs)) markShareBehind(sheet);
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    if (!isFree(sheet, index) || !isShare(tokenAt(sheet, index))) continue;
    const next = tokenAt(sheet, index + 1).lower;
    if (saysLeft(sheet, index + 1) || isLabelledRest(sheet, index)) {
      claim(sheet, index, index, 'kept');
      continue;
    }
    const isTaken = next === 'off' || next === 'out' || next === 'trim' || next === 'trimmed';
    const isOf = next === 'of' && kindAt(sheet, index) !== 'percent';
    if (isTaken || isOf) claim(sheet, index, index, 'portion');
  }
}

/** "Remaining: 50%" */
function isLabelledRest(sheet: Sheet, index: number): boolean {
  return kindAt(sheet, index - 1) === 'colon' && saysLeft(sheet, index - 2);
}

function isExit(verbs: readonly Verb[]): boolean {
  const explicit = verbs.filter(({ strength }) => strength === 'explicit');
  const deciding = explicit.length > 0 ? explicit : verbs.slice(0, 1);
  return deciding.length > 0 && deciding.every(({ action }) => !opens(action));
}

/** "STC XYZ 205c 10/16 @ 2.40 1/2": the last of two, behind a price, beside a written date. */
function markShareBehind(sheet: Sheet): void {
  const slashes = [...sheet.tokens.keys()].filter((index) => kindAt(sheet, index) === 'slash');
  const [date, last] = slashes;
  if (date === undefined || last === undefined || slashes.length > 2) return;
  const isShareLast = isFree(sheet, last) && isFraction(tokenAt(sheet, last));
  if (!isShareLast || !isFree(sheet, date) || isFraction(tokenAt(sheet, date))) return;
  const before = tokenAt(sheet, last - 1);
  const isBehindPrice = isAmount(before) && before.text.includes('.');
  if (isBehindPrice || before.lower === 'taking') claim(sheet, last, last, 'portion');
}

function markObject(sheet: Sheet, from: number): void {
  for (let index = from; index < from + OBJECT_WITHIN; index += 1) {
    if (isFree(sheet, index) && isShare(tokenAt(sheet, index))) {
      claim(sheet, index, index, 'portion');
      return;
    }
    if (!leadsToObject(tokenAt(sheet, index))) return;
  }
}

function leadsToObject(token: Token): boolean {
  if (token.kind === 'dash' || token.kind === 'colon' || token.kind === 'tilde') return true;
  if (token.kind !== 'word') return false;
  const { role } = token;
  return role === 'filler' || role === 'at' || role === 'whole' || role === 'tag' || role === 'out';
}

function isShare(token: Token): boolean {
  return isFraction(token) || token.kind === 'percent' || token.role === 'fraction';
}

export function findPortion(sheet: Sheet, verb: Verb): Portion {
  const stated = sheet.claims.indexOf('portion');
  if (stated >= 0) {
    const fraction = shareOf(tokenAt(sheet, stated));
    const run = { from: stated, to: stated };
    return fraction === 1 ? whole() : { partial: true, fraction, run };
  }
  const count = countOfPosition(sheet);
  if (count !== null) return count;
  if (isWholeObject(sheet, verb)) return whole();
  if (verb.role === 'trim' || verb.role === 'take') return part(verb.run);
  if (isRestAlone(sheet)) return whole();
  const kept = sheet.claims.indexOf('kept');
  const at = kept >= 0 ? kept : partWord(sheet, verb);
  return at === null ? whole() : part({ from: at, to: at });
}

/** Claims counts of what stays, which are no quantity: "leave 2 runners", "5 cons left". */
export function markKept(sheet: Sheet): void {
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    const token = tokenAt(sheet, index);
    if (!isFree(sheet, index) || token.kind !== 'number' || !isWhole(token)) continue;
    if (kindAt(sheet, index - 1) === 'at') continue;
    const isUnit = roleAt(sheet, index + 1) === 'contract_unit';
    const behind = isUnit ? index + 2 : index + 1;
    if (saysLeft(sheet, behind) || saysKept(sheet, index - 1))
      claim(sheet, index, behind - 1, 'kept');
  }
}

function saysLeft(sheet: Sheet, index: number): boolean {
  const { role, lower } = tokenAt(sheet, index);
  return role === 'runner' || lower === 'left' || lower === 'remaining';
}

function saysKept(sheet: Sheet, index: number): boolean {
  const isLabel = kindAt(sheet, index) === 'colon';
  const { role, lower } = tokenAt(sheet, isLabel ? index - 1 : index);
  if (role === 'keep' || lower === 'have') return true;
  return isLabel && (lower === 'remaining' || lower === 'left' || role === 'runner');
}

function whole(): Portion {
  return { partial: false, fraction: null, run: null };
}

function part(run: Run): Portion {
  return { partial: true, fraction: null, run };
}

function shareOf(token: Token): number | null {
  if (token.kind === 'percent') return token.value / 100;
  if (token.kind === 'vulgar' || token.kind === 'slash') return token.value / token.second;
  switch (token.lower) {
    case 'half':
      return 1 / 2;
    case 'third':
      return 1 / 3;
    case 'quarter':
      return 1 / 4;
    default:
      return null;
  }
}

/** "5 of 10" */
function countOfPosition(sheet: Sheet): Portion | null {
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    const sold = tokenAt(sheet, index);
    const held = tokenAt(sheet, index + 2);
    const isCount = sold.kind === 'number' && held.kind === 'number' && sold.value < held.value;
    if (!isCount || tokenAt(sheet, index + 1).lower !== 'of') continue;
    if (claimAt(sheet, index) !== 'quantity' || !isFree(sheet, index + 2)) continue;
    claim(sheet, index + 1, index + 2, 'portion');
    const run = { from: index, to: index + 2 };
    return { partial: true, fraction: sold.value / held.value, run };
  }
  return null;
}

/** "sold the rest", "all out", "closing last runner": everything, as the object of the verb. */
function isWholeObject(sheet: Sheet, verb: Verb): boolean {
  const before = roleAt(sheet, verb.run.from - 1);
  if (before === 'whole') return true;
  for (let index = verb.run.to + 1; index <= verb.run.to + OBJECT_WITHIN; index += 1) {
    const role = roleAt(sheet, index);
    if (role === 'whole') return tokenAt(sheet, index).lower !== 'full' || !isKept(sheet, index);
    if (role !== 'filler' && role !== 'out' && role !== 'tag' && role !== 'size') return false;
  }
  return false;
}

const PART_ROLES: ReadonlySet<Role> = new Set(['part', 'fraction', 'runner', 'keep']);

/** "STC XYZ 205c 2.31 rest", "(remaining)": all that is left, unless a count says how much. */
function isRestAlone(sheet: Sheet): boolean {
  if (sheet.claims.includes('quantity') || sheet.claims.includes('kept')) return false;
  if (sheet.tokens.some(({ role }) => PART_ROLES.has(role))) return false;
  return sheet.tokens.some((_, index) => isRestKept(sheet, index) && standsAlone(sheet, index));
}

function standsAlone(sheet: Sheet, index: number): boolean {
  const before = kindAt(sheet, index - 1);
  const isLed = before === 'open_bracket' || before === 'dash' || before === 'comma';
  const isBehindTerm = claimAt(sheet, index - 1) !== 'free' || isAmount(tokenAt(sheet, index - 1));
  const next = kindAt(sheet, index + 1);
  const ends = next === 'end' || next === 'newline' || next === 'close_bracket';
  return ends && (isLed || isBehindTerm);
}

/** A word somewhere that says a part was sold, or that something is kept. */
function partWord(sheet: Sheet, verb: Verb): number | null {
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    const claimed = claimAt(sheet, index);
    if (claimed !== 'free' && claimed !== 'size' && claimed !== 'plan') continue;
    if (saysPart(sheet, index, verb)) return index;
  }
  return null;
}

function saysPart(sheet: Sheet, index: number, verb: Verb): boolean {
  const { role, lower } = tokenAt(sheet, index);
  switch (role) {
    case 'part':
      return lower.startsWith('part') || isNear(verb, index);
    case 'trim':
      return true;
    case 'fraction':
      return true;
    case 'runner':
      return (
        !isDenied(sheet, index) && !isNear(verb, index) && roleAt(sheet, index - 1) !== 'whole'
      );
    case 'keep':
      return isKept(sheet, index);
    case 'whole':
      return isRestKept(sheet, index);
    default:
      return false;
  }
}

function isNear(verb: Verb, index: number): boolean {
  return index > verb.run.to && index <= verb.run.to + OBJECT_WITHIN;
}

/** "no runners", "none left" */
function isDenied(sheet: Sheet, index: number): boolean {
  for (let before = index - 1; before >= index - 3; before -= 1) {
    const role = roleAt(sheet, before);
    if (role === 'negation' || tokenAt(sheet, before).lower === 'nothing') return true;
  }
  return false;
}

const KEPT_WITHIN = 3;

/** "leaving runners", "2 left", "holding the rest"; "left the trade" keeps nothing. */
function isKept(sheet: Sheet, index: number): boolean {
  if (isDenied(sheet, index)) return false;
  const before = kindAt(sheet, index - 1);
  const { lower } = tokenAt(sheet, index);
  if (lower === 'left' && (before === 'number' || roleAt(sheet, index - 1) === 'runner'))
    return true;
  for (let next = index + 1; next <= index + KEPT_WITHIN; next += 1) {
    const { role, kind } = tokenAt(sheet, next);
    const isObject = role === 'runner' || role === 'part' || role === 'fraction';
    if (isObject || kind === 'percent' || kind === 'vulgar') return true;
    if (role === 'whole' || (kind === 'number' && lower !== 'left')) return true;
  }
  return false;
}

/** "rest running", "rest stop b/e": not the object of the verb, so it is what stays. */
function isRestKept(sheet: Sheet, index: number): boolean {
  const { lower } = tokenAt(sheet, index);
  const isRest = lower === 'rest' || lower === 'remaining' || lower === 'remainder';
  return isRest && !isDenied(sheet, index);
}
