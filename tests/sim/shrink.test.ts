import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SimOutcome, SimRequest, Simulate } from './model.ts';
import { type Shrunk, shrink } from './shrink.ts';

/** A world that fails when all of these are there. Some faults happen only because of others. */
interface Course {
  readonly alerts: number;
  readonly faults: readonly Fault[];
  readonly needs: { readonly alerts: readonly number[]; readonly faults: readonly number[] };
}

interface Fault {
  /** Happens when that alert is said. */
  readonly alert: number;
  /** Happens only when that earlier fault was left out. */
  readonly insteadOf: number | null;
}

const SEED = 1991;

function simulationOf({ alerts, faults, needs }: Course): Simulate {
  return ({ seed, mask = new Set(), dropAlerts = new Set() }) => {
    const happened = new Set<number>();
    for (const [number, { alert, insteadOf }] of faults.entries()) {
      const isDue = insteadOf === null || !happened.has(insteadOf);
      if (isDue && !dropAlerts.has(alert) && !mask.has(`f${number}`)) happened.add(number);
    }
    const fails =
      needs.alerts.every((alert) => !dropAlerts.has(alert)) &&
      needs.faults.every((fault) => happened.has(fault));
    return Promise.resolve(outcomeOf(seed, alerts, [...happened], fails));
  };
}

function outcomeOf(
  seed: number,
  alerts: number,
  happened: readonly number[],
  fails: boolean,
): SimOutcome {
  return {
    seed,
    violations: fails
      ? [
          { invariant: 'S3', at: 7, what: 'too much' },
          { invariant: 'L1', at: 9, what: 'too long' },
        ]
      : [{ invariant: 'L1', at: 9, what: 'too long' }].filter(() => happened.length > 3),
    lifecycles: alerts,
    crashes: 0,
    ambiguous: 0,
    messageFaults: 0,
    marks: new Map(),
    traceHash: '',
    fired: happened.map((number) => ({ id: `f${number}`, kind: 'lost', at: number })),
    alerts,
    story: [],
  };
}

const courses: fc.Arbitrary<Course> = fc
  .record({ alerts: fc.integer({ min: 1, max: 20 }), faults: fc.integer({ min: 0, max: 40 }) })
  .chain(({ alerts, faults }) =>
    fc.record({
      alerts: fc.constant(alerts),
      faults: fc
        .array(
          fc.record({
            alert: fc.nat({ max: alerts - 1 }),
            insteadOf: fc.option(fc.nat({ max: 40 }), { freq: 3 }),
          }),
          { minLength: faults, maxLength: faults },
        )
        .map((list) =>
          list.map((fault, at) =>
            fault.insteadOf !== null && fault.insteadOf < at
              ? fault
              : { ...fault, insteadOf: null },
          ),
        ),
      needs: fc.record({
        alerts: fc.subarray(Array.from({ length: alerts }, (_, at) => at)),
        faults: fc.subarray(Array.from({ length: faults }, (_, at) => at)),
      }),
    }),
  );

async function shrunkOf(course: Course, replaysMax?: number): Promise<Shrunk | null> {
  const options = replaysMax === undefined ? {} : { replaysMax };
  return shrink(simulationOf(course), { seed: SEED }, options);
}

async function isBroken(simulate: Simulate, request: SimRequest): Promise<boolean> {
  const { violations } = await simulate(request);
  return violations.some(({ invariant }) => invariant === 'S3');
}

/** Only courses that break the invariant as they are. */
async function failing(course: Course): Promise<Shrunk | null> {
  const simulate = simulationOf(course);
  return (await isBroken(simulate, { seed: SEED })) ? shrunkOf(course, 5_000) : null;
}

describe('shrinking', () => {
  it('finds the one alert and the two faults of a hundred that are needed', async () => {
    const faults = Array.from({ length: 100 }, (_, at) => ({ alert: at % 20, insteadOf: null }));
    const course = { alerts: 20, faults, needs: { alerts: [], faults: [13, 73] } };
    const shrunk = await shrunkOf(course);
    expect(shrunk?.outcome.fired.map(({ id }) => id)).toEqual(['f13', 'f73']);
    expect(shrunk?.alerts).toEqual([13]);
    expect(shrunk?.replays).toBeLessThan(80);
  });

  it('never loses the violation it began with', async () => {
    await fc.assert(
      fc.asyncProperty(courses, async (course) => {
        const shrunk = await failing(course);
        if (shrunk === null) return;
        expect(shrunk.violation.invariant).toBe('S3');
        expect(await isBroken(simulationOf(course), shrunk.request)).toBe(true);
      }),
    );
  });

  it('leaves nothing that can be left out alone', async () => {
    await fc.assert(
      fc.asyncProperty(courses, async (course) => {
        const shrunk = await failing(course);
        if (shrunk === null) return;
        const simulate = simulationOf(course);
        const { mask = new Set(), dropAlerts = new Set() } = shrunk.request;
        expect(shrunk.isMinimal).toBe(true);
        for (const alert of shrunk.alerts) {
          const fewer = { seed: SEED, mask, dropAlerts: new Set([...dropAlerts, alert]) };
          expect(await isBroken(simulate, fewer)).toBe(false);
        }
        for (const { id } of shrunk.outcome.fired) {
          const fewer = { seed: SEED, dropAlerts, mask: new Set([...mask, id]) };
          const outcome = await simulate(fewer);
          const isSmaller = outcome.fired.length < shrunk.outcome.fired.length;
          expect(isSmaller && (await isBroken(simulate, fewer))).toBe(false);
        }
      }),
    );
  });

  it('leaves out in pairs what cannot be left out alone, while there is much', async () => {
    const isThere = (mask: ReadonlySet<string>, number: number): boolean => !mask.has(`f${number}`);
    const simulate: Simulate = ({ seed, mask = new Set() }) => {
      const happened = [1, 2, 3, 4, 5].filter((number) => isThere(mask, number));
      const isPaired = ([one, other]: readonly [number, number]): boolean =>
        isThere(mask, one) === isThere(mask, other);
      const pairs = [
        [1, 2],
        [3, 4],
      ] as const;
      return Promise.resolve(
        outcomeOf(seed, 0, happened, isThere(mask, 5) && pairs.every(isPaired)),
      );
    };
    // All at once, halves and each alone keep one of a pair: what is left is broken no more.
    const shrunk = await shrink(simulate, { seed: SEED });
    expect(shrunk?.outcome.fired.length).toBeLessThanOrEqual(3);
    expect(shrunk?.outcome.fired.map(({ id }) => id)).toContain('f5');
  });

  it('stops at its bound, with something that still fails', async () => {
    const faults = Array.from({ length: 60 }, () => ({ alert: 0, insteadOf: null }));
    const course = { alerts: 1, faults, needs: { alerts: [0], faults: [5, 25, 45] } };
    const shrunk = await shrunkOf(course, 10);
    expect(shrunk?.replays).toBe(10);
    expect(shrunk?.isMinimal).toBe(false);
    expect(await isBroken(simulationOf(course), shrunk?.request ?? { seed: SEED })).toBe(true);
  });

  it('has nothing to say of a seed that does not fail', async () => {
    const course = { alerts: 2, faults: [], needs: { alerts: [], faults: [0] } };
    expect(await shrunkOf(course)).toBeNull();
  });
});
