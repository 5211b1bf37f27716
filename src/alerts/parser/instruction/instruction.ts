/**
 * Which verb of a message instructs, given where its contract stands.
 *
 * An explicit verb always does. A casual one does when nothing but small words stand before it in
 * its clause and between it and the contract: "bought XYZ 205c" instructs, "Mike bought XYZ 205c",
 * "if you bought" and "in my opinion" do not.
 */
import { isExpiryPart } from '../contract/expiry-words.ts';
import { claimAt, isFree, kindAt, type Run, roleAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { isAmount, type Token } from '../tokens/token.ts';
import type { Role } from '../words/lexicon.ts';
import { opens, type Verb } from './verbs.ts';

export type InstructionDefect = 'no_verb' | 'two_instructions' | 'verb_unclear';

export type Instruction =
  | { readonly kind: 'found'; readonly verb: Verb }
  | { readonly kind: 'defect'; readonly defect: InstructionDefect };

export function chooseVerb(sheet: Sheet, verbs: readonly Verb[], core: Run): Instruction {
  const explicit = verbs.filter(({ strength }) => strength === 'explicit');
  if (explicit.length > 0) return chooseExplicit(sheet, explicit);
  const casual = verbs.filter((verb) => verb.strength === 'casual' && instructs(sheet, verb, core));
  const [first] = casual;
  if (first === undefined) return labelledEntry(sheet, verbs) ?? chooseSign(sheet, verbs, core);
  const rival = casual.find((verb) => verb.action !== first.action);
  if (rival === undefined) return { kind: 'found', verb: first };
  // "sold XYZ 205c at 3.30, in at 2.05" is one exit that remembers its entry.
  const isExit = !opens(first.action) && first.run.from < core.from;
  const remembers = opens(rival.action) && rival.run.from > core.to;
  return isExit && remembers && namesFormerPrice(sheet, rival)
    ? { kind: 'found', verb: first }
    : { kind: 'defect', defect: 'two_instructions' };
}

function chooseExplicit(sheet: Sheet, explicit: readonly Verb[]): Instruction {
  const [first] = explicit;
  if (first === undefined) return { kind: 'defect', defect: 'no_verb' };
  const rest = explicit.filter((verb) => !isSameAgain(sheet, first, verb));
  if (rest.length === 1) return { kind: 'found', verb: first };
  const exits = rest.filter(({ action }) => !opens(action));
  const entries = rest.filter(({ action }) => opens(action));
  const [exit] = exits;
  const isOneExit = exit !== undefined && exits.length === 1;
  const remembers = entries.every((entry) => namesFormerPrice(sheet, entry));
  return isOneExit && remembers
    ? { kind: 'found', verb: exit }
    : { kind: 'defect', defect: 'two_instructions' };
}

/** "BTO (Buy to Open)": the same again right behind the first. */
function isSameAgain(sheet: Sheet, first: Verb, verb: Verb): boolean {
  if (verb === first || verb.action !== first.action) return false;
  for (let index = first.run.to + 1; index < verb.run.from; index += 1) {
    if (kindAt(sheet, index) === 'word' || isAmount(tokenAt(sheet, index))) return false;
  }
  return true;
}

const PRICE_WITHIN = 4;

/** Whether an entry verb only tells the former price: "bought at 2.05", "BTO 2.05". */
function namesFormerPrice(sheet: Sheet, verb: Verb): boolean {
  for (let index = verb.run.to + 1; index <= verb.run.to + PRICE_WITHIN; index += 1) {
    const token = tokenAt(sheet, index);
    if (isAmount(token)) return !isCount(sheet, index) && isFree(sheet, index);
    const { kind, role } = token;
    const leads = kind === 'at' || kind === 'colon' || role === 'at' || role === 'for';
    if (!leads && role !== 'price_label' && role !== 'from' && role !== 'average') return false;
  }
  return false;
}

/** "BTO 2 XYZ", "bought 2 calls" */
function isCount(sheet: Sheet, index: number): boolean {
  return roleAt(sheet, index + 1) === 'call' || claimAt(sheet, index + 1) === 'symbol';
}

/** Words that may stand before a casual verb in its clause. */
const HEAD_ROLES: ReadonlySet<Role> = new Set([
  'tag',
  'filler',
  'size',
  'label',
  'part',
  'whole',
  'fraction',
  'entry',
  'for',
  'day',
  'week',
  'call',
  'put',
  'contract_unit',
  'share_unit',
  'price_label',
  'strike',
  'take',
  'add',
]);

/** Words that may stand between a casual verb and its contract. */
const ENTRY_GAP_ROLES: ReadonlySet<Role> = new Set([
  ...HEAD_ROLES,
  'to',
  'long',
  'at',
  'expiry_label',
  'open',
  'in',
  'average',
]);

const EXIT_GAP_ROLES: ReadonlySet<Role> = new Set([
  ...ENTRY_GAP_ROLES,
  'runner',
  'result',
  'keep',
  'out',
  'close',
  'trim',
  'cut',
]);

/** "Open" is an adjective as well: little may stand behind it. */
const OPEN_GAP_ROLES: ReadonlySet<Role> = new Set(['filler', 'part', 'to', 'in']);

function gapRoles(sheet: Sheet, verb: Verb): ReadonlySet<Role> {
  if (!opens(verb.action)) return EXIT_GAP_ROLES;
  return tokenAt(sheet, verb.run.from).lower === 'open' ? OPEN_GAP_ROLES : ENTRY_GAP_ROLES;
}

function instructs(sheet: Sheet, verb: Verb, core: Run): boolean {
  const { from, to } = verb.run;
  if (!isHeadClear(sheet, from) || !isUsable(sheet, verb)) return false;
  const roles = gapRoles(sheet, verb);
  if (to < core.from) {
    return isGapClear(sheet, { from: to + 1, to: core.from - 1 }, roles);
  }
  if (from > core.to) {
    const isBeside = isGapClear(sheet, { from: core.to + 1, to: from - 1 }, roles);
    return isBeside && endsStatement(sheet, verb);
  }
  return endsStatement(sheet, verb) || isGapClear(sheet, { from: to + 1, to: core.to }, roles);
}

/** How far a casual verb may stand from the start of its clause and from its contract. */
const REACH = 24;

/** From the start of the clause to the verb: nothing but contract parts and small words. */
function isHeadClear(sheet: Sheet, verbFrom: number): boolean {
  const first = Math.max(0, verbFrom - REACH);
  for (let index = verbFrom - 1; index >= first; index -= 1) {
    const token = tokenAt(sheet, index);
    if (isClauseBreak(token)) return true;
    if (!isClear(sheet, index, HEAD_ROLES)) return false;
  }
  return first === 0;
}

function isClauseBreak(token: Token): boolean {
  switch (token.kind) {
    case 'newline':
    case 'period':
    case 'exclamation':
    case 'semicolon':
    case 'colon':
    case 'comma':
    case 'pipe':
    case 'close_bracket':
      return true;
    case 'dash':
      return !token.isGlued;
    default:
      return false;
  }
}

function isGapClear(sheet: Sheet, { from, to }: Run, roles: ReadonlySet<Role>): boolean {
  if (to - from > REACH) return false;
  for (let index = from; index <= to; index += 1) {
    if (!isClear(sheet, index, roles)) return false;
  }
  return true;
}

function isClear(sheet: Sheet, index: number, roles: ReadonlySet<Role>): boolean {
  if (claimAt(sheet, index) !== 'free' || isExpiryPart(sheet, index)) return true;
  const token = tokenAt(sheet, index);
  switch (token.kind) {
    case 'word':
      return roles.has(token.role);
    case 'question':
    case 'less':
    case 'greater':
    case 'arrow':
    case 'cancel_sign':
    case 'watch_sign':
    case 'unclear':
    case 'code':
    case 'period':
    case 'semicolon':
      return false;
    default:
      return true;
  }
}

/** "Open trades:", "Closed positions" head a list. */
const LIST_HEADINGS: ReadonlySet<string> = new Set(
  `positions trades orders alerts entries swings scalps lottos options calls puts contracts`.split(
    ' ',
  ),
);

/** "Entry: 6.40" is a price, "entries" and "closed trades" are titles. */
function isUsable(sheet: Sheet, verb: Verb): boolean {
  const next = verb.run.to + 1;
  if (LIST_HEADINGS.has(tokenAt(sheet, verb.run.from).lower)) return false;
  if (verb.role === 'in' && isPendingOrder(sheet, verb.run.from - 1)) return false;
  if (verb.role === 'in' && tokenAt(sheet, next).lower === 'my') return false;
  if (isHeading(sheet, verb)) return false;
  if (isIdiom(sheet, verb)) return false;
  if (verb.role === 'entry') {
    if (MENTIONS.has(tokenAt(sheet, verb.run.from - 1).lower)) return false;
    const at = kindAt(sheet, next) === 'colon' ? next + 1 : next;
    return !isAmount(tokenAt(sheet, at)) && kindAt(sheet, at) !== 'at';
  }
  return true;
}

/** "my entry", "the entry" speak of an entry made before. */
const MENTIONS: ReadonlySet<string> = new Set(['my', 'the', 'that', 'our', 'his', 'her', 'your']);

const IDIOM_WITHIN = 4;

/** "cut losses quick, …", "added an alert for …" */
function isIdiom(sheet: Sheet, { role, run }: Verb): boolean {
  let hasOutcome = false;
  for (let index = run.to + 1; index <= run.to + IDIOM_WITHIN; index += 1) {
    const token = tokenAt(sheet, index);
    if (token.role === 'result') hasOutcome = true;
    if (role === 'cut' && hasOutcome && token.kind === 'comma') return true;
    if (role === 'add' && token.lower.startsWith('alert')) return true;
  }
  return false;
}

/** "order in", "bid in": it waits in the book. */
function isPendingOrder(sheet: Sheet, index: number): boolean {
  const { lower, role } = tokenAt(sheet, index);
  return lower === 'order' || lower === 'orders' || role === 'quote_word' || role === 'price_label';
}

const HEADING_WITHIN = 3;

function isHeading(sheet: Sheet, { run }: Verb): boolean {
  if (tokenAt(sheet, run.from).lower === 'open') {
    for (let index = run.to + 1; index <= run.to + HEADING_WITHIN; index += 1) {
      if (isHeadingWord(tokenAt(sheet, index))) return true;
    }
  }
  const isOngoing = tokenAt(sheet, run.from).lower.endsWith('ing');
  const isTitle = !isOngoing && LIST_HEADINGS.has(tokenAt(sheet, run.to + 1).lower);
  return isTitle && kindAt(sheet, run.to + 2) === 'colon';
}

/** "open position", "open trades": what is open, not what is being opened. */
function isHeadingWord({ lower, role }: Token): boolean {
  if (role === 'call' || role === 'put') return false;
  return LIST_HEADINGS.has(lower) || LIST_HEADINGS.has(`${lower}s`);
}

const BEHIND_ROLES: ReadonlySet<Role> = new Set([
  'at',
  'for',
  'price_label',
  'average',
  'filler',
  'tag',
  'from',
  'size',
  'part',
  'fraction',
  'whole',
  'stop',
  'market',
]);

/** Behind the contract a verb instructs when a price, a count or nothing follows: "205c in @ 3". */
function endsStatement(sheet: Sheet, verb: Verb): boolean {
  if (verb.role === 'entry' || verb.role === 'open' || verb.role === 'buy') return false;
  const { lower } = tokenAt(sheet, verb.run.from);
  if (lower === 'exit' || lower === 'exits' || lower === 'close') return false;
  const next = tokenAt(sheet, verb.run.to + 1);
  // "205c in the money", "205c closed at 3.10" tell of the contract.
  if (verb.role === 'in' && next.role === 'filler') return isNowWord(next.lower);
  if (verb.role === 'in' && next.role === 'at') {
    return isAmount(tokenAt(sheet, verb.run.to + 2));
  }
  if (verb.role === 'close' && next.lower === 'at') return comesFrom(sheet, verb);
  if (verb.role === 'sell' && next.lower === 'limit') return false;
  if (verb.role === 'take' && next.role === 'result') return true;
  if (next.kind === 'word') return BEHIND_ROLES.has(next.role);
  return next.kind !== 'question' && next.kind !== 'less' && next.kind !== 'greater';
}

/** "…, closed at 9.30 from 4.45": a trade's way, not where the contract stood at the close. */
function comesFrom(sheet: Sheet, { run }: Verb): boolean {
  const isApart = kindAt(sheet, run.from - 1) === 'comma';
  const isPrice = isAmount(tokenAt(sheet, run.to + 2));
  const isWay = roleAt(sheet, run.to + 3) === 'from' && isAmount(tokenAt(sheet, run.to + 4));
  return isApart && isPrice && isWay;
}

function isNowWord(lower: string): boolean {
  return lower === 'here' || lower === 'now' || lower === 'again';
}

/** A block of labels (Ticker, Strike or Option, Entry) instructs by its form. */
function labelledEntry(sheet: Sheet, verbs: readonly Verb[]): Instruction | null {
  const entry = verbs.find(({ role, run }) => role === 'entry' && isLabel(sheet, run.to));
  if (entry === undefined) return null;
  const isBlock = hasLabel(sheet, isSymbolLabel) && hasLabel(sheet, isContractLabel);
  const hasExit = verbs.some((verb) => !opens(verb.action));
  return isBlock && !hasExit ? { kind: 'found', verb: entry } : null;
}

function isLabel(sheet: Sheet, index: number): boolean {
  return kindAt(sheet, index + 1) === 'colon';
}

function hasLabel(sheet: Sheet, isWanted: (token: Token) => boolean): boolean {
  return sheet.tokens.some((token, index) => isWanted(token) && isLabel(sheet, index));
}

function isSymbolLabel({ lower }: Token): boolean {
  return lower === 'ticker' || lower === 'symbol' || lower === 'sym' || lower === 'underlying';
}

function isContractLabel({ role, lower }: Token): boolean {
  return role === 'strike' || role === 'contract_unit' || lower === 'option';
}

/** A green dot or play button before a full contract at the start of a line. */
function chooseSign(sheet: Sheet, verbs: readonly Verb[], core: Run): Instruction {
  const sign = verbs.find(({ strength }) => strength === 'sign');
  const hasCasual = verbs.some(({ strength }) => strength === 'casual');
  const unclear = { kind: 'defect', defect: hasCasual ? 'verb_unclear' : 'no_verb' } as const;
  if (sign === undefined || sign.run.to > core.from) return unclear;
  const before = kindAt(sheet, sign.run.from - 1);
  const isFirst =
    before === 'end' || before === 'newline' || claimAt(sheet, sign.run.from - 1) === 'noise';
  const gap = { from: sign.run.to + 1, to: core.from - 1 };
  const leads = isFirst && isGapClear(sheet, gap, ENTRY_GAP_ROLES);
  return leads ? { kind: 'found', verb: sign } : unclear;
}
