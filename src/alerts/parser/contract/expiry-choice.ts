/**
 * Which of the expiries found is the contract's.
 *
 * A date in figures counts wherever it stands, and two different ones are one too many. Words that
 * everybody uses ("today", "next week") count only beside the contract or a label; a month alone
 * likewise. A date of earnings is not the expiry if another date is written.
 */
import type { IsoDate } from '#kernel/calendar.ts';
import type { ParseContext } from '../parse-context.ts';
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
import { isAmount, type Token } from '../tokens/token.ts';
import type { Role } from '../words/lexicon.ts';
import type { Expiry } from './expiries.ts';
import { type ExpiryDefect, expiryOn } from './expiry-dates.ts';

export type ChosenExpiry =
  | { readonly kind: 'chosen'; readonly date: IsoDate; readonly run: Run }
  | { readonly kind: 'none' }
  | {
      readonly kind: 'defect';
      readonly defect: ExpiryDefect | 'two_expiries';
      readonly at: number;
    };

export function chooseExpiry(
  sheet: Sheet,
  expiries: readonly Expiry[],
  context: ParseContext,
  strikeAt: number,
): ChosenExpiry {
  const symbolDate = ofOptionSymbol(tokenAt(sheet, strikeAt), context, strikeAt);
  const figures = expiries.filter(({ form }) => form === 'figures');
  const inFigures = withoutHeader(sheet, figures, context.posted);
  const own = inFigures.filter((expiry) => !isEvent(sheet, expiry.run));
  const dated = own.length > 0 || symbolDate !== null ? own : inFigures;
  const all = symbolDate === null ? dated : [symbolDate, ...dated];
  for (const expiry of inFigures) {
    if (!all.includes(expiry)) claim(sheet, expiry.run.from, expiry.run.to, 'note');
  }
  if (all.length > 0) {
    return own.length === 0 && symbolDate === null ? unclearEvent(all) : onlyOne(sheet, all);
  }
  for (const form of ['words', 'month'] as const) {
    const beside = expiries.filter((each) => each.form === form && isBeside(sheet, each.run));
    if (beside.length > 0) return onlyOne(sheet, beside);
  }
  return { kind: 'none' };
}

/** A line that begins with the day of posting is dated; its contract expires on the other date. */
function withoutHeader(
  sheet: Sheet,
  figures: readonly Expiry[],
  posted: IsoDate,
): readonly Expiry[] {
  return figures.filter(({ run, date }) => {
    const before = kindAt(sheet, run.from - 1);
    const opensLine = before === 'end' || before === 'newline';
    const isPosted = date.ok && date.value === posted;
    if (!opensLine || !isPosted || CONTRACT_CLAIMS.has(claimAt(sheet, run.to + 1))) return true;
    claim(sheet, run.from, run.to, 'noise');
    return false;
  });
}

function unclearEvent(expiries: readonly Expiry[]): ChosenExpiry {
  return { kind: 'defect', defect: 'expiry_unclear', at: expiries[0]?.run.from ?? 0 };
}

/** `.XYZ261016C312.5` carries its date as year, month, day. */
function ofOptionSymbol(token: Token, context: ParseContext, at: number): Expiry | null {
  if (token.kind !== 'option_symbol') return null;
  const [year = 0, month = 0, day = 0] = [0, 2, 4].map((from) =>
    Number(token.unit.slice(from, from + 2)),
  );
  const date = expiryOn(context, { year, month, day });
  return { run: { from: at, to: at }, date, form: 'figures' };
}

function onlyOne(sheet: Sheet, expiries: readonly Expiry[]): ChosenExpiry {
  const [first] = expiries;
  if (first === undefined) return { kind: 'none' };
  const { date, run } = first;
  const rival = expiries.find((other) => !isSame(other, first));
  if (rival !== undefined) return { kind: 'defect', defect: 'two_expiries', at: rival.run.from };
  for (const { run: each } of expiries) {
    for (let index = each.from; index <= each.to; index += 1) {
      if (isFree(sheet, index)) claim(sheet, index, index, 'expiry');
    }
  }
  if (!date.ok) return { kind: 'defect', defect: date.error, at: run.from };
  return { kind: 'chosen', date: date.value, run };
}

function isSame({ date }: Expiry, { date: other }: Expiry): boolean {
  if (date.ok && other.ok) return date.value === other.value;
  return !date.ok && !other.ok && date.error === other.error;
}

/** "earnings 10/22", "by 10/22": the day of something else. */
function isEvent(sheet: Sheet, run: Run): boolean {
  for (let before = run.from - 1; before >= run.from - 2; before -= 1) {
    const { role, lower } = tokenAt(sheet, before);
    if (lower === 'earnings' || lower === 'er' || role === 'time') return true;
    if (lower !== 'on') return false;
  }
  return false;
}

const CONTRACT_CLAIMS: ReadonlySet<string> = new Set(['strike', 'side', 'symbol']);

function isBeside(sheet: Sheet, run: Run): boolean {
  const next = tokenAt(sheet, run.to + 1);
  if (next.lower === 'earnings' || next.lower === 'er') return false;
  return isAfterContract(sheet, run) || isBeforeContract(sheet, run);
}

function isAfterContract(sheet: Sheet, run: Run): boolean {
  let index = run.from - 1;
  // "205c lotto for Friday"
  const skipped: ReadonlySet<Role> = roleAt(sheet, index) === 'for' ? TAGGED_ROLES : SMALL_ROLES;
  while (index >= run.from - 4 && isSmall(tokenAt(sheet, index), skipped)) {
    if (roleAt(sheet, index) === 'expiry_label') return true;
    index -= 1;
  }
  if (CONTRACT_CLAIMS.has(claimAt(sheet, index))) return true;
  // Behind the price only words that say nothing but an expiry: "@ .33 weeklies".
  const { role, lower } = tokenAt(sheet, run.from);
  const isExpiryWord = role === 'weekly' || role === 'next' || lower === 'odte';
  return isExpiryWord && isAmount(tokenAt(sheet, index));
}

function isBeforeContract(sheet: Sheet, run: Run): boolean {
  let index = run.to + 1;
  while (isSmall(tokenAt(sheet, index), SMALL_ROLES) && index <= run.to + 4) {
    if (roleAt(sheet, index) === 'expiry_label') return true;
    index += 1;
  }
  return CONTRACT_CLAIMS.has(claimAt(sheet, index));
}

const SMALL_ROLES: ReadonlySet<Role> = new Set([
  'for',
  'expiry_label',
  'side_letter',
  'contract_unit',
]);

const TAGGED_ROLES: ReadonlySet<Role> = new Set([...SMALL_ROLES, 'tag']);

function isSmall(token: Token, roles: ReadonlySet<Role>): boolean {
  switch (token.kind) {
    case 'comma':
    case 'dash':
    case 'pipe':
    case 'colon':
    case 'open_bracket':
    case 'close_bracket':
    case 'sign':
      return true;
    case 'word':
      return roles.has(token.role) || token.lower === 'the' || token.lower === 'on';
    default:
      return false;
  }
}
