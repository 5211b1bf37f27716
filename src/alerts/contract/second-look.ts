/**
 * A second look at a refused message, for repairs alone: never an instruction.
 *
 * A date that is no trading day, a year typed wrongly, dollars per contract for dollars per share:
 * the parser refuses them without a contract, and rightly. Read once more with that one rule set
 * aside, the message names the contract whose neighbours can be suggested to a person.
 */
import { addDays, type IsoDate } from '#kernel/calendar.ts';
import type { ParsedAlert, Reading, Repair } from '../model.ts';
import { parseAlert } from '../parse.ts';
import type { ParseContext } from '../parser/parse-context.ts';
import type { ContractCheck } from './check.ts';
import { repairsOf } from './repair.ts';

/** Enough to bring the same day of the year before back into the future. */
const YEAR_BACK_DAYS = -370;

/** The opening instruction a refused message comes near to, or `null` when there is none. */
export function secondLook(
  text: string,
  { verdict, code }: Pick<Reading, 'verdict' | 'code'>,
  context: ParseContext,
): ParsedAlert | null {
  if (verdict !== 'refused') return null;
  const relaxed = relaxedFor(code, context);
  const reading = relaxed === null ? null : parseAlert(text, relaxed);
  return reading?.verdict === 'order' ? reading.alert : null;
}

/**
 * What to suggest once the second look's contract has been checked: its repairs, or, when it stands
 * as it is, itself.
 */
export function suggestionsFrom(
  alert: ParsedAlert,
  check: ContractCheck,
  today: IsoDate,
): readonly Repair[] {
  if (check.kind === 'refused') return check.repairs;
  return repairsOf(alert, [{ to: {}, why: 'read as dollars per contract' }], today);
}

function relaxedFor(code: Reading['code'], context: ParseContext): ParseContext | null {
  const isTradingDay = (): boolean => true;
  if (code === 'expiry_not_a_trading_day') return { ...context, isTradingDay };
  if (code === 'expiry_in_the_past') {
    return { ...context, isTradingDay, posted: addDays(context.posted, YEAR_BACK_DAYS) };
  }
  if (code !== 'price_implausible') return null;
  return { ...context, policy: { ...context.policy, premiumUnit: 'per_contract' } };
}
