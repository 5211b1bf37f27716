/** Names of months and weekdays, long, short and as people mistype them. */
const MONTH_NAMES = [
  'jan january',
  'feb february',
  'mar march',
  'apr april',
  'may',
  'jun june',
  'jul july',
  'aug august',
  'sep sept september',
  'oct october',
  'nov november',
  'dec december',
] as const;

/** From Sunday, 0, as `dayOfWeek` counts. */
const WEEKDAY_NAMES = [
  'sun sunday',
  'mon monday mondays',
  'tue tues tuesday tuesdays',
  'wed weds wednesday wednesdays',
  'thu thur thurs thursday thursdays',
  'fri friday fridays',
  'sat saturday',
] as const;

const MONTHS = numbered(MONTH_NAMES, 1);
const WEEKDAYS = numbered(WEEKDAY_NAMES, 0);

/** 1 for `jan`; lower case. */
export function monthNumber(lower: string): number | null {
  return MONTHS.get(lower) ?? null;
}

/** 0 for `sunday`; lower case. */
export function weekdayNumber(lower: string): number | null {
  return WEEKDAYS.get(lower) ?? null;
}

function numbered(names: readonly string[], first: number): ReadonlyMap<string, number> {
  return new Map(
    names.flatMap((variants, index) =>
      variants.split(' ').map((name) => [name, index + first] as const),
    ),
  );
}
