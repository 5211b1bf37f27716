/**
 * the process is killed before and after everything its journal does to the disk and
 * every call to the broker, with every part of what was not synced kept or lost, and started again:
 * the trade comes to an allowed end, with no second order and no gap in the record.
 *
 * `EXHAUSTIVE=1` tries every unsynced prefix at every moment, and kills twice in every
 * course; without it a moment is met by three prefixes at most, two that leave the same are one,
 * and two courses are met by two deaths.
 */
import { describe, expect, it } from 'vitest';
import { COURSES, type Course } from './courses.ts';
import { type Life, live, verdictOn } from './living.ts';

const IS_EXHAUSTIVE = process.env['EXHAUSTIVE'] !== undefined;

interface Moment {
  readonly what: string;
  /** What a power cut may leave of what is not synced. */
  readonly prefixes: readonly number[];
}

interface Death {
  readonly nth: number;
  readonly kept: number;
}

function onMoment({ world, record }: Life, listener: (what: string) => void): void {
  record.onMoment(listener);
  world.process.onCall((moment, name) => listener(`${name} ${moment}`));
}

/** Everything that happens to disk and broker in a life that nothing disturbs. */
async function momentsOf(course: Course): Promise<readonly Moment[]> {
  const found: Moment[] = [];
  const life = await live(course, (told) =>
    onMoment(told, (what) => found.push({ what, prefixes: told.record.prefixes() })),
  );
  expect(verdictOn(life, course)).toEqual([]);
  return found;
}

/** One life with these deaths, one in each run. */
function dying(course: Course, deaths: readonly Death[]): Promise<Life> {
  return live(course, (told, run) => {
    const death = deaths[run - 1];
    let seen = 0;
    onMoment(told, () => {
      seen += 1;
      if (death === undefined || told.world.hasDied || seen !== death.nth) return;
      told.record.unsyncedKept = death.kept;
      told.world.die();
    });
  });
}

interface Verdict {
  readonly what: string;
  readonly deaths: readonly Death[];
  readonly broken: readonly string[];
}

async function after(course: Course, what: string, deaths: readonly Death[]): Promise<Verdict> {
  return { what, deaths, broken: verdictOn(await dying(course, deaths), course) };
}

const READ = /^(orders|orderById|ordersByClientId|positions|balances) (leaving|sent)$/;

/**
 * Nothing, everything and something torn. Before a sync the disk is as after the write, and a read
 * that is not answered has changed nothing.
 */
function some({ what, prefixes }: Moment): readonly number[] {
  if (what === 'before a sync' || READ.test(what)) return [];
  const torn = prefixes[prefixes.length >> 1];
  return [...new Set([prefixes[0] ?? 0, torn ?? 0, prefixes.at(-1) ?? 0])];
}

describe.each(COURSES)('$name', (course) => {
  it('R-52: survives a power cut at every moment', { timeout: 900_000 }, async () => {
    for (const [at, moment] of (await momentsOf(course)).entries()) {
      for (const kept of IS_EXHAUSTIVE ? moment.prefixes : some(moment)) {
        const verdict = await after(course, moment.what, [{ nth: at + 1, kept }]);
        expect(verdict).toMatchObject({ broken: [] });
      }
    }
  });
});

/** Proof that an order never arrived begins again with each run: the window must last that long. */
const LONG: Course['options'] = { risk: { entry: { waitMs: 2_000, windowMs: 20_000 } } };
const TWICE = COURSES.filter(({ name }) => IS_EXHAUSTIVE || /at once|sells all/.test(name));

describe.each(TWICE)('twice in a row, $name', (course) => {
  it('R-52: survives a second power cut while it recovers', { timeout: 900_000 }, async () => {
    const longer = { ...course, options: { ...LONG, ...course.options } };
    const last = (await momentsOf(longer)).length;
    for (let first = 1; first <= last; first += IS_EXHAUSTIVE ? 5 : 13) {
      for (let second = 1; second <= 31; second += IS_EXHAUSTIVE ? 3 : 7) {
        const deaths = [first, second].map((nth) => ({ nth, kept: 0 }));
        expect(await after(longer, 'twice', deaths)).toMatchObject({ broken: [] });
      }
    }
  });
});
