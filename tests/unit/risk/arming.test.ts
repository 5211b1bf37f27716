import { describe, expect, it } from 'vitest';
import { epochMs, plus } from '#kernel/time.ts';
import {
  ARMED_MS_MAX,
  type ArmConditions,
  type ArmingChallenge,
  armedUntil,
  armingState,
  armObstacle,
  judgeArmAttempt,
} from '#risk/arming.ts';
import { ENVIRONMENTS } from '#risk/model.ts';

const NOW = epochMs(1_790_000_000_000);

describe('who needs arming', () => {
  it.each(ENVIRONMENTS)('%s', (environment) => {
    const needed = environment === 'production' || environment === 'rehearsal';
    expect(armingState(environment, null, NOW)).toBe(needed ? 'disarmed' : 'not_needed');
    const armed = { account: '1234', until: plus(NOW, 1) };
    expect(armingState(environment, armed, NOW)).toBe(needed ? 'armed' : 'not_needed');
  });

  it('ends at its last instant', () => {
    const armed = { account: '1234', until: NOW };
    expect(armingState('production', armed, NOW)).toBe('disarmed');
  });

  it('lasts to the close, twelve hours at most', () => {
    expect(armedUntil(NOW, plus(NOW, 60_000))).toBe(NOW + 60_000);
    expect(armedUntil(NOW, plus(NOW, 20 * 60 * 60_000))).toBe(NOW + ARMED_MS_MAX);
  });
});

describe('what keeps an actor from arming', () => {
  const able: ArmConditions = {
    environment: 'production',
    isAdmin: true,
    certificateFault: null,
    reconciled: true,
    entriesPermitted: true,
  };

  it.each([
    ['nothing, when all is well', {}, null],
    ['an environment that needs none', { environment: 'sandbox' }, 'not_needed'],
    ['another role', { isAdmin: false }, 'needs_admin'],
    ['no certificate', { certificateFault: 'none was made' }, 'certificate_missing'],
    ['a kill state', { entriesPermitted: false }, 'entries_stopped'],
    ['a desk at odds with its broker', { reconciled: false }, 'not_reconciled'],
  ] as const)('%s', (_, change, refusal) => {
    expect(armObstacle({ ...able, ...change })).toBe(refusal);
  });
});

describe('the answer to a challenge', () => {
  const challenge: ArmingChallenge = {
    code: '123456',
    actor: 'key:a',
    expiresMono: 61_000,
    triesLeft: 3,
  };
  const answer = { actor: 'key:a', code: '123456', lastFour: '1234', mono: 1_000 };

  it.each([
    ['right', challenge, {}, null],
    ['to no challenge', null, {}, 'no_code'],
    ["to somebody else's", challenge, { actor: 'key:b' }, 'no_code'],
    ['too late', challenge, { mono: 61_000 }, 'code_expired'],
    ['tried too often', { ...challenge, triesLeft: 0 }, {}, 'code_expired'],
    ['with another code', challenge, { code: '123457' }, 'wrong_code'],
    ['for another account', challenge, { lastFour: '1235' }, 'wrong_account'],
  ] as const)('%s', (_, given, change, refusal) => {
    expect(judgeArmAttempt(given, { ...answer, ...change }, '1234')).toBe(refusal);
  });
});
