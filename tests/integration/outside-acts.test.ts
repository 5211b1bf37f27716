/** What commands did beside the desk: put on record by the one that runs, or that starts next. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { noteOutside, OutsideActs } from '#app/outside-acts.ts';
import { JournalUnwritable } from '#journal/ports.ts';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import type { Desk } from '#orders/desk.ts';
import type { DeskRecord } from '#orders/model.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'strikewire-acts-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const waiting = () => readdirSync(join(directory, 'acts'));

/** A run of a desk that looks for notes. */
function run(durable: () => Promise<void> = () => Promise.resolve()) {
  const clock = createVirtualClock(epochMs(0));
  const told: string[] = [];
  const record: Desk['record'] = (drafts) => {
    for (const draft of drafts) told.push(wordsOf(draft));
    return { records: [], durable: durable() };
  };
  const acts = new OutsideActs({ record, now: () => clock.now() }, clock, directory);
  acts.watch();
  return { clock, told, acts };
}

function wordsOf({ kind, actor, body }: DeskRecord): string {
  if (kind !== 'operator.acted') return kind;
  return `${actor}: ${body.act.replace(/\(by command.*/, '')}${body.reason}`;
}

it('what was done while no desk ran is on record once, in order, with who and why', async () => {
  noteOutside(directory, 'add operator alice as admin', 'she is on call');
  noteOutside(directory, 'remove operator bob', '');
  const first = run();
  await expect.poll(() => first.told, { timeout: 30_000 }).toHaveLength(2);
  expect(first.told).toEqual([
    expect.stringMatching(/^shell:.+: add operator alice as admin she is on call$/),
    expect.stringMatching(/^shell:.+: remove operator bob $/),
  ]);
  await expect.poll(waiting, { timeout: 30_000 }).toEqual([]);
  expect(run().told).toEqual([]);
});

it('what is done beside a running desk is on record within a second', async () => {
  const { clock, told, acts } = run();
  noteOutside(directory, 'make a key for the role viewer', '');
  await expect
    .poll(() => (clock.advance(1_000), told), { timeout: 30_000 })
    .toEqual([expect.stringContaining('make a key for the role viewer')]);
  acts.stop();
});

it('what somebody did at a page beside the desk is on record under that name', async () => {
  noteOutside(directory, 'PUT /api/v1/session/password', '', 'operator:alice');
  const { told } = run();
  await expect
    .poll(() => told, { timeout: 30_000 })
    .toEqual(['operator:alice: PUT /api/v1/session/password ']);
});

it('a note waits where the journal takes nothing', async () => {
  noteOutside(directory, 'remove operator bob', '');
  const full = run(() => Promise.reject(new JournalUnwritable('the disk is full')));
  await expect.poll(() => full.told, { timeout: 30_000 }).toHaveLength(1);
  full.acts.stop();
  expect(waiting()).toHaveLength(1);
  const next = run();
  await expect.poll(() => next.told, { timeout: 30_000 }).toHaveLength(1);
  await expect.poll(waiting, { timeout: 30_000 }).toEqual([]);
});

it('a note that cannot be read is told of, and holds up no other', async () => {
  noteOutside(directory, 'remove operator bob', '');
  writeFileSync(join(directory, 'acts', '0-broken.json'), '{"at":');
  const { told } = run();
  await expect.poll(() => told, { timeout: 30_000 }).toHaveLength(2);
  expect(told[0]).toContain('it is not as it was written');
  await expect.poll(waiting, { timeout: 30_000 }).toEqual([]);
});

it('a note that cannot be taken away is told of once, and holds up no other', async () => {
  mkdirSync(join(directory, 'acts', '0-stays.json'), { recursive: true });
  const { clock, told } = run();
  await expect.poll(() => told, { timeout: 30_000 }).toHaveLength(1);
  noteOutside(directory, 'remove operator bob', '');
  await expect
    .poll(() => (clock.advance(1_000), told), { timeout: 30_000 })
    .toEqual([expect.stringContaining('a note of an act'), expect.stringContaining('bob')]);
  clock.advance(5_000);
  expect(waiting()).toEqual(['0-stays.json']);
  expect(told).toHaveLength(2);
});
