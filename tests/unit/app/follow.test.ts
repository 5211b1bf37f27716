import { describe, expect, it } from 'vitest';
import type { DeskEvent } from '#app/cli/desk-client.ts';
import { followTrade } from '#app/cli/follow.ts';

function trade(lines: readonly string[], more: object = {}) {
  return {
    id: 't_a',
    contract: 'UBER 78P 2025-12-05',
    phase: 'entering',
    held: 0,
    attention: null,
    entry: { status: 'open' },
    exit: { note: null },
    orders: [{ role: 'entry', phase: 'live' }],
    timeline: lines.map((text, at) => ({ seq: at + 1, at: '2025-12-02T15:30:00.000Z', text })),
    ...more,
  };
}

async function follow(events: readonly DeskEvent[]) {
  const printed: string[] = [];
  async function* stream() {
    yield* events;
  }
  const end = await followTrade('t_a', stream(), async (line) => {
    printed.push(line.slice(10).trimEnd());
  });
  return { end, printed };
}

const update = (given: object): DeskEvent => ({
  name: 'update',
  data: { kind: 'trade', trade: given },
});

describe('following a trade', () => {
  it('prints each line once, and ends when the exit rests', async () => {
    const { end, printed } = await follow([
      { name: 'snapshot', data: { trades: [trade(['opened'])] } },
      update(trade(['opened', 'placed'])),
      { name: 'pulse', data: {} },
      update({ ...trade(['other']), id: 't_b' }),
      update(
        trade(['opened', 'placed', 'filled', 'exit rests'], {
          entry: { status: 'ended' },
          orders: [{ role: 'exit', phase: 'live' }],
        }),
      ),
      update(trade(['never shown'])),
    ]);
    expect(printed).toEqual(['opened', 'placed', 'filled', 'exit rests']);
    expect(end).toBe('settled');
  });

  it.each([
    ['nothing was filled', { phase: 'done', entry: { status: 'ended' } }],
    ['no exit is to be placed', { entry: { status: 'ended' }, exit: { note: 'one' } }],
    ['a person must look', { attention: 'exit rejected twice' }],
  ])('ends when %s', async (_, more) => {
    expect((await follow([update(trade(['x'], more))])).end).toBe('settled');
  });

  it('goes on while the exit is on its way', async () => {
    const sent = trade(['x'], {
      entry: { status: 'ended' },
      orders: [{ role: 'exit', phase: 'intended' }],
    });
    expect((await follow([update(sent)])).end).toBe('lost');
  });

  it('goes on while an exit of a first part rests and the entry still works', async () => {
    const partly = trade(['x'], { orders: [{ role: 'exit', phase: 'live' }] });
    expect((await follow([update(partly)])).end).toBe('lost');
  });

  it('strips what could steer the terminal', async () => {
    const { printed } = await follow([update(trade(['a\u001b[31mb\u202ec']))]);
    expect(printed).toEqual(['a [31mbc']);
  });
});
