/**
 * Reads futures: `Short NQ @ 24865.50 Stop 24890`, `/ES LONG HERE`, labelled blocks.
 *
 * A root beside "long" or "short" at the start of a clause, with a price marked as one; without a
 * price only when nothing else is said than that it happens here and now. A stop on the wrong side
 * of the entry says that one of the two is mistyped.
 */
import type { Action, Reading } from '../../model.ts';
import { findObjection } from '../instruction/objections.ts';
import { opens, type Verb } from '../instruction/verbs.ts';
import type { ParseContext } from '../parse-context.ts';
import { textAt } from '../sheet/leftover.ts';
import { claim, claimAt, kindAt, type Run, roleAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { isAmount, isWhole, type Token } from '../tokens/token.ts';
import { isFutureRoot, isShareToo, isSurelyFuturePrice } from '../words/futures-roots.ts';
import type { Role } from '../words/lexicon.ts';
import { readFutureTerms } from './future-terms.ts';
import { refused } from './outcome.ts';

export interface FutureOrder {
  readonly action: Action;
  readonly root: string;
  readonly rootAt: number;
  readonly verb: Run;
  readonly core: Run;
  readonly strength: 'explicit' | 'casual';
  /** Only a price of its size tells the future from a share of that name. */
  readonly needsPrice: boolean;
}

export function readFuture(
  sheet: Sheet,
  context: ParseContext,
  verbs: readonly Verb[],
): Reading | null {
  const order = coded(sheet, verbs, 'explicit') ?? directed(sheet) ?? coded(sheet, verbs, 'casual');
  if (order === null || sheet.tokens.some(({ role }) => role === 'share_unit')) return null;
  claim(sheet, order.verb.from, order.verb.to, 'verb');
  claim(sheet, order.rootAt, order.rootAt, 'symbol');
  const found = findObjection(sheet, {
    core: order.core,
    intent: opens(order.action) ? 'open' : 'close',
    strength: order.strength,
    prepareWords: context.policy.prepareWords,
  });
  if (found !== null) return refused(found.objection, `"${textAt(sheet, found.at)}"`);
  return readFutureTerms(sheet, order, context);
}

/** The root a token names, or `null`: `/ES`, `NQ`, `mes`. */
function rootOf(token: Token): string | null {
  if (token.kind !== 'future' && token.kind !== 'word' && token.kind !== 'cashtag') return null;
  const root = token.text.toUpperCase();
  if (isFutureRoot(root)) return root;
  const [, product = ''] = CONTRACT_CODE.exec(token.text) ?? [];
  return isFutureRoot(product) ? product : null;
}

/** `MNQZ4`, `ESH26`: root, month letter and year. */
const CONTRACT_CODE = /^([A-Z0-9]{2,3})[FGHJKMNQUVXZ]\d{1,2}$/;

/** `BTO 2 MES`, `STC /ES`: a root that is a share too needs its stroke. */
function coded(
  sheet: Sheet,
  verbs: readonly Verb[],
  strength: FutureOrder['strength'],
): FutureOrder | null {
  const candidates = strength === 'explicit' ? verbs : plainTrades(sheet, verbs);
  for (const verb of candidates) {
    if (verb.strength !== strength) continue;
    let index = verb.run.to + 1;
    while (isSmall(tokenAt(sheet, index))) index += 1;
    const token = tokenAt(sheet, index);
    const root = rootOf(token);
    if (root === null) continue;
    const isShare = isShareToo(root) && token.kind !== 'future';
    const needsPrice = isShare || strength === 'casual';
    if (needsPrice && !namesFuturePrice(sheet, root)) continue;
    if (strength === 'casual' && !isPriceNext(sheet, index + 1)) continue;
    const core = { from: verb.run.from, to: index };
    const { action, run } = verb;
    return { action, root, rootAt: index, verb: run, core, strength, needsPrice };
  }
  return null;
}

/**
 * "Buying 1 M2K", "covered YM"; "sold 2 MES" may open or close, and "entered NQ short" is read by
 * its direction or not at all.
 */
function plainTrades(sheet: Sheet, verbs: readonly Verb[]): readonly Verb[] {
  const isDirected = sheet.tokens.some(({ role }) => role === 'long' || role === 'short');
  return verbs.filter(({ role, run }) => {
    const isEntry = !isDirected && (role === 'enter' || role === 'buy');
    return (isEntry || role === 'short_premium') && isHeadClear(sheet, run.from);
  });
}

/** "BTO ES @ 6725": no share of that name costs as much. */
function namesFuturePrice(sheet: Sheet, root: string): boolean {
  return sheet.tokens.some((token) => isAmount(token) && isSurelyFuturePrice(root, token.value));
}

/** "M2K here 2312.5", "YM @ 43,395"; not "NQ dips 24865". */
function isPriceNext(sheet: Sheet, from: number): boolean {
  let index = from;
  while (index < from + NEAR && isBeforePrice(tokenAt(sheet, index))) index += 1;
  return isAmount(tokenAt(sheet, index));
}

function isBeforePrice({ kind, role }: Token): boolean {
  return kind === 'at' || role === 'at' || role === 'filler' || role === 'short';
}

const NEAR = 4;

/** `Long NQ`, `MES Longs`, `Ticker: MGC LONG SMALL` */
function directed(sheet: Sheet): FutureOrder | null {
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    const root = rootOf(tokenAt(sheet, index));
    if (root === null) continue;
    const direction = directionNear(sheet, index);
    if (direction === null || hasOtherRoot(sheet, index, root)) continue;
    const verb = { from: soldFrom(sheet, direction), to: direction };
    const core = { from: Math.min(verb.from, index), to: Math.max(direction, index) };
    if (!isHeadClear(sheet, core.from)) continue;
    const action = roleAt(sheet, direction) === 'long' ? 'BTO' : 'STO';
    return { action, root, rootAt: index, verb, core, strength: 'casual', needsPrice: false };
  }
  return null;
}

