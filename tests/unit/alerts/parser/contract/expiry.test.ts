import { describe, expect, it } from 'vitest';
import { parseAlert } from '#alerts/parse.ts';
import { WIDE_PARSE_POLICY } from '#alerts/parser/settings.ts';
import { date } from '#kernel/calendar.ts';
import { CalendarNotCovered } from '#market/session.ts';
import { contextAt } from '../../../../fixtures/labelled-messages.ts';

/** The expiry of a plain alert with these words for it, or the reason there is none. */
function expiry(words: string, postedAt: string): string {
  const { alert, code } = parseAlert(`BTO AMD 215c ${words} @ 3.45`, contextAt(postedAt));
  return alert?.expiry ?? code;
}

const TUESDAY = '2026-10-06';
const FRIDAY = '2026-10-09';
const SATURDAY = '2026-10-10';

describe('dates in figures and names', () => {
  it.each([
    ['10/16', '2026-10-16'],
    ['10/16/26', '2026-10-16'],
    ['10/16/2026', '2026-10-16'],
    ['2026-10-16', '2026-10-16'],
    ['10-16-26', '2026-10-16'],
    ['Oct 16', '2026-10-16'],
    ['october 16th', '2026-10-16'],
    ['Oct. 16', '2026-10-16'],
    ['Oct-16', '2026-10-16'],
    ['16 Oct', '2026-10-16'],
    ['16-Oct-26', '2026-10-16'],
    ['16OCT26', '2026-10-16'],
    ['Jan 15 2027', '2027-01-15'],
    ['Jan 15, 2027', '2027-01-15'],
    ['JAN 2027', '2027-01-15'],
    ["Jan '27", '2027-01-15'],
    ['exp 10/16', '2026-10-16'],
    ['(10/16)', '2026-10-16'],
    ['10/16 10/16', '2026-10-16'],
  ])('%s is %s', (words, expected) => {
    expect(expiry(words, TUESDAY)).toBe(expected);
  });

  it.each([
    ['11/31', 'no_such_date'],
    ['16/10', 'no_such_date'],
    ['2/29', 'no_such_date'],
    ['10/16/202', 'no_such_date'],
    ['10/17', 'expiry_not_a_trading_day'],
    ['12/25', 'expiry_not_a_trading_day'],
    ['10/16/25', 'expiry_in_the_past'],
    ['10/2', 'expiry_in_the_past'],
    ['9/18/30', 'expiry_too_far'],
    ['1/19/29', 'calendar_not_covered'],
    ['JAN 27', 'expiry_unclear'],
    ['1/27', 'expiry_unclear'],
    ['monthly', 'expiry_unclear'],
    ['10/16 10/23', 'two_expiries'],
    ['10/16 0dte', 'two_expiries'],
  ])('%s is refused: %s', (words, code) => {
    expect(expiry(words, TUESDAY)).toBe(code);
  });

  it('takes the next such date across the turn of the year', () => {
    expect(expiry('1/15', '2026-12-28')).toBe('2027-01-15');
    expect(expiry('12/17', '2027-01-04')).toBe('2027-12-17');
  });

  it('takes a date that is the day of posting', () => {
    expect(expiry('10/9', FRIDAY)).toBe(FRIDAY);
  });

  it('takes a fraction for a date only when it is near', () => {
    expect(expiry('1/4', '2026-12-28')).toBe('2027-01-04');
    expect(expiry('1/4', '2026-06-15')).toBe('expiry_unclear');
  });
});

describe('words', () => {
  it.each([
    ['0dte', TUESDAY, TUESDAY],
    ['0 DTE', TUESDAY, TUESDAY],
    ['today', TUESDAY, TUESDAY],
    ['1dte', TUESDAY, '2026-10-07'],
    ['1dte', FRIDAY, '2026-10-12'],
    ['3dte', TUESDAY, FRIDAY],
    ['tomorrow', TUESDAY, '2026-10-07'],
    ['Friday', TUESDAY, FRIDAY],
    ['this Friday', TUESDAY, FRIDAY],
    ['weekly', TUESDAY, FRIDAY],
    ['this week', TUESDAY, FRIDAY],
    ['this week', FRIDAY, FRIDAY],
    ['next week', TUESDAY, '2026-10-16'],
    ['next w', TUESDAY, '2026-10-16'],
    ['this week', '2026-03-31', '2026-04-02'],
    ['OCT', TUESDAY, '2026-10-16'],
    ['NOV', TUESDAY, '2026-11-20'],
    ['JAN', TUESDAY, '2027-01-15'],
    ['APR', '2022-03-31', '2022-04-14'],
  ])('%s posted on %s is %s', (words, postedAt, expected) => {
    expect(expiry(words, postedAt)).toBe(expected);
  });

  it.each([
    ['weekly', FRIDAY],
    ['Friday', FRIDAY],
    ['next Friday', TUESDAY],
    ['5dte', TUESDAY],
    ['0dte', SATURDAY],
    ['this week', SATURDAY],
    ['tomorrow', FRIDAY],
    ['OCT', '2026-10-20'],
  ])('%s posted on %s is refused', (words, postedAt) => {
    expect(parseAlert(`BTO AMD 215c ${words} @ 3.45`, contextAt(postedAt)).alert).toBeNull();
  });

  it('count only beside the contract', () => {
    const read = (text: string) => parseAlert(text, contextAt(TUESDAY)).alert?.expiry ?? null;
    expect(read('BTO AMD 215c @ 3.45 earnings tomorrow')).toBeNull();
    expect(read('BTO AMD 215c 10/16 @ 3.45 CPI tomorrow')).toBe('2026-10-16');
    expect(read('BTO AMD 215c 10/16 @ 3.45, a weekly chart setup')).toBe('2026-10-16');
  });
});

it('refuses what a calendar that covers too few years cannot tell', () => {
  const reading = parseAlert('BTO AMD 215c tomorrow @ 3.45', {
    posted: date(TUESDAY),
    policy: WIDE_PARSE_POLICY,
    isTradingDay(day) {
      throw new CalendarNotCovered(day);
    },
  });
  expect(reading).toMatchObject({ verdict: 'refused', code: 'calendar_not_covered' });
});
