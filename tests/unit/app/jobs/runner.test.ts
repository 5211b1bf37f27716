/** Jobs over days and nights of virtual time: each due minute once, whatever the clock does. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createTimetable } from '#adapters/croner/timetable.ts';
import { Jobs, type Work, WorkFailed } from '#app/jobs/runner.ts';
import type { DeskEntry } from '#audit/model.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import { JobMemory } from '#operate/jobs/memory.ts';
import { JOBS_SETTINGS } from '#operate/jobs/settings.ts';
import type { JobName } from '#operate/jobs/table.ts';
import type { DeskRecord } from '#orders/model.ts';
import { instant } from '../../../fixtures/desk-log.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NEVER = {
  ...{ checkpoint: 'never', history: 'never', export: 'never', parquet: 'never' },
  ...{ prune: 'never', backup: 'never', verify: 'never' },
};
const done: Work = async () => ({ detail: 'did it', figures: { rows: 3 } });

/** A desk's record and clock, over any number of runs of the program. */
class Ground {
  readonly clock;
  readonly entries: DeskEntry[] = [];
  readonly incidents: string[] = [];
  jobs!: Jobs;
  #memory = new JobMemory();
  #lives = 0;

  constructor(start: string) {
    this.clock = createVirtualClock(instant(start));
  }

  start(schedule: Partial<typeof NEVER>, work: Partial<Record<JobName, Work>>): void {
    const at = this.clock.now();
    const life = ++this.#lives;
    const isDead = () => life !== this.#lives;
    this.#memory = new JobMemory();
    for (const entry of this.entries) this.#memory.take(entry);
    this.#record({
      kind: 'run.started',
      body: { version: '1', epoch: 1, environment: 'simulated', at },
      actor: 'engine',
    });
    this.jobs = new Jobs({
      clock: this.clock,
      timetable: createTimetable(),
      memory: this.#memory,
      settings: JOBS_SETTINGS.parse({ schedule: { ...NEVER, ...schedule } }),
      journal: { health: () => HEALTHY },
      desk: {
        record: (drafts) =>
          isDead()
            ? { records: [], durable: new Promise(() => undefined) }
            : { records: drafts.map((draft) => this.#record(draft)), durable: Promise.resolve() },
        incident: (code, detail) => void this.incidents.push(`${code}: ${detail}`),
      },
    });
    for (const [name, one] of Object.entries(work)) this.jobs.offer(name as JobName, one);
    this.jobs.start();
  }

  /** Killed in the middle: nothing of that run is ever called again. */
  kill(): void {
    this.#lives += 1;
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= MINUTE_MS) {
      this.clock.advance(Math.min(left, MINUTE_MS));
      await turn();
    }
  }

  /** The machine sleeps: the clock on the wall goes on, nothing runs. */
  async sleep(ms: number): Promise<void> {
    this.clock.step(ms);
    await this.pass(MINUTE_MS);
  }

  begun(): readonly string[] {
    return this.entries.flatMap((entry) =>
      entry.kind === 'job.started' ? [`${entry.body.key} ${entry.body.by}`] : [],
    );
  }

  ended(): readonly string[] {
    return this.entries.flatMap((entry) =>
      entry.kind === 'job.ended' ? [`${entry.body.key} ${entry.body.outcome}`] : [],
    );
  }

  #record(record: DeskRecord): DeskEntry {
    const stamp = { v: 1, seq: this.entries.length + 1, run: 'r', wall: this.clock.now(), mono: 0 };
    const entry = { ...record, ...stamp };
    this.entries.push(entry);
    this.#memory.take(entry);
    return entry;
  }
}

const HEALTHY = {
  ...{ writable: true, lastSeq: 0, durableSeq: 0, freeBytes: null, waitingMs: 0 },
  ...{ space: 'ample' as const, reservedBytes: 0, fault: null },
};

