import { describe, expect, it } from 'vitest';
import { createSessions } from '#adapters/http/sessions.ts';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import type { Caller } from '#operate/model.ts';

const LOCAL: Caller = { id: 'local:operator', role: 'admin' };
const ALICE: Caller = { id: 'operator:alice', role: 'operator' };
const HOUR = 3_600_000;

function open() {
  const clock = createVirtualClock(epochMs(0));
  const sessions = createSessions(clock, {
    ...{ sessionMs: 12 * HOUR, sessionIdleMs: 2 * HOUR },
    standing: () => ({ role: 'admin', stamp: '' }),
  });
  return { clock, sessions };
}

describe('the sessions of one caller', () => {
  it('are a few: one more ends one that was never used since it began', () => {
    const { clock, sessions } = open();
    const unused = sessions.open(LOCAL, 'local').token;
    const page = sessions.open(LOCAL, 'local').token;
    sessions.find(page, 'touch');
    for (let n = 0; n < 5_000; n += 1) {
      clock.advance(1);
      sessions.open(LOCAL, 'local');
    }
    expect(sessions.openNow).toBe(50);
    expect(sessions.find(unused, 'look')).toBeNull();
    expect(sessions.find(page, 'look')).not.toBeNull();
  });

  it('that are all in use end with the one that was used longest ago', () => {
    const { clock, sessions } = open();
    const tokens = Array.from({ length: 50 }, () => {
      const { token } = sessions.open(ALICE, 'password');
      sessions.find(token, 'touch');
      clock.advance(1);
      return token;
    });
    const [first = '', second = ''] = tokens;
    sessions.find(first, 'touch');
    sessions.open(ALICE, 'password');
    expect(sessions.find(first, 'look')).not.toBeNull();
    expect(sessions.find(second, 'look')).toBeNull();
  });

  it('end nobody else’s', () => {
    const { sessions } = open();
    const { token } = sessions.open(ALICE, 'password');
    for (let n = 0; n < 5_000; n += 1) sessions.open(LOCAL, 'local');
    expect(sessions.countOf(ALICE.id)).toBe(1);
    expect(sessions.find(token, 'look')).not.toBeNull();
  });
});
