import { describe, expect, it } from 'vitest';
import { price } from '#kernel/price.ts';
import { err, ok } from '#kernel/result.ts';
import { plus } from '#kernel/time.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { quoteData } from './fake-dxlink.ts';
import { openCase, PUT, raise, SHARE, snapshotsOf } from './quotes-bench.ts';

describe('snapshots', () => {
  it('fill in while the stream is down, two seconds apart, and no longer', async () => {
    const snapshots = snapshotsOf({ bid: price('0.70'), ask: price('0.80') });
    const { quotes, open, pass, heard, clock } = openCase({ snapshots: snapshots.read });
    quotes.subscribe(PUT);
    const socket = await open();
    socket.say(quoteData('.UBER260320P78', [0.74, 0.76]));
    snapshots.at = () => plus(clock.now(), -300);
    expect(snapshots.asked).toBe(0);
    socket.close(1006);
    await pass(900);
    const filled = heard.at(-1) ?? raise();
    expect(filled).toMatchObject({ symbol: PUT.symbol, bid: price('0.70') });
    expect(filled.receivedAt - filled.eventAt).toBe(300);
    await pass(9_000);
    expect(snapshots.asked).toBeLessThanOrEqual(6);
    const second = await open();
    second.say(quoteData('.UBER260320P78', [0.74, 0.76]));
    const asked = snapshots.asked;
    await pass(4_000);
    expect(snapshots.asked).toBe(asked);
  });

  it('fill in for what the stream gives nothing of', async () => {
    const snapshots = snapshotsOf({ bid: price('1'), ask: price('2') });
    const { quotes, open, pass, heard } = openCase({ snapshots: snapshots.read });
    quotes.subscribe(SHARE);
    await open();
    snapshots.asked = 0;
    heard.length = 0;
    await pass(6_000);
    expect(snapshots.asked).toBeGreaterThan(0);
    expect(heard.length).toBeGreaterThan(0);
  });

  it('older than the quote at hand, or of no time, are left out', async () => {
    const snapshots = snapshotsOf({ bid: price('1'), ask: price('2') });
    const { quotes, open, pass, heard, clock } = openCase({ snapshots: snapshots.read });
    quotes.subscribe(SHARE);
    const socket = await open();
    socket.say(quoteData('UBER', [3, 4]));
    const before = heard.length;
    const times = [plus(clock.now(), -60_000), null];
    snapshots.at = () => times.shift() ?? null;
    socket.close(1006);
    await pass(10_000);
    expect(snapshots.asked).toBeGreaterThan(2);
    expect(heard).toHaveLength(before);
  });

  it('that fail are asked for ever more seldom, one at a time', async () => {
    let asked = 0;
    const { quotes, pass } = openCase({
      async snapshots() {
        asked += 1;
        return err({ kind: 'unreachable', detail: '502' });
      },
    });
    quotes.subscribe(SHARE);
    await pass(600_000);
    expect(asked).toBeGreaterThan(15);
    expect(asked).toBeLessThan(30);
    expect(quotes.health().snapshots).toEqual({ asked, failed: asked });
  });

  it('that never answer hold up nothing, and are not piled up', async () => {
    let asked = 0;
    const { quotes, open, heard, pass } = openCase({
      snapshots() {
        asked += 1;
        return new Promise(() => {});
      },
    });
    quotes.subscribe(SHARE);
    await pass(10_000);
    (await open()).say(quoteData('UBER', [1, 2]));
    expect([asked, heard.length]).toEqual([1, 1]);
  });

  it('ask for at most a hundred at once, those that wait longest first', async () => {
    const groups: number[] = [];
    const { quotes, pass } = openCase({
      async snapshots(instruments) {
        groups.push(instruments.length);
        return ok([]);
      },
    });
    for (let at = 0; at < 250; at += 1) {
      quotes.subscribe({ ...SHARE, symbol: asInstrumentSymbol(`S${at}`) });
    }
    await pass(5_000);
    expect(Math.max(...groups)).toBe(100);
  });

  it('say when an instrument is halted', async () => {
    const snapshots = snapshotsOf({ bid: price('1'), ask: price('2'), isHalted: true });
    const { quotes, pass, heard } = openCase({ snapshots: snapshots.read });
    quotes.subscribe(SHARE);
    await pass(1_000);
    expect(heard[0]?.halted).toBe(true);
  });
});
