/**
 * Reads messages that name an option by strike and side.
 *
 * Each part of the contract, the verb and the price are chosen by their own module; here they are
 * put together, and every doubt ends the reading with its reason. What the words around the
 * contract say comes first: of a question nobody needs to hear that its expiry is missing.
 */
import type { IsoDate } from '#kernel/calendar.ts';
import type { Action, Reading } from '../../model.ts';
import { findExpiries } from '../contract/expiries.ts';
import { type ChosenExpiry, chooseExpiry } from '../contract/expiry-choice.ts';
import { expiryInDays, expiryOfWeek } from '../contract/expiry-dates.ts';
import type { Strike, Strikes } from '../contract/strikes.ts';
import { type FoundSymbol, findSymbol } from '../contract/symbols.ts';
import { chooseVerb, type Instruction } from '../instruction/instruction.ts';
import { type Found, findObjection } from '../instruction/objections.ts';
import { opens, type Verb } from '../instruction/verbs.ts';
import type { ParseContext } from '../parse-context.ts';
import { textAt } from '../sheet/leftover.ts';
import { claim, claimAt, isFree, type Run, roleAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { symbolOf } from '../words/symbol-words.ts';
import { readEntry, readExit } from './option-terms.ts';
import { refused } from './outcome.ts';

/** A contract and what is to be done with it; the price is not yet read. */
export interface OptionOrder {
  readonly action: Action;
  readonly verb: Verb | null;
  readonly strike: Strike;
  readonly symbol: string;
  readonly symbolAt: number;
  /** `null` when none is written and the channel supplies none. */
  readonly expiry: IsoDate | null;
  readonly expiryRun: Run | null;
  /** Verb and contract parts. */
  readonly core: Run;
}

interface Parts {
  readonly strike: Strike;
  readonly strikes: Strikes;
  readonly symbol: FoundSymbol;
  readonly instruction: Instruction;
  readonly expiry: ChosenExpiry;
  readonly core: Run;
}

/** Reads a message in which `strikes` were found, of which there is at least one. */
export function readOption(
  sheet: Sheet,
  context: ParseContext,
  strikes: Strikes,
  verbs: readonly Verb[],
): Reading | null {
  const [strike] = strikes.found;
  if (strike === undefined) return null;
  // To cover an option takes its code: a covered call is sold.
  const given = verbs.filter(({ role }) => role !== 'short_premium');
  const parts = findParts(sheet, context, { strike, strikes, verbs: given });
  const objection = object(sheet, context, parts);
  if (objection !== null) return refused(objection.objection, `"${textAt(sheet, objection.at)}"`);
  const doubt = doubtOf(sheet, parts, context);
  if (doubt !== null) return doubt;
  const order = toOrder(parts, context);
  if (order === null) return refused('calendar_not_covered', 'the day of posting is not covered');
  if (opens(order.action)) return readEntry(sheet, order, context);
  return readExit(sheet, order, context);
}

const CONTRACT: ReadonlySet<string> = new Set(['strike', 'side', 'symbol']);
const CORE: ReadonlySet<string> = new Set([...CONTRACT, 'verb', 'expiry']);

interface Given {
  readonly strike: Strike;
  readonly strikes: Strikes;
  readonly verbs: readonly Verb[];
}

function findParts(sheet: Sheet, context: ParseContext, given: Given): Parts {
  const { strike, strikes, verbs } = given;
  const symbol = findSymbol(sheet, strike, verbs);
  if (symbol.kind === 'found') claimSymbol(sheet, symbol.symbol);
  const contract = runOf(sheet, CONTRACT);
  const instruction = chooseVerb(sheet, verbs, contract);
  if (instruction.kind === 'found') {
    const { run } = instruction.verb;
    claim(sheet, run.from, run.to, 'verb');
  }
  const expiries = findExpiries(sheet, context);
  const expiry = chooseExpiry(sheet, expiries, context, strike.strikeAt);
  const core = runOf(sheet, CORE);
  return { strike, strikes, symbol, instruction, expiry, core };
}

/** Every mention of the symbol is the symbol. */
function claimSymbol(sheet: Sheet, symbol: string): void {
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    const { kind, text } = tokenAt(sheet, index);
    if (kind !== 'cashtag' && kind !== 'word' && kind !== 'future') continue;
    if (Math.abs(text.length - symbol.length) > 1 || !isFree(sheet, index)) continue;
    if (symbolOf(text) === symbol) claim(sheet, index, index, 'symbol');
  }
}

function runOf(sheet: Sheet, claims: ReadonlySet<string>): Run {
  let from = -1;
  let to = -1;
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    if (!claims.has(claimAt(sheet, index))) continue;
    if (from < 0) from = index;
    to = index;
  }
  return { from, to };
}

