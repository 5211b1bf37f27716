import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit } from '#alerts/admission.ts';
import { createIntakeMemory, economicKey, remember, repetition } from '#alerts/duplicates.ts';
import type { ChatMessage } from '#alerts/model.ts';
import { plus } from '#kernel/time.ts';
import { alertSettingsOf, decided, messageOf, received } from '../../fixtures/alerts.ts';
import { NOW, optionOf } from '../../fixtures/risk.ts';

const WINDOW_MS = 10_000;
const ROOMS = ['5001', '5002'];
const TRADERS = ['7001', '7002'];
const SETTINGS = alertSettingsOf({
  people: Object.fromEntries(TRADERS.map((id) => [`discord:${id}`, { permissions: ['alert'] }])),
  channels: Object.fromEntries(ROOMS.map((id) => [`discord:${id}`, { purpose: 'alerts' }])),
  ageMsMax: 120_000,
  repeat: 'allow',
});
const CONTRACTS = [optionOf(), optionOf('UBER', '80')];

interface Posted {
  readonly message: ChatMessage;
  readonly key: string;
}

/** A minute of alerts in two rooms by two people on two contracts, around the window's edge. */
const posts = fc
  .array(
    fc.record({
      channelId: fc.constantFrom(...ROOMS),
      author: fc.constantFrom(...TRADERS),
      contract: fc.constantFrom(...CONTRACTS),
      atMs: fc.oneof(
        fc.integer({ min: 0, max: 60_000 }),
        fc.constantFrom(0, 9_999, 10_000, 10_001, 20_000),
      ),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((drafts) =>
    drafts.map(({ channelId, author, contract, atMs }, n): Posted => {
      const postedAt = plus(NOW, atMs);
      const message = messageOf({ channelId, messageId: `${n}`, author: { id: author }, postedAt });
      return { message, key: economicKey('acct', 'BTO', contract.symbol) };
    }),
  );

/** Each post one to three times, in any order. */
const deliveries = posts.chain((all) => {
  const repeated = all.flatMap((post) => [post, post, post]);
  return fc
    .tuple(
      fc.shuffledSubarray(all, { minLength: all.length }),
      fc.shuffledSubarray(repeated, { minLength: 0 }),
    )
    .chain(([each, again]) =>
      fc.shuffledSubarray([...each, ...again], {
        minLength: each.length + again.length,
      }),
    );
});

/** What is taken of a run of deliveries, as the lane decides it. */
function taken(run: readonly Posted[]): readonly Posted[] {
  const memory = createIntakeMemory();
  const now = plus(NOW, 60_000);
  return run.filter(({ message, key }) => {
    if (admit(message, SETTINGS, memory, now).kind === 'refused') return false;
    remember(memory, received(message));
    const { postedAt } = message;
    const query = { economicKey: key, action: 'BTO', postedAt, openOnInstrument: 0 } as const;
    const again = repetition(query, SETTINGS, memory);
    const change = again === null ? {} : ({ verdict: 'refused', code: again.code } as const);
    remember(memory, decided(message, { economicKey: key, ...change }, now));
    return again === null;
  });
}

const isWithin = (a: Posted, b: Posted): boolean =>
  a.key === b.key && Math.abs(a.message.postedAt - b.message.postedAt) < WINDOW_MS;

describe('whatever is delivered, in whatever order, however often', () => {
  it('no message is taken twice', () => {
    fc.assert(
      fc.property(deliveries, (run) => {
        const keys = taken(run).map(({ message }) => message.key);
        expect(new Set(keys).size).toBe(keys.length);
      }),
      { numRuns: 300 },
    );
  });

  it('no two instructions within the window are taken, of whoever and wherever', () => {
    fc.assert(
      fc.property(deliveries, (run) => {
        const accepted = taken(run);
        const clashes = accepted.filter((a) => accepted.some((b) => a !== b && isWithin(a, b)));
        expect(clashes).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('nothing is left out but what repeats something taken', () => {
    fc.assert(
      fc.property(deliveries, (run) => {
        const accepted = taken(run);
        const lost = run.filter((each) => !accepted.some((other) => isWithin(each, other)));
        expect(lost).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
