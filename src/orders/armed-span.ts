/** How long entries are armed: by the machine's clock, which can be set, and by one that cannot. */
import { type EpochMs, epochMs, plus } from '#kernel/time.ts';
import type { Armed } from '#risk/model.ts';

/** Whichever comes first ends it. */
export interface ArmedSpan {
  readonly account: string;
  readonly byWall: EpochMs;
  /** In the machine's time as it is set now. */
  readonly byMono: EpochMs;
}

export function armedSpan({ account, until }: Armed): ArmedSpan {
  return { account, byWall: until, byMono: until };
}

/** The machine's clock was set by so much. */
export function afterClockStep(span: ArmedSpan, byMs: number): ArmedSpan {
  return { ...span, byMono: plus(span.byMono, byMs) };
}

export function armedOf({ account, byWall, byMono }: ArmedSpan): Armed {
  return { account, until: epochMs(Math.min(byWall, byMono)) };
}
