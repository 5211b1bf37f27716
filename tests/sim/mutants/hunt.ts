/** Looks for the first seed that shows a defect, and reduces it. */
import type { Simulate } from '../model.ts';
import { type Shrunk, shrink } from '../shrink.ts';

export interface Kill {
  readonly firstSeed: number;
  readonly invariant: string;
  readonly what: string;
  /** Names of the faults and crashes that are needed, and numbers of the alerts. */
  readonly faults: readonly string[];
  readonly alerts: readonly number[];
  readonly shrinkMs: number;
  readonly replays: number;
}

export interface Seeds {
  readonly from: number;
  readonly to: number;
}

/** A story with more faults than this is not yet one that a person follows: another seed may be. */
const PLAIN_FAULTS = 5;
const TRIES = 4;

/** Seed by seed, until one fails or there are no more: `null`. */
export async function hunt(simulate: Simulate, { from, to }: Seeds): Promise<Kill | null> {
  let best: Kill | null = null;
  let tries = 0;
  for (let seed = from; seed <= to && tries < TRIES; seed += 1) {
    const { violations } = await simulate({ seed, until: 'any' });
    if (violations.length === 0) continue;
    const startedAt = performance.now();
    const shrunk = await shrink(simulate, { seed });
    if (shrunk === null) throw new Error(`seed ${seed} fails, and does not when it is repeated`);
    const kill = killBy(best?.firstSeed ?? seed, shrunk, performance.now() - startedAt);
    if (best === null || kill.faults.length < best.faults.length) best = kill;
    if (best.faults.length <= PLAIN_FAULTS) break;
    tries += 1;
  }
  return best;
}

function killBy(firstSeed: number, shrunk: Shrunk, tookMs: number): Kill {
  const { invariant, what } = shrunk.violation;
  return {
    firstSeed,
    invariant,
    what,
    faults: shrunk.outcome.fired.map(({ id, kind }) => `${id} ${kind}`),
    alerts: shrunk.alerts,
    shrinkMs: Math.round(tookMs),
    replays: shrunk.replays,
  };
}
