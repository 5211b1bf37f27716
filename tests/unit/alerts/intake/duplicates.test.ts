import { describe, expect, it } from 'vitest';
import {
  createIntakeMemory,
  economicKey,
  hasSeen,
  type IntakeMemory,
  type RepetitionQuery,
  remember,
  repetition,
} from '#alerts/duplicates.ts';
import { messageKey } from '#kernel/ids.ts';
import { plus } from '#kernel/time.ts';
import { alertSettingsOf, decided, messageOf, received } from '../../../fixtures/alerts.ts';
import { NOW, optionOf } from '../../../fixtures/risk.ts';

const UBER = optionOf();
const KEY = economicKey('acct', 'BTO', UBER.symbol);
const SETTINGS = alertSettingsOf();

const QUERY: RepetitionQuery = {
  economicKey: KEY,
  action: 'BTO',
  postedAt: NOW,
  openOnInstrument: 0,
};

/** A memory in which one instruction was taken, posted now. */
function afterOne(change: Parameters<typeof decided>[1] = {}): IntakeMemory {
  const memory = createIntakeMemory();
  remember(memory, decided(messageOf(), { economicKey: KEY, ...change }));
  return memory;
}

function code(memory: IntakeMemory, change: Partial<RepetitionQuery> = {}): string | null {
  return repetition({ ...QUERY, ...change }, SETTINGS, memory)?.code ?? null;
}

describe('the economic key', () => {
  it('is that of account, action and instrument', () => {
    const other = optionOf('UBER', '80');
    const keys = [
      KEY,
      economicKey('acct2', 'BTO', UBER.symbol),
      economicKey('acct', 'STC', UBER.symbol),
      economicKey('acct', 'BTO', other.symbol),
    ];
    expect(new Set(keys).size).toBe(4);
    expect(economicKey('acct', 'BTO', UBER.symbol)).toBe(KEY);
  });

  it('keeps an account apart from an action that continues its name', () => {
    const symbol = UBER.symbol;
    expect(economicKey('a"', 'BTO', symbol)).not.toBe(economicKey('a', 'BTO', symbol));
  });
});

describe('the duplicate window', () => {
  it.each([
    [0, 'duplicate_alert'],
    [9999, 'duplicate_alert'],
    [10_000, null],
    [-9999, 'duplicate_alert'],
    [-10_000, null],
  ])('%d ms after the first by time of posting: %s', (offsetMs, expected) => {
    expect(code(afterOne(), { postedAt: plus(NOW, offsetMs) })).toBe(expected);
  });

  it('names the message it repeats', () => {
    const query = { ...QUERY, postedAt: plus(NOW, 400) };
    expect(repetition(query, SETTINGS, afterOne())).toEqual({
      code: 'duplicate_alert',
      of: messageOf().key,
      detail: `posted 0.400 s from ${messageOf().key}, window 10 s`,
    });
  });

  it('looks at the time of posting, however late either was delivered', () => {
    const memory = createIntakeMemory();
    const late = messageOf({ receivedAt: plus(NOW, 25_000) });
    remember(memory, decided(late, { economicKey: KEY }));
    expect(code(memory, { postedAt: plus(NOW, 5000) })).toBe('duplicate_alert');
    expect(code(memory, { postedAt: plus(NOW, 10_000) })).toBeNull();
  });

  it.each([
    ['a refused alert, so that its correction can follow', { verdict: 'refused' }],
    ['an update', { verdict: 'update' }],
    ['an instruction without a key', { economicKey: null }],
  ] as const)('does not remember %s', (_, change) => {
    expect(code(afterOne(change))).toBeNull();
  });

  it('remembers exits', () => {
    expect(code(afterOne({ verdict: 'exit' }))).toBe('duplicate_alert');
  });

  it('is not stretched by a chain of duplicates', () => {
    const memory = afterOne();
    const second = messageOf({ messageId: '9002', postedAt: plus(NOW, 9000) });
    const refusal = { verdict: 'refused', code: 'duplicate_alert', economicKey: KEY } as const;
    remember(memory, decided(second, refusal));
    expect(code(memory, { postedAt: plus(NOW, 12_000) })).toBeNull();
  });

  it('of 0 ms is no window', () => {
    const none = { duplicateWindowMs: 0, repeat: 'allow' } as const;
    expect(repetition(QUERY, none, afterOne())).toBeNull();
  });

  it('is the same after a restart: the same records make the same memory', () => {
    const records = [0, 1, 2].flatMap((n) => {
      const message = messageOf({ messageId: `${n}`, postedAt: plus(NOW, n * 60_000) });
      return [received(message), decided(message, { economicKey: `k${n}` })];
    });
    const [live, replayed] = [createIntakeMemory(), createIntakeMemory()];
    for (const record of records) remember(live, record);
    for (const record of structuredClone(records)) remember(replayed, record);
    expect(replayed).toEqual(live);
  });
});

