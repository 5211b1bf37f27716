/** The nouns of a certification: what is tried at the venue, what came of it, what it allows. */
import type { EpochMs } from '#kernel/time.ts';

/**
 * not_testable: the venue, as it is here and now, cannot show it; never a defect of this program,
 * and never a proof either.
 */
export const VERDICTS = ['passed', 'failed', 'not_testable'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Scenario<Id extends string = string> {
  readonly id: Id;
  /** What is shown when it passes, in one sentence. */
  readonly proves: string;
  /** A certificate takes a pass: not testable is not enough. */
  readonly required: boolean;
  /** Most it may take, cleaning up left out. */
  readonly withinMs: number;
}

/** What became of one scenario. */
export interface TestResult {
  readonly scenario: string;
  readonly verdict: Verdict;
  /** Why, in words. */
  readonly detail: string;
  /** What was done, in order. */
  readonly steps: readonly string[];
  /** What was seen: ids, statuses, prices, times. */
  readonly evidence: readonly string[];
  readonly startedAt: EpochMs;
  readonly tookMs: number;
}

/**
 * What was certified: another program, other settings or another venue need another certificate.
 */
export interface CertifiedThing {
  readonly version: string;
  /** Of the program's own text. */
  readonly build: string;
  /** Of the settings that decide what is traded and how. */
  readonly settings: string;
  readonly environment: string;
  /** Host of the venue's interface. */
  readonly host: string;
  /** Last four characters of the account, and a digest of all of it. */
  readonly account: string;
  readonly accountDigest: string;
}

export interface Certification {
  /** `cert-20260302-150000-1a2b3c` */
  readonly name: string;
  readonly at: EpochMs;
  readonly thing: CertifiedThing;
  /** Quotes came from a delayed feed. */
  readonly isDelayed: boolean;
  /** False when only some of the scenarios were asked for. */
  readonly isWhole: boolean;
  readonly results: readonly TestResult[];
}
