/**
 * Days on which the US exchanges kept other hours than usual, 2013 to 2028.
 *
 * Past years as they happened; 2026 to 2028 as the New York Stock Exchange has announced them
 * (nyse.com/markets/hours-calendars). A closing it decides at short notice (a storm, a day of
 * mourning) has to be added here, or engaged by hand as a halt.
 *
 * `futures` says what CME's index futures do with the session of that date: no session at all, or
 * an early halt, at the times kept since 2015. It is the earliest halt among the products we list:
 * energy and metals traded up to 90 minutes longer on some of these days. On Good Fridays with an
 * employment report index futures trade until 09:15; here they do not.
 */
import { date, type IsoDate } from '#kernel/calendar.ts';

export const CALENDAR_YEAR_FIRST = 2013;
export const CALENDAR_YEAR_LAST = 2028;

export interface SpecialDay {
  readonly occasion: string;
  /** `closed`, or an early close at 13:00 (13:15 for what usually closes at 16:15). */
  readonly stocks: 'closed' | 'half';
  /** Minutes after midnight in New York at which the date's futures session halts. */
  readonly futures: 'closed' | number;
}

interface Occasion extends SpecialDay {
  readonly dates: readonly string[];
}

const ONE_PM = 13 * 60;
const QUARTER_PAST_ONE = ONE_PM + 15;
const HALF_PAST_NINE = 9 * 60 + 30;

