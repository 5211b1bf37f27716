/** A desk that is held still while a price step falls due at a venue. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createSystemClock } from '#kernel/time.ts';
import { recordOnce } from '../integration/process/desks.ts';
import { readRecord } from '../integration/process/kept-books.ts';
import { deskAt, enter, openVenue } from './venue-desk.ts';

const WAIT_MS = 700;

it('makes up for no step, and takes the next one on a quote of after', async () => {
  const venue = await openVenue();
  const desk = await deskAt(venue, {
    STRIKEWIRE_RISK_ENTRY_WAIT_MS: String(WAIT_MS),
    STRIKEWIRE_RISK_ENTRY_WINDOW_MS: '30000',
    STRIKEWIRE_ORDERS_PAUSE_MS: '1000',
  });
  venue.standIn.behave({ side: 'buy', course: { fills: { kind: 'never' } } });
  await enter(venue, desk, 0);
  desk.child.kill('SIGSTOP');
  // Three steps would have fallen into this.
  await sleep(4 * WAIT_MS);
  const before = await readRecord(desk.directory);
  const goesOnAt = createSystemClock().now();
  desk.child.kill('SIGCONT');
  const records = await recordOnce(desk.directory, (all) =>
    all.slice(before.length).some(({ kind }) => kind === 'entry.stepped'),
  );
  const since = records.slice(before.length);
  const stepped = since.filter((record) => record.kind === 'entry.stepped');
  expect(stepped).toHaveLength(1);
  for (const { body } of stepped) expect(body.quote.receivedAt).toBeGreaterThanOrEqual(goesOnAt);
  const kinds = since.map(({ kind }) => kind);
  expect(kinds.indexOf('reconcile.passed')).toBeGreaterThan(-1);
  expect(kinds.indexOf('reconcile.passed')).toBeLessThan(kinds.indexOf('entry.stepped'));
});
