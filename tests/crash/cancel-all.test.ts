/** `strikewire cancel-all` with the desk dead: what still works, by the venue's own books. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Ran, strikewire } from '../cli/strikewire.ts';
import { recordOnce, temporaryDirectory } from '../integration/process/desks.ts';
import { deskAt, enter, holdAt, openVenue, placeByHand, type Venue } from './venue-desk.ts';

const Report = z.object({
  verified: z.boolean(),
  ended: z.array(z.object({ client_order_id: z.string(), side: z.string(), status: z.string() })),
  left: z.array(z.unknown()),
});

/** A desk that was killed with an exit and an entry at work, beside an order by hand. */
async function killed(): Promise<{ venue: Venue; directory: string }> {
  const venue = await openVenue();
  const desk = await deskAt(venue);
  await holdAt(venue, desk, 0);
  await enter(venue, desk, 6);
  await placeByHand(venue, 12);
  desk.child.kill('SIGKILL');
  await desk.ended;
  expect(marksAtWork(venue)).toEqual(['X', 'E', 'by hand']);
  return { venue, directory: desk.directory };
}

function marksAtWork(venue: Venue): readonly string[] {
  return venue.working().map(({ externalIdentifier }) => externalIdentifier?.at(-2) ?? 'by hand');
}

function cancelAll(venue: Venue, directory: string, ...more: readonly string[]): Promise<Ran> {
  return strikewire(['cancel-all', '--data', directory, ...more], {
    environment: venue.settings,
    cwd: temporaryDirectory(),
  });
}

describe('with the desk dead', () => {
  it('cancels every order of ours, has read that they ended, and leaves the one by hand', async () => {
    const { venue, directory } = await killed();
    const { code, out } = await cancelAll(venue, directory, '--yes', '--json');
    expect(code).toBe(0);
    const { verified, ended, left } = Report.parse(JSON.parse(out));
    expect([verified, left]).toEqual([true, []]);
    expect(ended.map(({ side, status }) => `${side} ${status}`).toSorted()).toEqual([
      'buy cancelled',
      'sell cancelled',
    ]);
    expect(marksAtWork(venue)).toEqual(['by hand']);
  });

  it('leaves the exits where they are with --keep-sells, and the desk goes on afterwards', async () => {
    const { venue, directory } = await killed();
    const { code, out } = await cancelAll(venue, directory, '--yes', '--keep-sells');
    expect([code, out]).toEqual([
      0,
      '1 ended; none is left at work, and the list was read again.\n',
    ]);
    expect(marksAtWork(venue)).toEqual(['X', 'by hand']);
    const again = await deskAt(venue, {}, directory);
    expect(marksAtWork(venue)).toEqual(['X', 'by hand']);
    const isNoted = (all: Awaited<ReturnType<typeof recordOnce>>) =>
      all.some(
        ({ kind, actor, body }) =>
          kind === 'operator.acted' &&
          actor.startsWith('shell:') &&
          body.act.startsWith('cancel every working buy at the broker (by command, 20'),
      );
    expect(isNoted(await recordOnce(directory, isNoted))).toBe(true);
    again.child.kill('SIGTERM');
    expect((await again.ended).code).toBe(0);
  });

  it('cancels where no note of it can be left, and says that there is none', async () => {
    const { venue, directory } = await killed();
    writeFileSync(join(directory, 'acts'), 'where the notes would be');
    const { code, err } = await cancelAll(venue, directory, '--yes');
    expect([code, err]).toEqual([0, expect.stringContaining('No note of it could be left')]);
    expect(marksAtWork(venue)).toEqual(['by hand']);
  });

  it('says when a cancel did not help: an order that ignores it is named', async () => {
    const venue = await openVenue();
    const desk = await deskAt(venue);
    const course = { fills: { kind: 'never' }, cancelsIgnored: 1_000 } as const;
    venue.standIn.behave({ side: 'buy', nth: 1, course });
    await enter(venue, desk, 0);
    desk.child.kill('SIGKILL');
    await desk.ended;
    const { code, out } = await cancelAll(venue, desk.directory, '--yes', '--within', '3');
    expect([code, out]).toEqual([1, expect.stringMatching(/^STILL AT WORK: \d+ \(buy /)]);
  });

  it('with the venue out of reach ends with 1 and does not claim anything', async () => {
    const { venue, directory } = await killed();
    const settings = { ...venue.settings, STRIKEWIRE_TASTYTRADE_API_URL: 'http://127.0.0.1:9' };
    const ran = await cancelAll({ ...venue, settings }, directory, '--yes', '--within', '3');
    expect([ran.code, ran.out]).toEqual([1, expect.stringContaining('NOT VERIFIED')]);
    expect(marksAtWork(venue)).toEqual(['X', 'E', 'by hand']);
  });

  it('does nothing unasked', async () => {
    const { venue, directory } = await killed();
    const { code, err } = await cancelAll(venue, directory);
    expect([code, err]).toEqual([1, expect.stringContaining('Nothing was done')]);
    expect(marksAtWork(venue)).toEqual(['X', 'E', 'by hand']);
  });
});
