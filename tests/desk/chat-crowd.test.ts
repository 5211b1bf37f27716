/** As many alerts as a day may trade, told twice and cut off: each is traded once. */
import { afterEach, expect, it } from 'vitest';
import type { ChatMessage } from '#alerts/model.ts';
import { createRandom } from '#kernel/random.ts';
import { openChatWorld } from './chat-world.ts';
import { ALERTS } from './fake-chat.ts';
import { holdInvariants } from './invariants.ts';

afterEach(holdInvariants);

const COUNT = 80;
const CRASHES = 8;

it(`R-06: ${COUNT} alerts are ${COUNT} trades, over ${CRASHES} crashes and with every third told again`, async () => {
  const chat = await openChatWorld({
    alerts: { duplicateWindowMs: 0, repeat: 'allow' },
    orders: { crashStartsMax: 100 },
    risk: {
      limits: {
        ...{ tradesPerDayMax: 100, tradesPerAuthorHourMax: 100 },
        ...{ openTradesMax: 20, openPerUnderlyingMax: 20, openPerInstrumentMax: 20 },
        ...{ mutationsPerMinuteMax: 50, mutationsPerSecondMax: 20, contractsMax: 1 },
        ...{ unresolvedMax: 20, unresolvedAgeMsMax: 600_000, premiumOpenMax: '30%' },
      },
      entry: { waitMs: 100, windowMs: 1_000, convert: 'never', stepsMax: 0 },
    },
  });
  const { world } = chat;
  const random = createRandom('a thousand alerts');
  const said: ChatMessage[] = [];
  for (let n = 0; n < COUNT; n += 1) {
    const { message, received } = chat.fake.say('BTO 1 UBER 78p 12/04 @ 0.70');
    received?.catch(() => undefined);
    said.push(message);
    if (n % Math.floor(COUNT / CRASHES) === 5) {
      await world.run(random.integer(0, 40));
      await chat.crash();
      await world.run(3_000);
      void chat.fake.again(message);
    }
    await world.run(random.integer(2_500, 3_000));
    if (random.chance(0.3)) void chat.fake.again(random.pick(said));
  }
  await world.run(30_000);
  const opened = world.bodies('trade.opened').map(({ plan }) => plan.message);
  expect(opened.toSorted()).toEqual(said.map(({ key }) => key).toSorted());
  expect(new Set(chat.service.in(ALERTS).map(({ inReplyTo }) => inReplyTo)).size).toBe(COUNT);
  expect(chat.service.in(ALERTS)).toHaveLength(COUNT);
}, 60_000);
