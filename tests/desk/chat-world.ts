/** A world whose desk stands in chat rooms: the production chat side around a service in memory. */

import type { z } from 'zod';
import type { ChatMessage, Permission } from '#alerts/model.ts';
import type { AlertSettings, AlertSettingsSchema } from '#alerts/settings.ts';
import { Askers } from '#app/chat/askers.ts';
import { type Chat, createChat } from '#app/chat/chat.ts';
import { createDeskControl } from '#app/desk-control.ts';
import { isDeskEntry } from '#app/desk-entry.ts';
import { createDeskReaders, type DeskReaders, tellReaders } from '#app/desk-readers.ts';
import { readAlert } from '#app/reader.ts';
import type { TradeId } from '#kernel/ids.ts';
import { ALERTS, CONTROL, FakeChat, FakeService, ORDERS, type Speaking } from './fake-chat.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

export const UBER = 'UBER  261204P00078000';
export const BTO = 'BTO 4 UBER 78p 12/04 @ 0.75';

const ASSETS = ['option', 'equity', 'future'] as const;
const may = (...permissions: Permission[]) => ({ permissions });

/** 1 alerts · 2 trades · 3 operates · 4 is admin · 5 does everything · 9 is nobody. */
const LISTS: z.input<typeof AlertSettingsSchema> = {
  people: {
    'discord:1': may('alert'),
    'discord:2': may('trade'),
    'discord:3': may('operate'),
    'discord:4': may('admin'),
    'discord:5': may('alert', 'trade', 'operate', 'admin'),
  },
  roles: { 'discord:77': may('alert') },
  channels: {
    [`discord:${ALERTS}`]: { purpose: 'alerts', parser: { assets: [...ASSETS] } },
    [`discord:${ORDERS}`]: { purpose: 'commands', parser: { assets: [...ASSETS] } },
    [`discord:${CONTROL}`]: { purpose: 'control' },
  },
};

export interface ChatWorldOptions extends WorldOptions {
  readonly confirmOrders?: 'real' | 'always';
  readonly tradeUrl?: (id: TradeId) => string;
}

interface Running {
  readonly chat: Chat;
  readonly fake: FakeChat;
  readonly readers: DeskReaders;
}

export class ChatWorld {
  readonly world: World;
  readonly service: FakeService;
  readonly #options: ChatWorldOptions;
  readonly #configured: AlertSettings;
  #running: Running;

  constructor(world: World, options: ChatWorldOptions) {
    this.world = world;
    this.#options = options;
    this.#configured = world.settings.alerts;
    this.service = new FakeService(world.clock);
    this.#running = this.#open();
    const inForce = () => this.#running.readers.chat.allowList.settings();
    Object.defineProperty(world.settings, 'alerts', { get: inForce });
  }

  get fake(): FakeChat {
    return this.#running.fake;
  }

  get readers(): DeskReaders {
    return this.#running.readers;
  }

  /** The process dies and another starts on what was on disk. */
  async crash(): Promise<void> {
    this.world.kill();
    await this.world.reopen(() => {
      this.#running = this.#open();
    });
    await this.world.run(1_000);
  }

  /** Says it as somebody and lets the desk act on it. */
  async say(text: string, speaking: Speaking = {}, ms = 2_000): Promise<ChatMessage> {
    const { message, received } = this.fake.say(text, speaking);
    await this.world.during(Promise.resolve(received));
    await this.world.run(ms);
    return message;
  }

  /** A slash command; what its giver is told in the end. */
  async give(line: string, by: string, channelId = ORDERS, id?: string): Promise<string> {
    const before = this.fake.responses.length;
    this.fake.invoke(line, by, channelId, id);
    await this.world.run(2_500);
    return this.fake.responses.slice(before).at(-1)?.text ?? '';
  }

  async press(button: string, by: string, id?: string, channelId = CONTROL): Promise<string> {
    const before = this.fake.responses.length;
    this.fake.press(button, by, id, channelId);
    await this.world.run(2_500);
    return this.fake.responses.slice(before).at(-1)?.text ?? '';
  }

  /** Texts of a channel's posts as they stand now. */
  texts(channelId: string): readonly string[] {
    return this.service.in(channelId).map(({ text }) => text);
  }

  /** Ids of the buttons under the newest post of a channel. */
  buttons(channelId: string): readonly string[] {
    return (
      this.service
        .in(channelId)
        .at(-1)
        ?.buttons.map(({ id }) => id) ?? []
    );
  }

  #open(): Running {
    const { world } = this;
    const { process, desk, lane, journal } = world;
    const { clock } = process;
    const { confirmOrders = 'real', environment = 'simulated', tradeUrl } = this.#options;
    const readers = createDeskReaders({
      ...{ clock, journal: () => journal, alerts: this.#configured },
      ...(tradeUrl !== undefined && { tradeUrl }),
    });
    for (const entry of journal.read()) {
      if (isDeskEntry(entry) && entry.seq <= journal.health().durableSeq) {
        tellReaders(readers, entry);
      }
    }
    const askers = new Askers();
    const fake = new FakeChat(this.service, clock);
    const risk = world.settings.risk;
    let codes = 0;
    const chat = createChat({
      ...{ desk, lane, askers, environment, confirmOrders, clock, read: readAlert },
      control: createDeskControl({
        ...{ desk, lane, risk, environment, newId: () => this.service.newId() },
        roleOf: (actor) => askers.roleOf(actor),
        haltFile: { isThere: () => false },
      }),
      arming: {
        state: () => ({
          ...{ state: 'not_needed', account: null, until: null },
          ...{ certificate: null, certificateFault: null },
        }),
      },
      feed: readers.view,
      instruments: world.market,
      venue: null,
      memory: readers.chat,
      outbox: readers.outbox,
      platforms: [fake],
      reload: async () => ({ kind: 'refused', code: 'not_available', detail: 'no file here' }),
      room: null,
      newCode: () => `code${(codes += 1)}`,
      symbols: ['SPY'],
    });
    journal.onDurable((entry) => {
      if (!isDeskEntry(entry)) return;
      tellReaders(readers, entry);
      chat.recorded(entry);
    });
    void chat.start();
    return { chat, fake, readers };
  }
}

export async function openChatWorld(options: ChatWorldOptions = {}): Promise<ChatWorld> {
  const world = await openWorld({ ...options, alerts: { ...LISTS, ...options.alerts } });
  world.pin(UBER, '0.70', '0.85');
  const chat = new ChatWorld(world, options);
  await world.run(200);
  return chat;
}