/** Where the act begins: "sold short" are two words for it. */
function soldFrom(sheet: Sheet, direction: number): number {
  const isSold = tokenAt(sheet, direction - 1).lower === 'sold';
  return isSold && roleAt(sheet, direction) === 'short' ? direction - 1 : direction;
}

/** "NQ long ES": which of them is meant is anybody's guess. */
function hasOtherRoot(sheet: Sheet, rootAt: number, root: string): boolean {
  for (let index = rootAt - NEAR; index <= rootAt + NEAR; index += 1) {
    const other = rootOf(tokenAt(sheet, index));
    if (other !== null && other !== root) return true;
  }
  return false;
}

function directionNear(sheet: Sheet, rootAt: number): number | null {
  for (const step of [-1, 1]) {
    for (let away = 1; away <= NEAR; away += 1) {
      const index = rootAt + step * away;
      const role = roleAt(sheet, index);
      if (role === 'long' || role === 'short') return index;
      if (!isSmall(tokenAt(sheet, index))) break;
    }
  }
  return null;
}

/** What may stand between a root and its direction or verb. */
function isSmall(token: Token): boolean {
  switch (token.kind) {
    case 'dash':
    case 'colon':
    case 'sign':
    case 'open_bracket':
    case 'close_bracket':
      return true;
    case 'number':
      return isWhole(token);
    case 'word':
      return token.role === 'filler' || token.role === 'tag' || token.role === 'contract_unit';
    default:
      return false;
  }
}

const HEAD_ROLES: ReadonlySet<Role> = new Set([
  'filler',
  'tag',
  'label',
  'size',
  'entry',
  'enter',
  'in',
  'take',
  'open',
  'add',
  'buy',
  'part',
]);

function isHeadClear(sheet: Sheet, from: number): boolean {
  for (let index = from - 1; index >= 0 && index >= from - MAX_HEAD; index -= 1) {
    const token = tokenAt(sheet, index);
    if (isBreak(kindAt(sheet, index))) return true;
    const isClear = token.kind === 'word' ? HEAD_ROLES.has(token.role) : token.kind === 'sign';
    const isKnown =
      claimAt(sheet, index) !== 'free' || token.kind === 'dash' || token.kind === 'open_sign';
    if (!isClear && !isKnown && token.kind !== 'close_sign') return false;
  }
  return from <= MAX_HEAD;
}

const MAX_HEAD = 24;

function isBreak(kind: Token['kind']): boolean {
  return (
    kind === 'newline' ||
    kind === 'period' ||
    kind === 'exclamation' ||
    kind === 'colon' ||
    kind === 'comma'
  );
}
