import { describe, expect, it } from 'vitest';
import { createRequestLedger, RequestMemory } from '#app/api/request-ledger.ts';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import type { Desk } from '#orders/desk.ts';
import type { DeskRecord } from '#orders/model.ts';

const ACT = { caller: 'key:a', line: 'POST /api/v1/orders', address: '10.0.0.1', requestId: 'r' };

/** A journal of a list, until it takes nothing more. */
function open() {
  const clock = createVirtualClock(epochMs(0));
  const bodies: DeskRecord['body'][] = [];
  let isFull = false;
  const desk: Pick<Desk, 'record' | 'now'> = {
    now: () => epochMs(0),
    record(drafts) {
      if (isFull) throw new Error('the disk is full');
      bodies.push(...drafts.map(({ body }) => body));
      const records = drafts.map((draft, n) => ({
        ...draft,
        ...{ v: 1, seq: n + 1, run: 'r_1', wall: epochMs(0), mono: 0 },
      }));
      return { records, durable: Promise.resolve() };
    },
  };
  const ledger = createRequestLedger(desk, new RequestMemory(), clock);
  return { ledger, bodies, fill: () => (isFull = true) };
}

describe('an act under a key', () => {
  it('answers who repeats it, also where its own answer could not be put on record', async () => {
    const { ledger, fill } = open();
    const request = { ...ACT, key: 'k', digest: 'd' };
    const first = await ledger.begin(request);
    if (first.kind !== 'begun') throw new Error(first.kind);
    const meanwhile = await ledger.begin(request);
    fill();
    const answer = { status: 200, code: null, text: '{}' };
    expect(() => first.end(answer)).toThrow('the disk is full');
    expect(meanwhile.kind === 'repeated' && (await meanwhile.answer)).toEqual(answer);
    expect(await ledger.begin(request)).toEqual({ kind: 'unfinished' });
  });
});

describe('logins of one person from several places', () => {
  it('are on record with every place they came from', () => {
    const { ledger, bodies } = open();
    for (const address of ['10.0.0.1', '10.9.9.9', '10.0.0.1']) {
      ledger.note({ ...ACT, address }, 200, null);
    }
    ledger.settle();
    expect(bodies.map((body) => 'address' in body && body.address)).toContain('10.9.9.9');
  });
});
