import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FRAME_SIZE,
  type FrameSize,
  halved,
  nextFrame,
  type Subscription,
} from '#adapters/tastytrade/streams/subscription-frames.ts';
import { Subscriptions } from '#adapters/tastytrade/streams/subscriptions.ts';

function quoteOf(symbol: string): Subscription {
  return { type: 'Quote', symbol };
}

/** Sends one frame to a feed that knows `told`; how it reads, or `null` when there is none. */
function sendOne(subscriptions: Subscriptions, told: Set<string>, size: FrameSize): string | null {
  const change = subscriptions.next(size);
  if (change.kind === 'nothing') return null;
  const symbols = change.entries.map(({ symbol }) => symbol);
  for (const symbol of symbols) {
    if (change.kind === 'add') told.add(symbol);
    else told.delete(symbol);
  }
  return `${change.kind} ${symbols.join(' ')}`;
}

/** Sends what there is to send; the frames. */
function flush(subscriptions: Subscriptions, told = new Set<string>(), size = FRAME_SIZE) {
  const frames: string[] = [];
  let frame = sendOne(subscriptions, told, size);
  while (frame !== null) {
    frames.push(frame);
    frame = sendOne(subscriptions, told, size);
  }
  return frames;
}

describe('subscriptions', () => {
  it('tell a burst in one frame, and nothing of what was changed back meanwhile', () => {
    const subscriptions = new Subscriptions();
    for (const symbol of ['A', 'B', 'C']) subscriptions.add(quoteOf(symbol));
    subscriptions.remove(quoteOf('B'));
    subscriptions.add(quoteOf('A'));
    expect(flush(subscriptions)).toEqual(['add A C']);
    expect(flush(subscriptions)).toEqual([]);
  });

  it('end one before they start it again, when it is asked for anew', () => {
    const subscriptions = new Subscriptions();
    subscriptions.add(quoteOf('A'));
    flush(subscriptions);
    subscriptions.renew(quoteOf('A'));
    expect(flush(subscriptions)).toEqual(['remove A', 'add A']);
  });

  it('renew nothing that is not subscribed, or not told yet', () => {
    const subscriptions = new Subscriptions();
    subscriptions.renew(quoteOf('A'));
    expect(flush(subscriptions)).toEqual([]);
    subscriptions.add(quoteOf('A'));
    subscriptions.renew(quoteOf('A'));
    expect(flush(subscriptions)).toEqual(['add A']);
    expect(flush(subscriptions)).toEqual([]);
  });

  it('tell a new connection everything that is still wanted', () => {
    const subscriptions = new Subscriptions();
    for (const symbol of ['A', 'B']) subscriptions.add(quoteOf(symbol));
    flush(subscriptions);
    subscriptions.remove(quoteOf('A'));
    subscriptions.forgetTold();
    expect(flush(subscriptions)).toEqual(['add B']);
  });

  it('leave the feed knowing what is wanted, after whatever was asked in whatever order', () => {
    const act = fc.tuple(
      fc.constantFrom('add', 'remove', 'renew', 'flush', 'one', 'reconnect'),
      fc.constantFrom('A', 'B', 'C', 'D'),
    );
    fc.assert(
      fc.property(
        fc.array(act, { maxLength: 40 }),
        fc.integer({ min: 1, max: 3 }),
        (acts, most) => {
          const size = { symbols: most, bytes: 8_000 };
          const subscriptions = new Subscriptions();
          const wanted = new Set<string>();
          const told = new Set<string>();
          for (const [name, symbol] of acts) {
            if (name === 'add') wanted.add(symbol);
            if (name === 'remove') wanted.delete(symbol);
            if (name === 'add' || name === 'remove' || name === 'renew') {
              subscriptions[name](quoteOf(symbol));
            }
            if (name === 'flush') flush(subscriptions, told, size);
            if (name === 'one') sendOne(subscriptions, told, size);
            if (name === 'reconnect') {
              told.clear();
              subscriptions.forgetTold();
            }
          }
          flush(subscriptions, told, size);
          expect([...told].toSorted()).toEqual([...wanted].toSorted());
        },
      ),
    );
  });
});

describe('a frame of subscriptions', () => {
  it('holds at most 250 symbols', () => {
    const many = Array.from({ length: 2_000 }, (_, at) => quoteOf(`S${at}`));
    expect(nextFrame(many, { symbols: 250, bytes: 1e9 })).toHaveLength(250);
  });

  it('stays below 8 KB as it is sent, with long symbols too', () => {
    const many = Array.from({ length: 500 }, (_, at) => quoteOf(`./E3AN23C5600.${at}:XCME`));
    const entries = nextFrame(many, FRAME_SIZE);
    const frame = { type: 'FEED_SUBSCRIPTION', channel: 1, remove: entries };
    expect(Buffer.byteLength(JSON.stringify(frame))).toBeLessThan(8_192);
    expect(entries.length).toBeGreaterThan(100);
  });

  it('holds one entry however long it is, and never none', () => {
    expect(nextFrame([quoteOf('X'.repeat(20_000)), quoteOf('A')], FRAME_SIZE)).toHaveLength(1);
  });

  it('is half as large after the venue found it too big, down to one symbol', () => {
    let size = FRAME_SIZE;
    for (let time = 0; time < 20; time += 1) size = halved(size);
    expect(size).toEqual({ symbols: 1, bytes: 200 });
    expect(nextFrame([quoteOf('A'), quoteOf('B')], size)).toHaveLength(1);
  });
});
