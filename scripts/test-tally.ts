/**
 * What a test run came to, and how that is told.
 *
 * The count line is read by machines (`.ci/run`) and believed by people, so it is never better than
 * the run: a test file that did not load, an error outside every test, a skip without a reason, a
 * run without tests and a runner that died each count as a failure.
 */
import { z } from 'zod';

const skip = z.strictObject({ test: z.string(), reason: z.string().nullable() });

export const tallySchema = z.strictObject({
  passed: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  skips: z.array(skip),
  /** Failures outside any test: files that did not load, unhandled errors. */
  broken: z.array(z.string()),
  /** A name pattern was given, so tests were left out on purpose. */
  partial: z.boolean(),
});

export type Tally = z.infer<typeof tallySchema>;

/** How the runner's process ended. */
export interface RunnerEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface Verdict {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Lines for a person, to stand above the count line. */
  readonly notes: readonly string[];
}

const LISTED_MAX = 50;

/** Judges a run; `tally` is `null` when the runner ended without leaving one. */
export function judge(tally: Tally | null, end: RunnerEnd): Verdict {
  if (tally === null) {
    const notes = [`The test runner ended without a report (${describe(end)}).`];
    return { passed: 0, failed: 1, skipped: 0, notes };
  }
  const faults = tally.broken.map((what) => `Failed outside a test: ${what}`);
  const skips = tally.partial ? tally.skips.filter((one) => one.reason !== null) : tally.skips;
  const unexplained = skips.filter((one) => one.reason === null);
  if (tally.passed + tally.failed === 0) faults.push('No test ran.');
  let failed = tally.failed + faults.length + unexplained.length;
  if (failed === 0 && end.code !== 0) {
    faults.push(`The test runner failed though no test did (${describe(end)}).`);
    failed = 1;
  }
  const skipped = tally.skips.length - unexplained.length;
  return { passed: tally.passed, failed, skipped, notes: [...skips.map(tellSkip), ...faults] };
}

/** The line every run closes with. What was skipped stands above it, each with its reason. */
export function countLine({ passed, failed }: Verdict): string {
  return `${passed} passed, ${failed} failed`;
}

/** Everything a run says after the runner's own output; the count line last. */
export function closingLines(verdict: Verdict): readonly string[] {
  const { notes } = verdict;
  const shown = notes.slice(0, LISTED_MAX);
  const hidden = notes.length - shown.length;
  const more = hidden > 0 ? [`… and ${hidden} more`] : [];
  const skips = verdict.skipped > 0 ? [`${verdict.skipped} skipped.`] : [];
  return [...shown, ...more, ...skips, countLine(verdict)];
}

function tellSkip(skipped: Tally['skips'][number]): string {
  return skipped.reason === null
    ? `Skipped without a reason, which counts as a failure: ${skipped.test}`
    : `Skipped: ${skipped.test}: ${skipped.reason}`;
}

function describe(end: RunnerEnd): string {
  return end.signal === null ? `exit code ${end.code}` : `signal ${end.signal}`;
}