function object(sheet: Sheet, context: ParseContext, parts: Parts): Found | null {
  const { instruction, core } = parts;
  const verb = instruction.kind === 'found' ? instruction.verb : null;
  const everything = { from: sheet.tokens.length, to: sheet.tokens.length };
  return findObjection(sheet, {
    core: verb === null ? everything : core,
    intent: verb === null ? 'none' : opens(verb.action) ? 'open' : 'close',
    strength: verb?.strength === 'explicit' ? 'explicit' : 'casual',
    prepareWords: context.policy.prepareWords,
  });
}

/** What is missing or can be read in two ways. */
function doubtOf(sheet: Sheet, parts: Parts, context: ParseContext): Reading | null {
  const { strike, strikes, symbol, instruction, expiry } = parts;
  const { policy } = context;
  if (strikes.defect !== null) return refused(strikes.defect, `strike ${strike.decimal}`);
  if (strikes.found.some((other) => !isSameStrike(other, strike))) {
    return refused('several_contracts', `${strikes.found.length} strikes with a side`);
  }
  if (isSoldWithoutCode(sheet, strike, instruction)) {
    return refused('short_premium', `"${textAt(sheet, strike.sideAt)}" without STO or BTC`);
  }
  if (instruction.kind === 'defect') {
    const isVerbless = instruction.defect === 'no_verb' && policy.verblessOpens;
    if (!isVerbless) return refused(instruction.defect, 'no word says what to do for certain');
  }
  if (sellsShort(sheet, instruction)) return refused('short_premium', 'selling calls or puts');
  if (contradicts(sheet, strike)) return refused('two_sides', 'a call and a put');
  if (
    symbol.kind === 'defect' &&
    !(symbol.defect === 'no_symbol' && policy.defaultSymbol !== null)
  ) {
    return refused(symbol.defect, `"${textAt(sheet, symbol.at)}"`);
  }
  return expiry.kind === 'defect'
    ? refused(expiry.defect, `"${textAt(sheet, expiry.at)}" posted on ${context.posted}`)
    : null;
}

/** "230 CSP 1.85" is a sale: never a purchase, and a sale only with its code. */
function isSoldWithoutCode(sheet: Sheet, strike: Strike, instruction: Instruction): boolean {
  if (roleAt(sheet, strike.sideAt) !== 'short_premium') return false;
  if (instruction.kind === 'defect') return true;
  const { action } = instruction.verb;
  return action !== 'STO' && action !== 'BTC';
}

/** "selling puts on XYZ", "selling XYZ puts 190": to sell a side, not a contract, opens a short. */
function sellsShort(sheet: Sheet, instruction: Instruction): boolean {
  if (instruction.kind === 'defect') return false;
  const { role, strength, run } = instruction.verb;
  if (role !== 'sell' || strength !== 'casual') return false;
  const next = run.to + 1;
  if (isSideWord(sheet, next)) return true;
  const isOngoing = tokenAt(sheet, run.from).lower !== 'sold';
  return isOngoing && claimAt(sheet, next) === 'symbol' && isSideWord(sheet, next + 1);
}

function isSideWord(sheet: Sheet, index: number): boolean {
  return roleAt(sheet, index) === 'call' || roleAt(sheet, index) === 'put';
}

function isSameStrike(other: Strike, strike: Strike): boolean {
  return other.value === strike.value && other.right === strike.right;
}

/** A free "calls" or "puts" around the contract that says the other side. */
function contradicts(sheet: Sheet, strike: Strike): boolean {
  const reach = 4;
  for (let index = strike.run.from - reach; index <= strike.run.to + reach; index += 1) {
    if (!isFree(sheet, index)) continue;
    const role = roleAt(sheet, index);
    if ((role === 'call' && strike.right === 'P') || (role === 'put' && strike.right === 'C')) {
      return true;
    }
  }
  return false;
}

function toOrder(parts: Parts, context: ParseContext): OptionOrder | null {
  const { strike, symbol, instruction, expiry, core } = parts;
  const verb = instruction.kind === 'found' ? instruction.verb : null;
  const action = verb?.action ?? 'BTO';
  const written = expiry.kind === 'chosen' ? expiry.date : null;
  const supplied = written === null && opens(action) ? defaultExpiry(context) : written;
  if (supplied === undefined) return null;
  return {
    action,
    verb,
    strike,
    symbol: symbol.kind === 'found' ? symbol.symbol : (context.policy.defaultSymbol ?? ''),
    symbolAt: symbol.kind === 'found' ? symbol.at : -1,
    expiry: supplied,
    expiryRun: expiry.kind === 'chosen' ? expiry.run : null,
    core,
  };
}

/** What the channel means when no expiry is written; `undefined` when that day cannot be told. */
function defaultExpiry(context: ParseContext): IsoDate | null | undefined {
  switch (context.policy.expiryWhenMissing) {
    case 'refuse':
      return null;
    case '0dte': {
      const today = expiryInDays(context, 0);
      return today.ok ? today.value : undefined;
    }
    case 'weekly': {
      const friday = expiryOfWeek(context, 0);
      return friday.ok ? friday.value : undefined;
    }
  }
}
