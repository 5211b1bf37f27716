/** a message nobody can decide is kept, told, and in nobody's way. */
import { afterEach, describe, expect, it } from 'vitest';
import { epochMs } from '#kernel/time.ts';
import { holdInvariants } from './invariants.ts';
import { openWorld } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';
const ALERT = 'BTO UBER 78p 12/04 @ 0.75';
const IN_A_HUNDRED_YEARS = epochMs(Date.UTC(2126, 0, 4));

describe('a message from a year no calendar covers', () => {
  it('R-16: is on record, is told at the next start, and the desk trades on', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.80');
    world.excuse('S14', 'the message is never decided: it cannot be');
    const answer = world.say(ALERT, { postedAt: IN_A_HUNDRED_YEARS });
    await expect(answer).rejects.toThrow('is known from 2007');
    await world.crash();
    expect(world.kinds()).toContain('message.received');
    const incidents = world.bodies('incident.raised').map(({ code }) => code);
    expect(incidents).toContain('message_undecided');
    expect((await world.say(ALERT)).tradeId).not.toBeNull();
  });
});
