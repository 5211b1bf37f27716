/** Of ten thousand that may not, none is let through; of a thousand that may, each once. */
import { describe, expect, it } from 'vitest';
import { createSlack } from '#adapters/slack/platform.ts';
import { SlackSettingsSchema } from '#adapters/slack/settings.ts';
import { admit } from '#alerts/admission.ts';
import { createIntakeMemory } from '#alerts/duplicates.ts';
import type { ChatMessage } from '#alerts/model.ts';
import { parseAlert } from '#alerts/parse.ts';
import { AlertSettingsSchema } from '#alerts/settings.ts';
import { createRandom } from '#kernel/random.ts';
import { Secret } from '#kernel/secret.ts';
import { createSystemClock } from '#kernel/time.ts';
import { isTradingDay, newYorkDate } from '#market/session.ts';
import type { ChatPlatform } from '#publish/ports.ts';
import { openSlackStandIn, type SlackStandIn } from '../../stand-ins/slack/stand-in.ts';
import { hostile, legitimate, type Stage } from './crowd.ts';

const HOSTILE = 10_000;
const LEGITIMATE = 1_000;
const clock = createSystemClock();

/** What a desk keeps: the messages on record, and those its intake lets through as orders. */
class Desk {
  readonly recorded = new Map<string, ChatMessage>();
  readonly orders: ChatMessage[] = [];
  #isAlive = true;
  #wake: () => void = () => undefined;
  readonly #settings;

  constructor({ channel, talk, trader }: Stage) {
    this.#settings = AlertSettingsSchema.parse({
      people: { [`slack:${trader}`]: { permissions: ['alert'] } },
      channels: {
        [`slack:${channel}`]: { purpose: 'alerts' },
        [`slack:${talk}`]: { purpose: 'commands' },
      },
    });
  }

  listen(platform: ChatPlatform): void {
    platform.onMessage(async (message) => {
      if (!this.#isAlive) throw new Error('killed');
      const isKnown = this.recorded.has(message.key) && message.relation !== 'edit';
      if (isKnown) return;
      this.recorded.set(`${message.key}${message.relation === 'edit' ? ':edit' : ''}`, message);
      if (this.#isOrder(message)) this.orders.push(message);
      this.#wake();
    });
  }

  kill(): void {
    this.#isAlive = false;
  }

  revive(): void {
    this.#isAlive = true;
  }

  last(channelId: string): string | null {
    const own = [...this.recorded.values()].filter((message) => message.channelId === channelId);
    return (
      own
        .map(({ messageId }) => messageId)
        .toSorted()
        .at(-1) ?? null
    );
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #isOrder(message: ChatMessage): boolean {
    const verdict = admit(message, this.#settings, createIntakeMemory(), clock.now());
    if (verdict.kind === 'refused') return false;
    const posted = newYorkDate(message.postedAt);
    const policy = verdict.settings.parser;
    const context = { posted, policy, isTradingDay, platform: message.platform };
    return parseAlert(message.text, context).verdict === 'order';
  }
}

interface Play {
  readonly slack: SlackStandIn;
  readonly stage: Stage;
  readonly desk: Desk;
  open(): ChatPlatform;
}

async function play(act: (play: Play) => Promise<void>): Promise<void> {
  const slack = await openSlackStandIn({ retryMs: [100, 200, 400] });
  const { world, apiUrl, appToken, botToken } = slack;
  const stage: Stage = {
    channel: world.addChannel('alerts').id,
    talk: world.addChannel('talk').id,
    elsewhere: world.addChannel('elsewhere').id,
    trader: world.addPerson('Mara'),
    stranger: world.addPerson('Mara'),
  };
  const desk = new Desk(stage);
  const opened: ChatPlatform[] = [];
  function open(): ChatPlatform {
    const platform = createSlack({
      settings: SlackSettingsSchema.parse({ apiUrl, reconnectMs: 10 }),
      appToken: new Secret(appToken),
      botToken: new Secret(botToken),
      channels: [stage.channel, stage.talk],
      clock,
      random: createRandom('crowd'),
    });
    desk.listen(platform);
    opened.push(platform);
    return platform;
  }
  try {
    await act({ slack, stage, desk, open });
  } finally {
    for (const platform of opened) await platform.stop();
    await slack.close();
  }
}

describe('a crowd on Slack', () => {
  it(`gets no order out of ${HOSTILE} hostile messages, edits and retries`, () =>
    play(async ({ slack, stage, desk, open }) => {
      const random = createRandom('hostile crowd on Slack');
      await open().start(() => null);
      for (let n = 0; n < HOSTILE; n += 1) {
        const { ts, channelId } = slack.world.post(hostile(random, stage));
        if (random.chance(0.02)) slack.world.change(channelId, ts, stage.trader, { text: 'BTO' });
        if (random.chance(0.02)) slack.socket.repeatLast();
        if (n % 500 === 0) await slack.socket.settled();
      }
      const last = slack.world.post({ channelId: stage.channel, user: stage.trader, text: 'bye' });
      await desk.until(() => [...desk.recorded.values()].some((one) => one.messageId === last.ts));
      await slack.socket.settled();
      expect(desk.orders).toEqual([]);
      expect(desk.recorded.size).toBeGreaterThan(HOSTILE / 2);
    }));

  it(`gets each of ${LEGITIMATE} orders through once, whatever breaks`, () =>
    play(async ({ slack, stage, desk, open }) => {
      const random = createRandom('traders on Slack');
      const sent: string[] = [];
      let platform = open();
      await platform.start(() => null);
      // Before anything of a channel is on record, a start has nowhere to read on from.
      slack.world.post({ channelId: stage.channel, user: stage.trader, text: 'good morning' });
      await desk.until(() => desk.recorded.size > 0);
      for (let n = 0; n < LEGITIMATE; n += 1) {
        sent.push(slack.world.post(legitimate(random, stage)).ts);
        if (random.chance(0.05)) slack.socket.repeatLast();
        if (random.chance(0.05)) slack.socket.duplicateLast();
        if (random.chance(0.01)) slack.socket.askToReconnect('warning');
        if (random.chance(0.01)) slack.socket.drop();
        if (random.chance(0.005)) {
          desk.kill();
          await platform.stop();
          desk.revive();
          platform = open();
          await platform.start((channelId) => desk.last(channelId));
        }
        if (n % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await desk.until(() => desk.orders.length >= LEGITIMATE);
      expect(desk.orders.map(({ messageId }) => messageId).toSorted()).toEqual(sent);
    }));
});
