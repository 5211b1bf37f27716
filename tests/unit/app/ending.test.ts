/** The program ends whatever does not answer, and says how. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type End, type EndingParts, endInOrder } from '#app/cli/ending.ts';
import { JournalUnwritable } from '#journal/ports.ts';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';

const SIGNALLED: End = { exit: 'done', reason: 'SIGTERM' };
const never = (): Promise<void> => new Promise(() => undefined);

/** How it ended, after how long, and what was begun in which order. */
async function ending(change: Partial<EndingParts>, begun = SIGNALLED) {
  const clock = createVirtualClock(epochMs(0));
  const order: string[] = [];
  const note = (what: string) => async (): Promise<void> => void order.push(what);
  const parts = {
    ...{ clock, shutdownWaitMs: 10_000 },
    ...{ close: note('close'), stopDesk: note('stop'), closeRest: note('rest') },
    ...change,
  };
  let end: End | null = null;
  void endInOrder(parts, begun).then((how) => {
    end = how;
  });
  for (let turns = 0; end === null && turns < 200; turns += 1) {
    await turn();
    const due = clock.nextDue();
    if (end === null && due !== null) clock.advance(due - clock.mono());
  }
  return { end, tookMs: clock.mono(), order };
}

describe('the end of the program', () => {
  it('is what it began as when every part ends', async () => {
    const { end, tookMs, order } = await ending({});
    expect([end, tookMs]).toEqual([SIGNALLED, 0]);
    expect(order).toEqual(['close', 'stop', 'rest']);
  });

  it('waits for no request that waits for ever: the desk stops all the same', async () => {
    const { end, tookMs, order } = await ending({ close: never });
    expect([end, tookMs]).toEqual([SIGNALLED, 10_000]);
    expect(order).toEqual(['stop', 'rest']);
  });

  it('is that of a journal that cannot be written when the disk fails during the stop', async () => {
    const stopDesk = async (): Promise<void> => {
      throw new JournalUnwritable('the disk has not answered for 5 s');
    };
    const reason = 'the disk has not answered for 5 s';
    expect((await ending({ stopDesk })).end).toEqual({ exit: 'journal_unwritable', reason });
    const begun = { exit: 'journal_unwritable', reason: 'EIO' } as const;
    expect((await ending({ stopDesk }, begun)).end).toEqual(begun);
  });

  it('comes also when the desk never stops, and is no good end', async () => {
    const { end, tookMs } = await ending({ stopDesk: never });
    expect(tookMs).toBe(70_000);
    const reason = 'its stop has not ended within 70 s; the next start looks after what is left';
    expect(end).toEqual({ exit: 'refused', reason });
  });

  it('hides no defect', async () => {
    const defect = new TypeError('a defect');
    const parts = { clock: createVirtualClock(epochMs(0)), shutdownWaitMs: 0 };
    const stopDesk = (): Promise<void> => Promise.reject(defect);
    const done = async (): Promise<void> => undefined;
    const ended = endInOrder({ ...parts, close: done, stopDesk, closeRest: done }, SIGNALLED);
    await expect(ended).rejects.toBe(defect);
  });
});
