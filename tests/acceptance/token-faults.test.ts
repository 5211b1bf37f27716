/** tokens that end, are void or are withdrawn while the desk works. */
import { afterEach, describe, expect, it } from 'vitest';
import { type AtVenue, BTO, bought, holdToTheBooks, openAtVenue, STC, UBER } from './at-venue.ts';

afterEach(holdToTheBooks);

const NEVER = { side: 'buy', course: { fills: { kind: 'never' } } } as const;

/** Does it the moment the intent of the next order is on disk, before the order has left. */
function betweenIntentAndSend({ world }: AtVenue, act: () => void): void {
  let isDone = false;
  world.journal.onDurable(({ kind }) => {
    if (isDone || kind !== 'order.intended') return;
    isDone = true;
    act();
  });
}

describe('an access token', () => {
  it('that becomes void between intent and send is renewed, and one order is made', async () => {
    const at = await openAtVenue();
    at.standIn.behave(NEVER);
    betweenIntentAndSend(at, () => at.standIn.access.expireAccessTokens());
    await at.world.say(BTO);
    await at.world.run(5_000);
    expect(bought(at)).toEqual(['4 Live, 0 filled']);
    expect(at.standIn.ledger.mutations().map(({ status }) => status)).toEqual([401, 201]);
  });

  it('that becomes void again and again costs no order and doubles none', async () => {
    const at = await openAtVenue();
    at.standIn.behave(NEVER);
    at.world.process.onCall((moment, name) => {
      if (moment === 'leaving' && name !== 'balances') at.standIn.access.expireAccessTokens();
    });
    await at.world.say(BTO);
    await at.world.run(120_000);
    expect(at.world.bodies('entry.ended')).toMatchObject([{ reason: 'window_over', filled: 0 }]);
    expect(at.standIn.ledger.orders().every(({ isTerminal }) => isTerminal)).toBe(true);
  });

  it('of a few seconds lasts through an entry, its exit and its close', async () => {
    const at = await openAtVenue({ standIn: { tokenLifetimeMs: 6_000 } });
    at.standIn.behave({ side: 'buy', nth: 1, course: { fills: { kind: 'immediate' } } });
    await at.world.say(BTO);
    await at.world.run(20_000);
    await at.world.say(STC);
    await at.world.run(120_000);
    expect(at.standIn.ledger.positions().get(UBER) ?? 0).toBe(0);
    expect(at.standIn.access.counts.issued).toBeGreaterThan(10);
    expect(at.standIn.access.counts.refused).toBe(0);
  });
});

describe('a grant that is revoked', () => {
  it('sends nothing, is not asked for again and again, and is told', async () => {
    const at = await openAtVenue();
    betweenIntentAndSend(at, () => {
      at.standIn.access.revokeRefreshTokens();
      at.standIn.access.expireAccessTokens();
    });
    at.world.excuse('L1', 'a refusal is no proof that it was not taken');
    at.world.excuse('L3', 'and without a grant nobody can look');
    await at.world.say(BTO);
    await at.world.run(300_000);
    expect(at.standIn.ledger.orders()).toEqual([]);
    expect(at.standIn.access.counts.refused).toBeLessThanOrEqual(2);
    const answers = at.world.bodies('order.answered').map(({ answer }) => answer.kind);
    expect(new Set(answers)).toEqual(new Set(['not_sent']));
  });

  it('while an order works leaves it to be found when there is one again', async () => {
    const at = await openAtVenue();
    at.standIn.behave(NEVER);
    await at.world.say(BTO);
    await at.world.run(5_000);
    at.standIn.access.revokeRefreshTokens();
    at.standIn.access.expireAccessTokens();
    at.world.excuse('L1', 'nobody can take it back without a grant');
    at.world.excuse('L3', 'nor ask about it');
    at.world.excuse('S16', 'nor about a cancel that was not sent');
    await at.world.run(100_000);
    expect(bought(at)).toEqual(['4 Live, 0 filled']);
    expect(at.standIn.access.counts.refused).toBeLessThanOrEqual(2);
  });
});
