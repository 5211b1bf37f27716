/** How a scenario ends before its end: it has failed, or cannot be tried here. */
import type { Verdict } from '#operate/certification/model.ts';

/** Thrown inside a scenario and caught by the runner alone. */
export class ScenarioEnd extends Error {
  override readonly name = 'ScenarioEnd';
  readonly verdict: Verdict;

  constructor(verdict: Verdict, detail: string) {
    super(detail);
    this.verdict = verdict;
  }
}

export function fail(detail: string): never {
  throw new ScenarioEnd('failed', detail);
}

/** `detail`: what of the venue, or of the hour, keeps it from being shown. */
export function cannotTest(detail: string): never {
  throw new ScenarioEnd('not_testable', detail);
}

export function check(condition: unknown, detail: string): asserts condition {
  if (!condition) fail(detail);
}
