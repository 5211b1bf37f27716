/** Jobs, copies and SQL with the real program: a desk runs, is lost, and comes back. */
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import {
  command,
  HURRIED,
  hold,
  killState,
  openDesk,
  recordOnce,
  temporaryDirectory,
} from './desks.ts';

const Listed = z.array(
  z.looseObject({ name: z.string(), last: z.looseObject({ outcome: z.string() }).nullable() }),
);
const Exit = { done: 0, refused: 1, damaged: 6 } as const;

it('runs a job by hand, on record, and tells how it went', async () => {
  const { directory } = place();
  const desk = await openDesk({}, directory);
  const run = await command(
    'jobs',
    'run',
    'backup',
    '--reason',
    'before lunch',
    '--data',
    directory,
  );
  expect([run.code, run.err]).toEqual([Exit.done, '']);
  const ended = (kind: string) => (record: { readonly kind: string }) => record.kind === kind;
  const records = await recordOnce(directory, (all) => all.some(ended('job.ended')), 60_000);
  expect(records.find(ended('job.started'))?.body).toMatchObject({
    ...{ job: 'backup', by: 'local:operator (before lunch)' },
  });
  expect(records.find(ended('job.ended'))?.body).toMatchObject({ job: 'backup', outcome: 'done' });
  const { out } = await command('jobs', '--json', '--data', directory);
  const backup = Listed.parse(JSON.parse(out)).find(({ name }) => name === 'backup');
  expect(backup?.last?.outcome).toBe('done');
  expect(desk.child.exitCode).toBeNull();
  const unknown = await command('jobs', 'run', 'dishes', '--data', directory);
  expect([unknown.code, unknown.err]).toEqual([Exit.refused, expect.stringContaining('no job')]);
});

it('F185: a desk that lost its disk comes back halted from a backup, and from no older one', async () => {
  const { directory, backups } = place();
  const desk = await openDesk(HURRIED, directory);
  const first = await command('backup', '--json', '--data', directory);
  expect(first.code).toBe(Exit.done);
  const old = z.object({ path: z.string() }).parse(JSON.parse(first.out)).path;
  await hold(desk);
  desk.child.kill('SIGTERM');
  expect((await desk.ended).code).toBe(0);
  const stale = temporaryDirectory();
  cpSync(old, stale, { recursive: true });
  expect((await command('backup', '--data', directory)).code).toBe(Exit.done);

  const answer = await command(
    ...[
      'query',
      'SELECT sum(bought) AS bought FROM trades',
      '--format',
      'json',
      '--data',
      directory,
    ],
  );
  expect(JSON.parse(answer.out)).toMatchObject([
    { bought: expect.stringMatching(/^[1-9]/) as string },
  ]);

  // The disk is gone; somebody puts the first copy that comes to hand in its place.
  rmSync(directory, { recursive: true });
  cpSync(stale, directory, { recursive: true });
  const started = await command('start', '--port', '0', '--data', directory);
  expect([started.code, started.err]).toEqual([
    Exit.damaged,
    expect.stringContaining('is an older copy'),
  ]);
  rmSync(directory, { recursive: true });
  const refused = await command('restore', old, '--data', directory);
  expect([refused.code, refused.err]).toEqual([Exit.refused, expect.stringContaining('--older')]);
  expect(existsSync(directory)).toBe(false);

  const restored = await command('restore', backups, '--data', directory);
  expect([restored.code, restored.err]).toEqual([Exit.done, '']);
  expect(restored.out).toContain('Open then:');
  expect(await killState(await openDesk({}, directory))).toBe('HALT');
}, 300_000);

it('does without a desk what is safe without one, and says so', async () => {
  const { directory } = place();
  const desk = await openDesk({}, directory);
  desk.child.kill('SIGTERM');
  await desk.ended;
  const verified = await command('jobs', 'run', 'verify', '--data', directory);
  expect([verified.code, verified.err]).toEqual([
    Exit.done,
    expect.stringContaining('on no record'),
  ]);
  const pruned = await command('jobs', 'run', 'prune', '--data', directory);
  expect([pruned.code, pruned.err]).toEqual([Exit.refused, expect.stringContaining('needs one')]);
});

/** A data directory inside a temporary one, so that its backups stand there too. */
function place() {
  const inside = temporaryDirectory();
  expect(readdirSync(inside)).toEqual([]);
  return { directory: join(inside, 'data'), backups: join(inside, 'data-backups') };
}
