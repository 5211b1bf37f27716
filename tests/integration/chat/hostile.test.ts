/** The running desk among strangers: nothing of it all becomes an order. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '#kernel/random.ts';
import { hostilities } from '../discord/strangers.ts';
import { hostile } from '../slack/crowd.ts';
import { type Composed, until, withDesk, withSlackDesk } from './composed.ts';

const MESSAGES = 10_000;

function received({ bodies }: Composed): readonly string[] {
  return bodies('message.received').map(({ message }) => message.messageId);
}

describe(`${MESSAGES} hostile messages to the running desk`, () => {
  it(
    'on Discord are no order, and the alert among them is one',
    () =>
      withDesk(async ({ service, desk }) => {
        const random = createRandom('a hostile room');
        const ways = hostilities(service, random);
        const heardAll = async (text: string): Promise<void> => {
          const id = await service.say(text);
          await until(() => received(desk).includes(id));
        };
        await heardAll('good morning');
        for (let n = 0; n < MESSAGES; n += 1) {
          (ways[n % ways.length] ?? random.pick(ways)).send();
          if (n % 500 === 499) await heardAll('still there?');
        }
        expect(desk.bodies('trade.opened')).toEqual([]);
        expect(desk.bodies('order.intended')).toEqual([]);
        expect(received(desk).length).toBeGreaterThan(MESSAGES / 2);
        expect(service.shown().filter(({ text }) => text.includes('Entry:'))).toEqual([]);
        await heardAll(await desk.alert());
        await until(() => desk.bodies('trade.opened').length === 1);
        await until(() => service.shown().some(({ text }) => text.includes('Entry:')));
      }),
    120_000,
  );

  it(
    'on Slack are no order, and the alert among them is one',
    () =>
      withSlackDesk(async ({ service, rooms, desk }) => {
        const slack = service.standIn;
        const random = createRandom('a hostile workspace');
        const stage = {
          ...{ channel: rooms.channel, talk: rooms.control, trader: rooms.trader },
          elsewhere: slack.world.addChannel('elsewhere').id,
          stranger: slack.world.addPerson('Mara'),
        };
        const by = { channelId: rooms.channel, user: rooms.trader };
        const heardAll = async (text: string): Promise<void> => {
          const { ts } = slack.world.post({ ...by, text });
          await until(() => received(desk).includes(ts));
        };
        await heardAll('good morning');
        for (let n = 0; n < MESSAGES; n += 1) {
          const { ts, channelId } = slack.world.post(hostile(random, stage));
          if (random.chance(0.02)) slack.world.change(channelId, ts, rooms.trader, { text: 'BTO' });
          if (random.chance(0.02)) slack.socket.repeatLast();
          if (n % 500 === 499) await heardAll('still there?');
        }
        expect(desk.bodies('trade.opened')).toEqual([]);
        expect(desk.bodies('order.intended')).toEqual([]);
        await heardAll(await desk.alert());
        await until(() => desk.bodies('trade.opened').length === 1);
        await until(() => slack.world.ours().some(({ text }) => text.includes('Entry:')));
      }),
    120_000,
  );
});
