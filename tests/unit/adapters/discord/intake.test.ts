import { describe, expect, it } from 'vitest';
import { Intake } from '#adapters/discord/intake.ts';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';

const HOLD_MS = 2_000;

function openIntake() {
  const clock = createVirtualClock(epochMs(1_795_000_000_000));
  const intake = new Intake({ clock, holdWithinMs: HOLD_MS, mark: '10' });
  const handed: string[] = [];
  /** On record at once. */
  const take = (id: string) =>
    intake.take(id, async () => {
      handed.push(id);
    });
  const fill = (id: string) =>
    intake.fill(id, async () => {
      handed.push(`old ${id}`);
    });
  /** On record once `settle` is called. */
  function takeSlowly(id: string) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    intake.take(id, () => {
      handed.push(id);
      return promise;
    });
    return { settle: resolve, fail: () => reject(new Error('not on record')) };
  }
  return { clock, intake, handed, take, fill, takeSlowly };
}

/** Lets everything happen that waits for a promise. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the mark of a channel', () => {
  it('moves once a message is on record', async () => {
    const { intake, takeSlowly } = openIntake();
    const first = takeSlowly('20');
    await turn();
    expect(intake.mark).toBe('10');
    first.settle();
    await turn();
    expect(intake.mark).toBe('20');
  });

  it('does not pass a message that is not yet on record', async () => {
    const { intake, take, takeSlowly } = openIntake();
    const slow = takeSlowly('20');
    take('30');
    await turn();
    expect(intake.mark).toBe('10');
    slow.settle();
    await turn();
    expect(intake.mark).toBe('30');
  });

  it('stays below what could not be recorded, until that was fetched', async () => {
    const { intake, take, takeSlowly, fill } = openIntake();
    const failing = takeSlowly('20');
    failing.fail();
    await turn();
    take('30');
    await turn();
    expect(intake.mark).toBe('10');
    intake.openGap('hold');
    await fill('20');
    intake.closeGap('complete', new Set(['20']));
    await turn();
    expect(intake.mark).toBe('30');
  });

  it('does not pass a gap that is still open, nor one that could not be fetched', async () => {
    const { intake, take } = openIntake();
    intake.openGap('pass');
    take('30');
    await turn();
    expect(intake.mark).toBe('10');
    intake.closeGap('incomplete', new Set());
    take('40');
    await turn();
    expect(intake.mark).toBe('10');
  });

  it('compares ids as numbers', async () => {
    const { intake, take } = openIntake();
    take('9');
    await turn();
    expect(intake.mark).toBe('10');
    take('100');
    await turn();
    expect(intake.mark).toBe('100');
  });
});

describe('what arrives while a gap is fetched', () => {
  it('comes after what the gap brings, and once', async () => {
    const { intake, handed, take, fill } = openIntake();
    intake.openGap('hold');
    take('40');
    await fill('20');
    await fill('30');
    take('30');
    intake.closeGap('complete', new Set(['20', '30']));
    await turn();
    expect(handed).toEqual(['old 20', 'old 30', '40']);
    expect(intake.mark).toBe('40');
  });

  it('is handed over as it arrived, where the history has it too', async () => {
    const { intake, handed, take, fill } = openIntake();
    intake.openGap('hold');
    take('20');
    await fill('20');
    intake.closeGap('complete', new Set(['20']));
    await turn();
    expect(handed).toEqual(['20']);
  });

  it('keeps its order among what the history has too', async () => {
    const { intake, handed, take, fill } = openIntake();
    intake.openGap('hold');
    take('20');
    intake.take(null, async () => {
      handed.push('edit of 20');
    });
    take('30');
    await fill('20');
    await fill('30');
    intake.closeGap('complete', new Set(['20', '30']));
    await turn();
    expect(handed).toEqual(['20', 'edit of 20', '30']);
  });

  it('waits no longer than it may, and the mark waits on', async () => {
    const { clock, intake, handed, take } = openIntake();
    intake.openGap('hold');
    take('40');
    clock.advance(HOLD_MS - 1);
    expect(handed).toEqual([]);
    clock.advance(1);
    await turn();
    expect(handed).toEqual(['40']);
    expect(intake.mark).toBe('10');
  });

  it('waits for the newest of two gaps', async () => {
    const { intake, handed, take } = openIntake();
    intake.openGap('hold');
    intake.openGap('hold');
    take('40');
    intake.closeGap('incomplete', new Set());
    await turn();
    expect(handed).toEqual([]);
    intake.closeGap('complete', new Set());
    await turn();
    expect(handed).toEqual(['40']);
  });

  it('is dropped when all stops', async () => {
    const { clock, intake, handed, take } = openIntake();
    intake.openGap('hold');
    take('40');
    intake.stop();
    clock.advance(HOLD_MS);
    await turn();
    expect(handed).toEqual([]);
  });
});
