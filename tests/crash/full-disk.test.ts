/** A disk that fills up under a desk whose entry works at a venue. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { post } from '../integration/process/desks.ts';
import { fillDisk, smallDisk } from '../integration/process/small-disk.ts';
import { deskAt, enter, holdAt, openVenue } from './venue-desk.ts';

it('takes the entry back there, leaves the exit, ends with 3, and goes on later', async ({
  skip,
}) => {
  const mount = smallDisk(340) ?? skip('no small disk can be mounted here');
  const venue = await openVenue();
  const desk = await deskAt(venue, {}, join(mount, 'data'));
  await holdAt(venue, desk, 0);
  await enter(venue, desk, 6);
  const sent = venue.standIn.ledger.mutations().length;
  fillDisk(mount);
  // The last page of the journal still takes a little.
  for (let posts = 0; posts < 30; posts += 1) {
    const isGone = await post(desk, 'good morning').then(
      () => false,
      () => true,
    );
    if (isGone) break;
  }
  const { code, err } = await desk.ended;
  expect([code, err]).toEqual([3, expect.stringContaining('Free space')]);
  expect(venue.sentSince(sent)).toEqual([]);
  expect(venue.working().map(({ side }) => side)).toEqual(['sell']);

  rmSync(join(mount, 'ballast'));
  const again = await deskAt(venue, {}, desk.directory);
  expect((await post(again, 'good morning')).status).toBe(200);
  again.child.kill('SIGTERM');
  expect((await again.ended).code).toBe(0);
  expect(venue.working().map(({ side }) => side)).toEqual(['sell']);
  const verified = spawnSync(join(import.meta.dirname, '../../bin/strikewire'), [
    ...['journal', 'verify', desk.directory],
  ]);
  expect(verified.status).toBe(0);
});