describe('a job by the clock', () => {
  it('runs once each night, and is on record with what it did', async () => {
    const ground = new Ground('2026-11-17T20:00:00Z');
    ground.start({ parquet: '30 1 * * *' }, { parquet: done });
    await ground.pass(72 * HOUR_MS);
    expect(ground.begun()).toEqual([
      'parquet@2026-11-18T01:30 schedule',
      'parquet@2026-11-19T01:30 schedule',
      'parquet@2026-11-20T01:30 schedule',
    ]);
    expect(ground.entries.findLast(({ kind }) => kind === 'job.ended')?.body).toMatchObject({
      ...{ job: 'parquet', outcome: 'done', detail: 'did it', figures: { rows: 3 } },
    });
  });

  it('does not run for a time before there was a desk', async () => {
    const ground = new Ground('2026-11-17T12:00:00Z');
    ground.start({ parquet: '30 1 * * *' }, { parquet: done });
    await ground.pass(HOUR_MS);
    expect(ground.begun()).toEqual([]);
  });

  it('F159: runs once in the hour that comes twice in autumn, and in the one skipped in spring', async () => {
    const autumn = new Ground('2026-10-31T20:00:00Z');
    autumn.start({ parquet: '30 1 * * *' }, { parquet: done });
    await autumn.pass(24 * HOUR_MS);
    expect(autumn.begun()).toEqual(['parquet@2026-11-01T01:30 schedule']);
    const spring = new Ground('2026-03-07T20:00:00Z');
    spring.start({ backup: '30 2 * * *' }, { backup: done });
    await spring.pass(24 * HOUR_MS);
    expect(spring.begun()).toEqual(['backup@2026-03-08T03:00 schedule']);
  });

  it('is made up for once when the machine slept over several nights', async () => {
    const ground = new Ground('2026-11-13T20:00:00Z');
    ground.start({ parquet: '30 1 * * *' }, { parquet: done });
    await ground.pass(HOUR_MS);
    await ground.sleep(60 * HOUR_MS);
    await ground.pass(HOUR_MS);
    expect(ground.begun()).toEqual(['parquet@2026-11-16T01:30 catch_up']);
  });

  it('F159: is made up for after a night without a desk, and not again by the next start', async () => {
    const ground = new Ground('2026-11-17T20:00:00Z');
    ground.start({ parquet: '30 1 * * *' }, { parquet: done });
    await ground.pass(MINUTE_MS);
    ground.kill();
    await ground.sleep(14 * HOUR_MS);
    for (let n = 0; n < 3; n += 1) {
      ground.start({ parquet: '30 1 * * *' }, { parquet: done });
      await ground.pass(5 * MINUTE_MS);
      ground.kill();
    }
    expect(ground.begun()).toEqual(['parquet@2026-11-18T01:30 catch_up']);
  });

  it('does not run again when the clock is set back over its minute', async () => {
    const ground = new Ground('2026-11-18T05:00:00Z');
    ground.start({ parquet: '30 1 * * *' }, { parquet: done });
    await ground.pass(2 * HOUR_MS);
    ground.clock.step(-HOUR_MS);
    await ground.pass(2 * HOUR_MS);
    expect(ground.begun()).toEqual(['parquet@2026-11-18T01:30 schedule']);
  });

  it('concludes nothing of a clock that is off by decades', async () => {
    const ground = new Ground('1970-01-01T05:00:00Z');
    ground.start({ parquet: '* * * * *' }, { parquet: done });
    await ground.pass(10 * MINUTE_MS);
    expect(ground.begun()).toEqual([]);
    expect(ground.jobs.list()).toMatchObject([{ nextAt: null }]);
  });

  it('F158: waits for the close when it is heavy and the market is open or about to open', async () => {
    // 2026-11-18, 09:05 in New York, after a night in which the machine slept.
    const ground = new Ground('2026-11-17T20:00:00Z');
    ground.start(
      { backup: '30 2 * * *', checkpoint: '30 2 * * *' },
      { backup: done, checkpoint: done },
    );
    await ground.sleep(18 * HOUR_MS + 5 * MINUTE_MS);
    await ground.pass(HOUR_MS);
    expect(ground.begun()).toEqual(['checkpoint@2026-11-18T02:30 catch_up']);
    expect(ground.jobs.list().find(({ name }) => name === 'backup')?.nextAt).toBe(
      '2026-11-18T21:15:00.000Z',
    );
    await ground.pass(8 * HOUR_MS);
    expect(ground.begun()).toEqual([
      'checkpoint@2026-11-18T02:30 catch_up',
      'backup@2026-11-18T02:30 catch_up',
    ]);
  });

  it('waits for the one before it: two due at once run one after the other', async () => {
    const ground = new Ground('2026-11-18T05:00:00Z');
    let running = 0;
    let most = 0;
    const slow: Work = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => ground.clock.after(10 * MINUTE_MS, resolve));
      running -= 1;
      return { detail: 'slow', figures: {} };
    };
    ground.start({ parquet: '30 1 * * *', backup: '30 1 * * *' }, { parquet: slow, backup: slow });
    await ground.pass(3 * HOUR_MS);
    expect(ground.ended()).toEqual([
      'parquet@2026-11-18T01:30 done',
      'backup@2026-11-18T01:30 done',
    ]);
    expect(most).toBe(1);
  });
});