const OCCASIONS: readonly Occasion[] = [
  {
    occasion: "New Year's Day",
    stocks: 'closed',
    futures: 'closed',
    // A Saturday's is not made up for: 2022 and 2028 have none.
    dates: [
      ...['2013-01-01', '2014-01-01', '2015-01-01', '2016-01-01', '2017-01-02', '2018-01-01'],
      ...['2019-01-01', '2020-01-01', '2021-01-01', '2023-01-02', '2024-01-01', '2025-01-01'],
      ...['2026-01-01', '2027-01-01'],
    ],
  },
  {
    occasion: 'Martin Luther King Jr. Day',
    stocks: 'closed',
    futures: ONE_PM,
    dates: [
      ...['2013-01-21', '2014-01-20', '2015-01-19', '2016-01-18', '2017-01-16', '2018-01-15'],
      ...['2019-01-21', '2020-01-20', '2021-01-18', '2022-01-17', '2023-01-16', '2024-01-15'],
      ...['2025-01-20', '2026-01-19', '2027-01-18', '2028-01-17'],
    ],
  },
  {
    occasion: "Washington's Birthday",
    stocks: 'closed',
    futures: ONE_PM,
    dates: [
      ...['2013-02-18', '2014-02-17', '2015-02-16', '2016-02-15', '2017-02-20', '2018-02-19'],
      ...['2019-02-18', '2020-02-17', '2021-02-15', '2022-02-21', '2023-02-20', '2024-02-19'],
      ...['2025-02-17', '2026-02-16', '2027-02-15', '2028-02-21'],
    ],
  },
  {
    occasion: 'Good Friday',
    stocks: 'closed',
    futures: 'closed',
    dates: [
      ...['2013-03-29', '2014-04-18', '2015-04-03', '2016-03-25', '2017-04-14', '2018-03-30'],
      ...['2019-04-19', '2020-04-10', '2021-04-02', '2022-04-15', '2023-04-07', '2024-03-29'],
      ...['2025-04-18', '2026-04-03', '2027-03-26', '2028-04-14'],
    ],
  },
  {
    occasion: 'Memorial Day',
    stocks: 'closed',
    futures: ONE_PM,
    dates: [
      ...['2013-05-27', '2014-05-26', '2015-05-25', '2016-05-30', '2017-05-29', '2018-05-28'],
      ...['2019-05-27', '2020-05-25', '2021-05-31', '2022-05-30', '2023-05-29', '2024-05-27'],
      ...['2025-05-26', '2026-05-25', '2027-05-31', '2028-05-29'],
    ],
  },
  {
    occasion: 'Juneteenth',
    stocks: 'closed',
    futures: ONE_PM,
    dates: [
      ...['2022-06-20', '2023-06-19', '2024-06-19', '2025-06-19', '2026-06-19', '2027-06-18'],
      ...['2028-06-19'],
    ],
  },
  {
    occasion: 'Independence Day',
    stocks: 'closed',
    futures: ONE_PM,
    dates: [
      ...['2013-07-04', '2014-07-04', '2015-07-03', '2016-07-04', '2017-07-04', '2018-07-04'],
      ...['2019-07-04', '2020-07-03', '2021-07-05', '2022-07-04', '2023-07-04', '2024-07-04'],
      ...['2025-07-04', '2026-07-03', '2027-07-05', '2028-07-04'],
    ],
  },
  {
    occasion: 'Labor Day',
    stocks: 'closed',
    futures: ONE_PM,
    dates: [
      ...['2013-09-02', '2014-09-01', '2015-09-07', '2016-09-05', '2017-09-04', '2018-09-03'],
      ...['2019-09-02', '2020-09-07', '2021-09-06', '2022-09-05', '2023-09-04', '2024-09-02'],
      ...['2025-09-01', '2026-09-07', '2027-09-06', '2028-09-04'],
    ],
  },
  {
    occasion: 'Thanksgiving Day',
    stocks: 'closed',
    futures: ONE_PM,
    dates: [
      ...['2013-11-28', '2014-11-27', '2015-11-26', '2016-11-24', '2017-11-23', '2018-11-22'],
      ...['2019-11-28', '2020-11-26', '2021-11-25', '2022-11-24', '2023-11-23', '2024-11-28'],
      ...['2025-11-27', '2026-11-26', '2027-11-25', '2028-11-23'],
    ],
  },
  {
    occasion: 'Christmas Day',
    stocks: 'closed',
    futures: 'closed',
    dates: [
      ...['2013-12-25', '2014-12-25', '2015-12-25', '2016-12-26', '2017-12-25', '2018-12-25'],
      ...['2019-12-25', '2020-12-25', '2021-12-24', '2022-12-26', '2023-12-25', '2024-12-25'],
      ...['2025-12-25', '2026-12-25', '2027-12-24', '2028-12-25'],
    ],
  },
  {
    // George H. W. Bush and Jimmy Carter.
    occasion: 'a national day of mourning',
    stocks: 'closed',
    futures: HALF_PAST_NINE,
    dates: ['2018-12-05', '2025-01-09'],
  },
  {
    occasion: 'the day before Independence Day',
    stocks: 'half',
    futures: QUARTER_PAST_ONE,
    dates: [
      ...['2013-07-03', '2014-07-03', '2017-07-03', '2018-07-03', '2019-07-03', '2023-07-03'],
      ...['2024-07-03', '2025-07-03', '2028-07-03'],
    ],
  },
  {
    occasion: 'the day after Thanksgiving',
    stocks: 'half',
    futures: QUARTER_PAST_ONE,
    dates: [
      ...['2013-11-29', '2014-11-28', '2015-11-27', '2016-11-25', '2017-11-24', '2018-11-23'],
      ...['2019-11-29', '2020-11-27', '2021-11-26', '2022-11-25', '2023-11-24', '2024-11-29'],
      ...['2025-11-28', '2026-11-27', '2027-11-26', '2028-11-24'],
    ],
  },
  {
    occasion: 'Christmas Eve',
    stocks: 'half',
    futures: QUARTER_PAST_ONE,
    dates: [
      ...['2013-12-24', '2014-12-24', '2015-12-24', '2018-12-24', '2019-12-24', '2020-12-24'],
      ...['2024-12-24', '2025-12-24', '2026-12-24'],
    ],
  },
];

export const SPECIAL_DAYS: ReadonlyMap<IsoDate, SpecialDay> = new Map(
  OCCASIONS.flatMap(({ dates, ...day }) => dates.map((on) => [date(on), day] as const)),
);
