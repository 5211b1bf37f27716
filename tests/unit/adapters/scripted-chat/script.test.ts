import { setImmediate as settled } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { LocalRoom } from '#adapters/local-chat/room.ts';
import { FLOOR, SWINGS } from '#adapters/scripted-chat/cast.ts';
import * as orders from '#adapters/scripted-chat/orders-talk.ts';
import { createScript } from '#adapters/scripted-chat/player.ts';
import * as talk from '#adapters/scripted-chat/small-talk.ts';
import { type Pick, pickOption, type Stage } from '#adapters/scripted-chat/stage.ts';
import { createSimulatedMarket } from '#adapters/simulated/market.ts';
import type { ChatMessage } from '#alerts/model.ts';
import { WIDE_PARSE_POLICY } from '#alerts/parser/settings.ts';
import { readAlert } from '#app/reader.ts';
import { date } from '#kernel/calendar.ts';
import { formatPrice } from '#kernel/price.ts';
import { createRandom } from '#kernel/random.ts';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';

const START = epochMs(Date.parse('2025-12-02T15:30:00Z'));
const TODAY = date('2025-12-02');
const SYMBOLS = ['SPY', 'UBER', 'BAC', 'SOFI', 'AMD', 'F'];

function stageAt() {
  const clock = createVirtualClock(START);
  const market = createSimulatedMarket({ clock, seed: 1 });
  const stage: Stage = {
    instruments: market,
    symbols: SYMBOLS,
    quoteNow: (instrument) => market.quoteNow(instrument),
    now: () => clock.now(),
  };
  return { clock, stage };
}

it('has nothing to talk about at a venue that names no underlyings', async () => {
  const { stage } = stageAt();
  const nothing = { ...stage, symbols: [] };
  expect(await pickOption(nothing, createRandom(1), { daysMin: 2, daysMax: 40 })).toBeNull();
});

/** What is said in that much time. */
async function listen(seed: number, ms: number): Promise<readonly ChatMessage[]> {
  const { clock, stage } = stageAt();
  let count = 0;
  const room = new LocalRoom({
    clock,
    channelIds: [FLOOR, SWINGS],
    newId() {
      count += 1;
      return `m${count}`;
    },
  });
  await room.start();
  const heard: ChatMessage[] = [];
  room.onMessage((message) => {
    heard.push(message);
  });
  const script = createScript({
    clock,
    random: createRandom(seed),
    stage,
    firstAfterMs: 2_500,
    everyMs: 5_000,
    say: (said) => room.say(said),
  });
  script.start();
  for (let passed = 0; passed < ms; passed += 250) {
    clock.advance(250);
    // Looking up a contract is asynchronous and takes a few turns.
    await settled();
  }
  script.stop();
  return heard;
}

const read = (text: string) => readAlert(text, TODAY, WIDE_PARSE_POLICY, 'local');

