/**
 * Why a message that names a contract is not, or not for certain, an instruction to act now.
 *
 * Where a word stands decides: before and inside the instruction, wishes, doubts, questions and
 * negations take it back; behind it only what takes back a finished statement does (conditions,
 * cancellations, "not filled"), because the prose behind a clear instruction is of any kind.
 */
import { claimAt, isFree, kindAt, type Run, roleAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { carriesNumber, isAmount, type Token } from '../tokens/token.ts';

export type Objection =
  | 'question'
  | 'correction'
  | 'cancelled'
  | 'cut_off'
  | 'recap'
  | 'conditional'
  | 'prepare'
  | 'watch'
  | 'negated'
  | 'hypothetical'
  | 'not_filled'
  | 'already_happened'
  | 'position_note'
  | 'flow_report'
  | 'multi_leg'
  | 'roll'
  | 'short_premium'
  | 'example'
  | 'paper_trade'
  | 'third_person'
  | 'two_instructions'
  | 'two_sides';

export interface Found {
  readonly objection: Objection;
  readonly at: number;
}

export interface Scope {
  /** Verb and contract parts: what stands before it is judged most strictly. */
  readonly core: Run;
  readonly intent: 'open' | 'close' | 'none';
  readonly strength: 'explicit' | 'casual';
  readonly prepareWords: readonly string[];
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
  if (isInPlan(sheet, index)) return null;
  return (
    anywhere(sheet, index) ??
    (zone === 'tail' || zone === 'before'
      ? behind(sheet, index, scope)
      : beforeOrInside(sheet, index, scope))
  );
}

function ofSign(sheet: Sheet, index: number, scope: Scope): Objection | null {
  switch (kindAt(sheet, index)) {
    case 'question':
      return 'question';
    case 'star':
      return 'correction';
    case 'cancel_sign':
      return 'cancelled';
    case 'watch_sign':
      return scope.strength === 'casual' ? 'watch' : null;
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

/** Words that spoil an instruction wherever they stand. */
function anywhere(sheet: Sheet, index: number): Objection | null {
  switch (roleAt(sheet, index)) {
    case 'cancel':
      return 'cancelled';
    case 'correct':
      return 'correction';
    case 'prepare':
      return 'prepare';
    case 'watchlist':
      return 'watch';
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
      return isOnTrigger(sheet, index) ? 'conditional' : null;
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

function beforeOrInside(sheet: Sheet, index: number, scope: Scope): Objection | null {
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
      return 'flow_report';
    case 'leg':
      return 'multi_leg';
    case 'month':
      return isFree(sheet, index) && tokenAt(sheet, index).lower === 'may' ? 'hypothetical' : null;
    case 'short_premium':
      return isFree(sheet, index) ? 'short_premium' : null;
    case 'ready':
      return 'prepare';
    case 'heads':
      return tokenAt(sheet, index + 1).lower === 'up' ? 'prepare' : null;
    default:
      return null;
  }
}

/** Whether no comma or colon parts the word from the instruction: "for those asking, I bought …". */
function isInClause(sheet: Sheet, index: number, coreFrom: number): boolean {
  for (let at = index + 1; at < coreFrom && at <= index + CLAUSE_WITHIN; at += 1) {
    const kind = kindAt(sheet, at);
    if (kind === 'comma' || kind === 'colon') return false;
  }
  return true;
}

const CLAUSE_WITHIN = 16;
const QUESTION_WORDS: ReadonlySet<string> = new Set(
  `who anyone anybody did does do how what why where which whats whos who's`.split(/\s+/),
);

function askingOf(sheet: Sheet, index: number): Objection {
  return QUESTION_WORDS.has(tokenAt(sheet, index).lower) ? 'question' : 'third_person';
}

function behind(sheet: Sheet, index: number, scope: Scope): Objection | null {
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

/** "above 250", "over VWAP", "under the 9 ema"; not "over the weekend". */
function isConditionOf(sheet: Sheet, index: number): boolean {
  for (let next = index + 1; next <= index + 3; next += 1) {
    const token = tokenAt(sheet, next);
    if (isAmount(token)) return claimAt(sheet, next) !== 'plan' && claimAt(sheet, next) !== 'price';
    if (token.role === 'level') return true;
    if (token.role !== 'filler' && token.kind !== 'cashtag' && token.role !== 'at') return false;
  }
  return false;
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

/** Words by which a clause speaks of what will be done with the trade later. */
function isPlanWord(sheet: Sheet, index: number): boolean {
  switch (roleAt(sheet, index)) {
    case 'stop':
    case 'target':
    case 'cut':
    case 'out':
    case 'leave':
    case 'sell':
    case 'trim':
    case 'add':
    case 'close':
    case 'keep':
      return true;
    default:
      return claimAt(sheet, index) === 'plan';
  }
}

/** Whether the clause around a condition is a plan: "SL if it breaks 870", "will add under 4". */
function isInPlan(sheet: Sheet, index: number): boolean {
  const role = roleAt(sheet, index);
  if (claimAt(sheet, index) === 'plan') return true;
  const isCondition = role === 'condition' || role === 'compare' || role === 'trigger';
  const kind = kindAt(sheet, index);
  if (!isCondition && kind !== 'less' && kind !== 'greater') return false;
  const first = Math.max(0, index - CLAUSE_WITHIN);
  for (let before = index - 1; before >= first && !isClauseEnd(sheet, before); before -= 1) {
    if (claimAt(sheet, before) === 'verb' || claimAt(sheet, before) === 'strike') return false;
    if (isPlanWord(sheet, before)) return true;
  }
  return false;
}

function isClauseEnd(sheet: Sheet, index: number): boolean {
  const kind = kindAt(sheet, index);
  return kind === 'newline' || kind === 'period' || kind === 'semicolon' || kind === 'end';
}
