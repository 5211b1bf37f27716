import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Recorded } from '#events/record.ts';
import type { DeskRecord } from '#orders/model.ts';
import {
  ask,
  HURRIED,
  hold,
  killState,
  kindsIn,
  openDesk,
  recordOnce,
  temporaryDirectory,
  trade,
  UNHURRIED,
  works,
} from './desks.ts';
import { readLedger, readRecord } from './kept-books.ts';

type Records = readonly Recorded<DeskRecord>[];

const has = (kind: string) => (records: Records) => records.some((record) => record.kind === kind);

/** Client ids of what works at the broker, by the broker's books. */
function resting(directory: string): readonly string[] {
  const orders = readLedger(directory).orders();
  return orders.flatMap(({ status, clientOrderId }) =>
    status === 'working' && clientOrderId !== null ? [clientOrderId] : [],
  );
}

const isEntry = (cid: string): boolean => /\.E\d+$/.test(cid);

describe('a desk that is told to stop', () => {
  it('takes its entries back, leaves its exits, ends its run and leaves with 0', async () => {
    const directory = temporaryDirectory();
    const first = await openDesk(HURRIED, directory);
    await hold(first);
    first.child.kill('SIGKILL');
    await first.ended;
    const desk = await openDesk(UNHURRIED, directory);
    await trade(desk);
    await recordOnce(directory, (records) => works('E')(records.filter(ofLastRun(records))));
    desk.child.kill('SIGTERM');
    const { code, err } = await desk.ended;
    expect([code, existsSync(join(directory, 'desk.json'))]).toEqual([0, false]);
    expect(err).toContain('The record is complete');
    expect((await kindsIn(directory)).at(-1)).toBe('run.ended');
    expect(resting(directory)).toContainEqual(expect.stringMatching(/\.X\d+$/));
    expect(resting(directory).filter(isEntry)).toEqual([]);
  });

  it('twice leaves at once, and the next start goes on', async () => {
    const desk = await openDesk(UNHURRIED);
    await trade(desk);
    await recordOnce(desk.directory, works('E'));
    desk.child.kill('SIGTERM');
    await sleep(10);
    desk.child.kill('SIGINT');
    const { code, err } = await desk.ended;
    // With luck the first one was already through.
    expect([
      [0, true],
      [1, false],
    ]).toContainEqual([code, err.includes('The record is complete')]);
    const again = await openDesk(UNHURRIED, desk.directory);
    again.child.kill('SIGTERM');
    expect((await again.ended).code).toBe(0);
    expect(resting(desk.directory).filter(isEntry)).toEqual([]);
  });
});

function ofLastRun(records: Records): (record: Recorded) => boolean {
  const last = records.at(-1)?.run;
  return ({ run }) => run === last;
}

describe('a desk that is halted from outside', () => {
  it('by SIGUSR2 or a file takes its entries back and runs on; the file outlasts a resume', async () => {
    const desk = await openDesk(UNHURRIED);
    await trade(desk);
    await recordOnce(desk.directory, works('E'));
    desk.child.kill('SIGUSR2');
    await recordOnce(desk.directory, has('entry.ended'));
    expect(await killState(desk)).toBe('HALT');
    const resume = async () =>
      ask(desk, 'PUT /api/v1/kill-state', { body: { to: 'ACTIVE', reason: 'looked into it' } });
    expect((await resume()).status).toBe(200);

    const file = join(desk.directory, 'HALT');
    writeFileSync(file, '');
    await recordOnce(desk.directory, (records) => halts(records).length === 2);
    const refused = await resume();
    expect([refused.status, refused.body['detail']]).toEqual([
      409,
      expect.stringContaining('remove it first'),
    ]);
    rmSync(file);
    expect((await resume()).status).toBe(200);
    expect(halts(await readRecord(desk.directory))).toEqual([
      expect.stringContaining('SIGUSR2'),
      expect.stringContaining(file),
    ]);
  });

  it('opens no debugger to a signal', async () => {
    const desk = await openDesk();
    desk.child.kill('SIGUSR1');
    await sleep(200);
    expect((await ask(desk, 'GET /healthz')).status).toBe(200);
    desk.child.kill('SIGTERM');
    expect((await desk.ended).err).not.toContain('Debugger');
  });
});

function halts(records: Records): readonly string[] {
  return records.flatMap(({ kind, body }) =>
    kind === 'kill_state.changed' && body.to === 'HALT' ? [body.reason] : [],
  );
}

it('notices that it stood still, reads everything again first, and makes up for no step', async () => {
  const desk = await openDesk({
    ...UNHURRIED,
    STRIKEWIRE_RISK_ENTRY_WAIT_MS: '500',
    STRIKEWIRE_RISK_ENTRY_WINDOW_MS: '8000',
    STRIKEWIRE_ORDERS_PAUSE_MS: '1000',
  });
  await trade(desk);
  await recordOnce(desk.directory, works('E'));
  desk.child.kill('SIGSTOP');
  // Two of the three steps would have fallen into this.
  await sleep(2_900);
  desk.child.kill('SIGCONT');
  const records = await recordOnce(desk.directory, has('incident.raised'));
  const at = records.findIndex(({ kind }) => kind === 'incident.raised');
  expect(records[at]?.body).toMatchObject({ code: 'process_paused' });
  const isAgreed = (all: Records): boolean => has('reconcile.passed')(all.slice(at));
  const since = (await recordOnce(desk.directory, isAgreed)).slice(at).map(({ kind }) => kind);
  const steps = since.filter((kind) => kind === 'entry.stepped');
  expect(steps.length).toBeLessThanOrEqual(1);
  const [agreed, stepped] = [since.indexOf('reconcile.passed'), since.indexOf('entry.stepped')];
  expect(agreed).toBeGreaterThan(0);
  expect(stepped < 0 || agreed < stepped).toBe(true);
});