describe('the script', () => {
  let hour: readonly ChatMessage[] = [];
  beforeAll(async () => {
    hour = await listen(1, 3_600_000);
  });

  it('opens within three seconds with a plain order', () => {
    expect((hour[0]?.postedAt ?? 0) - START).toBeLessThanOrEqual(3_000);
    expect(hour[0]?.text).toMatch(/^Alert: BTO /);
  });

  it('goes on for ever, at the pace asked for first and calmer later', () => {
    const inFirst = hour.filter(({ postedAt }) => postedAt < START + 300_000).length;
    expect(inFirst).toBeGreaterThan(45);
    expect(hour.at(-1)?.postedAt).toBeGreaterThan(START + 3_550_000);
  });

  it('is orders for about one message in four, and lets no two laps be alike', () => {
    const opening = hour.filter(
      ({ text, relation }) => relation === 'initial' && read(text).verdict === 'order',
    );
    expect(opening.length / hour.length).toBeGreaterThan(0.2);
    expect(opening.length / hour.length).toBeLessThan(0.42);
    expect(new Set(hour.map(({ text }) => text)).size).toBeGreaterThan(hour.length * 0.6);
  });

  it('holds every trick intake must meet', () => {
    const kinds = new Set(hour.map(({ author }) => author.kind));
    expect([...kinds].toSorted()).toEqual(['bot', 'person', 'webhook']);
    const relations = new Set(hour.map(({ relation }) => relation));
    for (const relation of ['initial', 'edit', 'reply', 'forward']) {
      expect(relations).toContain(relation);
    }
    const redelivered = hour.length - new Set(hour.map(({ key }) => key)).size;
    expect(redelivered).toBeGreaterThan(1);
    const impostors = hour.filter(({ author }) => author.displayName === 'Mara');
    expect(new Set(impostors.map(({ author }) => author.id)).size).toBe(2);
  });

  it('closes what its traders opened, by the same author', () => {
    const exits = hour.filter(({ text }) => text.startsWith('STC '));
    expect(exits.length).toBeGreaterThan(10);
    const unopened = exits.filter((exit) => {
      const [, symbol = ''] = /^STC (\w+)/.exec(exit.text) ?? [];
      return !hour
        .slice(0, hour.indexOf(exit))
        .some(
          ({ author, text }) => author.id === exit.author.id && text.toUpperCase().includes(symbol),
        );
    });
    expect(unopened).toEqual([]);
  });

  it('is the same for the same seed and another for another', async () => {
    const texts = async (seed: number) => (await listen(seed, 120_000)).map(({ text }) => text);
    expect(await texts(7)).toEqual(await texts(7));
    expect(await texts(7)).not.toEqual(await texts(8));
  });
});

describe('what the script says', () => {
  let picks: readonly Pick[] = [];
  beforeAll(async () => {
    const { stage } = stageAt();
    const random = createRandom(3);
    const found: Pick[] = [];
    for (let n = 0; n < 40; n += 1) {
      const pick = await pickOption(stage, random, { daysMin: 1, daysMax: 40 });
      if (pick !== null) found.push(pick);
    }
    picks = found;
  });

  it('is about contracts that exist, near the money, at a price they have', () => {
    expect(picks.length).toBeGreaterThan(30);
    expect(new Set(picks.map(({ symbol }) => symbol)).size).toBeGreaterThan(3);
    for (const { quote } of picks) expect(quote.bid > 0n && quote.bid < quote.ask).toBe(true);
  });

  it.each(orders.ENTRIES.map((write, form) => ({ write, form })))(
    'is read as the entry it is, in form $form',
    ({ write }) => {
      for (const pick of picks) {
        const text = write(pick, 3);
        const { alert, code } = read(text);
        expect({ text, code, ...alert }).toMatchObject({
          action: 'BTO',
          asset: 'option',
          symbol: pick.symbol,
          right: pick.right,
          expiry: pick.expiry,
        });
        expect(alert?.price === null ? null : formatPrice(alert?.price ?? pick.quote.bid)).toBe(
          pick.price,
        );
      }
    },
  );

  it('is read as the exit it is', () => {
    for (const write of [...orders.EXITS, ...orders.PART_EXITS]) {
      for (const pick of picks) {
        const text = write(pick, 1);
        const { alert, code } = read(text);
        expect({ text, code, ...alert }).toMatchObject({ action: 'STC', symbol: pick.symbol });
      }
    }
  });

  it('is never read as an order when it is none', () => {
    const random = createRandom(5);
    const small = Array.from({ length: 200 }, () => [
      talk.chatter(random),
      talk.commentary(random),
      talk.question(random),
    ]).flat();
    const lines = Object.values(talk.ABOUT_A_CONTRACT).flat();
    const about = picks.flatMap((pick) => lines.map((line) => line(pick)));
    const others = picks.flatMap((pick) =>
      [...orders.STOP_MOVES, ...orders.CONTEXT_EXITS, orders.MISDATED, orders.NO_SIDE].map(
        (write) => write(pick, 1),
      ),
    );
    const invented = [...small, ...about, ...others].filter((text) => read(text).alert !== null);
    expect(invented).toEqual([]);
  });
});
