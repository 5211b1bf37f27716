/** Two desks on one account, each with a record of its own: nobody but the books can tell them. */
import { describe, expect, it } from 'vitest';
import type { Recorded } from '#events/record.ts';
import type { DeskRecord } from '#orders/model.ts';
import { killState, post, recordOnce } from '../integration/process/desks.ts';
import { deskAt, enter, openVenue, until } from './venue-desk.ts';

const halts = (records: readonly Recorded<DeskRecord>[]): boolean =>
  records.some(({ kind, body }) => kind === 'kill_state.changed' && body.to === 'HALT');

/** It has decided what it heard, and knows what became of everything it sent. */
function isDone(records: readonly Recorded<DeskRecord>[]): boolean {
  const count = (wanted: DeskRecord['kind']): number =>
    records.filter(({ kind }) => kind === wanted).length;
  return count('alert.decided') > 0 && count('order.intended') === count('order.answered');
}

describe('a second desk on the account', () => {
  it('halts at its start when the first has an order at work, and sends nothing', async () => {
    const venue = await openVenue();
    const first = await deskAt(venue);
    await enter(venue, first, 0);
    const sent = venue.standIn.ledger.mutations().length;
    const second = await deskAt(venue);
    const records = await recordOnce(second.directory, halts);
    expect(records.map(({ kind }) => kind)).toContain('order.foreign');
    expect((await post(second, venue.alert(6))).body['verdict']).toBe('refused');
    expect(venue.standIn.ledger.mutations()).toHaveLength(sent);
    expect(await killState(first)).toBe('ACTIVE');
  });

  it('halts when the first begins to trade beside it, while the first goes on', async () => {
    const venue = await openVenue();
    const first = await deskAt(venue);
    const second = await deskAt(venue);
    await enter(venue, first, 0);
    expect(halts(await recordOnce(second.directory, halts))).toBe(true);
    expect([await killState(first), await killState(second)]).toEqual(['ACTIVE', 'HALT']);
    expect(venue.working().map(({ side }) => side)).toEqual(['buy']);
  });

  it('that hears the same message gives its order another identity; whoever meets the other halts', async () => {
    const venue = await openVenue();
    const desks = [await deskAt(venue), await deskAt(venue)] as const;
    venue.standIn.behave({ side: 'buy', course: { fills: { kind: 'never' } } });
    const text = venue.alert(0);
    await Promise.all(desks.map(async (desk) => post(desk, text, { message_id: 'heard-twice' })));
    await Promise.all(desks.map(async ({ directory }) => recordOnce(directory, isDone)));
    const writers = new Set(
      venue.standIn.ledger.orders().map((order) => order.externalIdentifier?.split('.')[1]),
    );
    // One that halts before its own order has left sends none, and the other never hears of it.
    const met = writers.size === 2 ? 2 : 1;
    const waiting = desks.map(async ({ directory }) => recordOnce(directory, halts));
    await (met === 2 ? Promise.all(waiting) : Promise.race(waiting));
    const states = await Promise.all(desks.map(killState));
    expect(states.filter((state) => state === 'HALT')).toHaveLength(met);
    await until(() => venue.working().length === 2 - met);
    expect(venue.standIn.ledger.duplicates()).toEqual([]);
  });
});
