/** Schedules as people write them: five fields of cron, on the clock in New York. */

const RANGES = [
  { from: 0, to: 59 },
  { from: 0, to: 23 },
  { from: 1, to: 31 },
  { from: 1, to: 12 },
  { from: 0, to: 7 },
] as const;

const PART = /^(?:(?<every>\*)|(?<from>\d{1,2})(?:-(?<to>\d{1,2}))?)(?:\/(?<step>\d{1,2}))?$/;

/**
 * Minute, hour, day, month and weekday (0 and 7 are Sunday), each `*`, `5`, `1-5`, `1,3`, or the
 * first and third of these with a `/step`.
 */
export function isPattern(text: string): boolean {
  const fields = text.split(' ');
  return (
    fields.length === RANGES.length &&
    RANGES.every((range, at) => (fields[at] ?? '').split(',').every((part) => fits(part, range)))
  );
}

function fits(part: string, range: { readonly from: number; readonly to: number }): boolean {
  const groups = PART.exec(part)?.groups;
  if (groups === undefined) return false;
  const { every, from, to, step } = groups;
  const isRange = every !== undefined || to !== undefined;
  if (step !== undefined && (!isRange || Number(step) < 1 || Number(step) > range.to)) return false;
  if (every !== undefined) return true;
  const low = Number(from);
  const high = Number(to ?? from);
  return low >= range.from && high <= range.to && low <= high;
}
