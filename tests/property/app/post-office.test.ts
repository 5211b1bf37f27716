/** Posting while the channel answers in any order, fails, throws and falls silent. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PostOffice } from '#app/chat/post-office.ts';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import type { Desk } from '#orders/desk.ts';
import type { DeskRecord } from '#orders/model.ts';
import type { DuePost, PostSource } from '#publish/outbox.ts';
import type { PostOutcome } from '#publish/ports.ts';

const KEYS = ['a', 'b', 'c'] as const;
const ANSWERS = ['delivered', 'failed', 'throws', 'silent'] as const;
const PLAIN = { channelId: 'room', inReplyTo: null, buttons: [], under: null } as const;
const UNKNOWN = { postId: null, underPostId: null, triedAt: null } as const;

/** An outbox of texts by key, and what of each was last recorded as delivered. */
class Texts implements PostSource {
  readonly wanted = new Map<string, string>();
  readonly delivered = new Map<string, string>();

  due(): readonly DuePost[] {
    return [...this.wanted]
      .filter(([key, text]) => this.delivered.get(key) !== text)
      .map(([key, text]) => {
        const post = { ...PLAIN, ...UNKNOWN, key, text };
        return { platform: 'local', post, digest: text, since: epochMs(1_700_000_000_000) };
      });
  }
}

const ACTS = fc.array(
  fc.oneof(
    fc.record({ key: fc.constantFrom(...KEYS), text: fc.string({ maxLength: 3 }) }),
    fc.record({ ms: fc.integer({ min: 1, max: 3_000 }) }),
  ),
  { minLength: 1, maxLength: 20 },
);

describe('a channel that does as it likes', () => {
  it('gets every text in the end, one post of a key at a time', async () => {
    await fc.assert(
      fc.asyncProperty(
        ACTS,
        fc.array(fc.constantFrom(...ANSWERS), { maxLength: 12 }),
        async (acts, answers) => {
          const clock = createVirtualClock(epochMs(1_700_000_000_000));
          const texts = new Texts();
          const left = [...answers];
          const underWay = new Set<string>();
          const twice: string[] = [];
          const record = ([draft]: readonly DeskRecord[]): void => {
            if (draft?.kind === 'notice.delivered') {
              texts.delivered.set(draft.body.key, draft.body.digest);
            }
          };
          const office = new PostOffice({
            desk: { now: () => clock.now(), incident: () => undefined, record } as unknown as Desk,
            sources: [texts],
            clock,
            channelOf: () => ({
              platform: 'local',
              async post({ key }): Promise<PostOutcome> {
                if (underWay.has(key)) twice.push(key);
                underWay.add(key);
                await Promise.resolve();
                underWay.delete(key);
                const how = left.shift() ?? 'delivered';
                if (how === 'throws') throw new Error('a defect of the adapter');
                if (how === 'silent') return new Promise(() => undefined);
                if (how === 'delivered') return { kind: 'delivered', postId: key };
                return { kind: 'failed', detail: 'no', retry: true, waitMs: null };
              },
            }),
          });
          for (const act of acts) {
            if ('key' in act) texts.wanted.set(act.key, act.text);
            office.wake();
            await pass(clock, 'ms' in act ? act.ms : 1);
          }
          await pass(clock, 3_600_000);
          office.stop();
          expect([...texts.delivered]).toEqual(expect.arrayContaining([...texts.wanted]));
          expect(twice).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });
});

async function pass(clock: ReturnType<typeof createVirtualClock>, ms: number): Promise<void> {
  const until = clock.mono() + ms;
  for (;;) {
    for (let turns = 0; turns < 12; turns += 1) await Promise.resolve();
    const due = clock.nextDue();
    if (due === null || due > until) break;
    clock.advance(Math.max(0, due - clock.mono()));
  }
  clock.advance(Math.max(0, until - clock.mono()));
}
