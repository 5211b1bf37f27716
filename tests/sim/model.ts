/**
 * What one simulated seed is asked, and what it tells.
 *
 * A seed decides everything. Every fault has a name that stays the same whatever else is left out:
 * `f…` for faults, `c…` for crashes. A fault that is masked draws its chance all the same and then
 * does not happen, so that leaving one out does not reshuffle the rest.
 */
import type { DeskEntry } from '#audit/model.ts';

export interface SimRequest {
  readonly seed: number;
  /** Names of faults and crashes that shall not happen. */
  readonly mask?: ReadonlySet<string>;
  /** Names of the only faults and crashes that may happen. */
  readonly only?: ReadonlySet<string>;
  /** Numbers of alerts, from 0, that are never said. */
  readonly dropAlerts?: ReadonlySet<number>;
  /** Numbers of the only alerts that are said. */
  readonly onlyAlerts?: ReadonlySet<number>;
  /** Ends as soon as this invariant is broken; `any`: as soon as one is. */
  readonly until?: string;
  /** Keeps the story. */
  readonly trace?: boolean;
  /** Multiplies every fault's rate; 1 when absent, 0 for a world in which nothing goes wrong. */
  readonly faults?: number;
  /** Called at the end with everything that was recorded, by every process of the world. */
  readonly onRecord?: (records: readonly DeskEntry[]) => void;
}

/** Times are milliseconds of virtual time since the start of the world. */
export interface Violation {
  /** `S3`, `L1` … as in `docs/reliability.md`; `X0` when the program itself failed. */
  readonly invariant: string;
  readonly at: number;
  readonly what: string;
}

export interface Fired {
  readonly id: string;
  readonly kind: string;
  readonly at: number;
}

const STORY_VOICES = [
  'alert',
  'desk',
  'broker',
  'fault',
  'crash',
  'market',
  'operator',
  'violation',
] as const;
type StoryVoice = (typeof STORY_VOICES)[number];

export interface StoryEntry {
  readonly at: number;
  readonly who: StoryVoice;
  readonly text: string;
}

export interface SimOutcome {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** Alerts that became a trade whose entry was worked and which has come to its end. */
  readonly lifecycles: number;
  /** Times the process died. */
  readonly crashes: number;
  /** Mutations whose outcome the desk was not told. */
  readonly ambiguous: number;
  /** Messages lost, doubled, delayed, swapped, untrue or failed, of any kind. */
  readonly messageFaults: number;
  /** How often each interesting thing happened; see `marks.ts`. */
  readonly marks: ReadonlyMap<string, number>;
  /** Over every event in order: the same for the same request. */
  readonly traceHash: string;
  /** Faults and crashes that happened, in order. */
  readonly fired: readonly Fired[];
  /** How many alerts the seed says. */
  readonly alerts: number;
  /** With `trace` alone. */
  readonly story: readonly StoryEntry[];
}

export type Simulate = (request: SimRequest) => Promise<SimOutcome>;