describe('a repeat after the window', () => {
  const later = { postedAt: plus(NOW, 60_000) };

  it('is refused while a trade in the instrument is open', () => {
    expect(code(afterOne(), { ...later, openOnInstrument: 1 })).toBe('already_open');
  });

  it('is taken when none is', () => {
    expect(code(afterOne(), later)).toBeNull();
  });

  it('is taken where repeats are allowed', () => {
    const query = { ...QUERY, ...later, openOnInstrument: 1 };
    expect(repetition(query, alertSettingsOf({ repeat: 'allow' }), afterOne())).toBeNull();
  });

  it('does not keep an exit from being taken', () => {
    expect(code(afterOne(), { ...later, action: 'STC', openOnInstrument: 1 })).toBeNull();
  });
});

describe('the memory of messages', () => {
  it('lists what was received and not decided', () => {
    const memory = createIntakeMemory();
    const message = messageOf();
    remember(memory, received(message));
    expect([...memory.undecided.values()]).toEqual([message]);
    remember(memory, decided(message));
    expect(memory.undecided.size).toBe(0);
    expect(hasSeen(memory, message.key)).toBe(true);
  });

  it('does not take a decided message for undecided when its receipt is replayed again', () => {
    const memory = createIntakeMemory();
    remember(memory, decided(messageOf()));
    remember(memory, received(messageOf()));
    expect(memory.undecided.size).toBe(0);
  });

  it('leaves records of other kinds and without a message alone', () => {
    const memory = createIntakeMemory();
    const { message: _, ...anonymous } = decided(messageOf());
    remember(memory, anonymous);
    const edited = { kind: 'message.edited', body: { text: '', at: NOW } } as const;
    remember(memory, { ...received(messageOf()), ...edited });
    expect(memory).toEqual(createIntakeMemory());
  });

  it('stays bounded under a flood of strangers, and keeps everyone else', () => {
    const memory = createIntakeMemory();
    const friend = messageOf({ messageId: 'friend' });
    remember(memory, decided(friend));
    for (let n = 0; n < 20_000; n += 1) {
      const stranger = messageOf({ messageId: `s${n}` });
      remember(memory, received(stranger));
      remember(memory, decided(stranger, { verdict: 'refused', code: 'author_not_allowed' }));
    }
    expect(memory.strangers.size).toBe(10_000);
    expect(hasSeen(memory, messageKey('discord', '5001', 's19999'))).toBe(true);
    expect(hasSeen(memory, messageKey('discord', '5001', 's9999'))).toBe(false);
    expect(hasSeen(memory, friend.key)).toBe(true);
  });

  it('forgets instructions nothing can meet any more, and no others', () => {
    const memory = createIntakeMemory();
    for (let minute = 0; minute <= 300; minute += 1) {
      const postedAt = plus(NOW, minute * 60_000);
      const message = messageOf({ messageId: `${minute}`, postedAt, receivedAt: postedAt });
      remember(memory, decided(message, { economicKey: `k${minute}` }));
    }
    expect(memory.instructions.length).toBeLessThan(70);
    expect(memory.instructions.length).toBeGreaterThan(60);
    expect(memory.instructions.at(-1)?.economicKey).toBe('k300');
  });
});