describe('a job that fails', () => {
  const failing: Work = async () => {
    throw new WorkFailed('the disk is full');
  };

  it('is tried again after a while, then left to the next night, and a person is told once', async () => {
    const ground = new Ground('2026-11-18T05:00:00Z');
    ground.start({ parquet: '30 1 * * *' }, { parquet: failing });
    await ground.pass(6 * HOUR_MS);
    expect(ground.begun()).toEqual([
      'parquet@2026-11-18T01:30 schedule',
      'parquet@2026-11-18T01:30 retry',
      'parquet@2026-11-18T01:30 retry',
    ]);
    expect(ground.incidents).toEqual([
      'job_failed: parquet failed 3 times in a row: the disk is full',
    ]);
  });

  it('is well again with the first run that is done', async () => {
    const ground = new Ground('2026-11-18T05:00:00Z');
    let tries = 0;
    const mending: Work = async (signal) => (++tries < 3 ? failing(signal) : done(signal));
    ground.start({ parquet: '30 1 * * *' }, { parquet: mending });
    await ground.pass(30 * HOUR_MS);
    expect(ground.ended()).toEqual([
      'parquet@2026-11-18T01:30 failed',
      'parquet@2026-11-18T01:30 failed',
      'parquet@2026-11-18T01:30 done',
      'parquet@2026-11-19T01:30 done',
    ]);
    expect(ground.incidents).toEqual([]);
  });

  it('is ended when it takes too long, and the others go on', async () => {
    const ground = new Ground('2026-11-18T05:00:00Z');
    const endless: Work = (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('ended')));
      });
    ground.start(
      { parquet: '30 1 * * *', verify: '0 4 * * *' },
      { parquet: endless, verify: done },
    );
    await ground.pass(6 * HOUR_MS);
    expect(ground.ended().slice(0, 2)).toEqual([
      'parquet@2026-11-18T01:30 interrupted',
      'parquet@2026-11-18T01:30 interrupted',
    ]);
    expect(ground.ended()).toContain('verify@2026-11-18T04:00 done');
  });

  it('is told to end when the desk stops, and its end is on record', async () => {
    const ground = new Ground('2026-11-18T05:00:00Z');
    ground.start({ parquet: '30 1 * * *' }, { parquet: () => new Promise(() => undefined) });
    await ground.pass(2 * HOUR_MS);
    await ground.jobs.stop();
    expect(ground.ended()).toEqual(['parquet@2026-11-18T01:30 interrupted']);
    expect(ground.incidents).toEqual([]);
  });

  it('that the desk was killed in is interrupted, and begun again by the next start', async () => {
    const ground = new Ground('2026-11-18T05:00:00Z');
    const never: Work = () => new Promise(() => undefined);
    ground.start({ parquet: '30 1 * * *' }, { parquet: never });
    await ground.pass(2 * HOUR_MS);
    ground.kill();
    ground.start({ parquet: '30 1 * * *' }, { parquet: done });
    await ground.pass(HOUR_MS);
    expect(ground.begun()).toEqual([
      'parquet@2026-11-18T01:30 schedule',
      'parquet@2026-11-18T01:30 retry',
    ]);
    expect(ground.ended()).toEqual(['parquet@2026-11-18T01:30 done']);
  });
});

describe('a job by hand', () => {
  it('runs at once, by whom it says, also while the market is open', async () => {
    const ground = new Ground('2026-11-18T15:00:00Z');
    ground.start({ backup: '30 2 * * *' }, { backup: done });
    expect(await ground.jobs.run('backup', 'key:abc', 'before an upgrade')).toMatchObject({
      kind: 'done',
    });
    await ground.pass(MINUTE_MS);
    expect(ground.begun()).toEqual([
      'backup@hand-2026-11-18T15:00:00.000Z key:abc (before an upgrade)',
    ]);
    expect(ground.jobs.list()).toMatchObject([
      { name: 'backup', running: false, last: { outcome: 'done', detail: 'did it' } },
    ]);
  });

  it('does not run beside another, nor one that is not there', async () => {
    const ground = new Ground('2026-11-18T15:00:00Z');
    const slow: Work = () => new Promise(() => undefined);
    ground.start({}, { backup: slow, verify: done });
    await ground.jobs.run('backup', 'key:abc', '');
    expect(await ground.jobs.run('verify', 'key:abc', '')).toMatchObject({ code: 'job_running' });
    expect(await ground.jobs.run('history', 'key:abc', '')).toMatchObject({ code: 'unknown_job' });
  });
});

it('remembers from a saved memory what it had read from the record', async () => {
  const ground = new Ground('2026-11-18T05:00:00Z');
  ground.start({ parquet: '30 1 * * *' }, { parquet: done });
  await ground.pass(2 * HOUR_MS);
  const memory = new JobMemory();
  for (const entry of ground.entries) memory.take(entry);
  const restored = new JobMemory();
  restored.restore(structuredClone(memory.save()));
  expect(restored.save()).toEqual(memory.save());
  expect(restored.run('parquet@2026-11-18T01:30')?.ended?.outcome).toBe('done');
});
