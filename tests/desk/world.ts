/**
 * A whole desk under a virtual clock: the production modules on the simulated market and broker,
 * an in-memory journal that survives `crash`, and a local chat.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { z } from 'zod';
import { createMemoryJournal, type MemoryJournal } from '#adapters/memory/journal.ts';
import { createSimulatedBroker, type SimulatedBroker } from '#adapters/simulated/broker.ts';
import type { SimulatedBrokerOptions } from '#adapters/simulated/broker-settings.ts';
import { createSimulatedMarket, type SimulatedMarket } from '#adapters/simulated/market.ts';
import type { ChatMessage } from '#alerts/model.ts';
import { AlertSettingsSchema } from '#alerts/settings.ts';
import type { AlertLane } from '#app/lane/alert-lane.ts';
import {
  composeTradingDesk,
  createRecollection,
  recall,
  type TradingDesk,
} from '#app/trading-desk.ts';
import type { Recorded } from '#events/record.ts';
import { date } from '#kernel/calendar.ts';
import { messageKey, type TradeId } from '#kernel/ids.ts';
import { invariant } from '#kernel/invariant.ts';
import { money, price } from '#kernel/price.ts';
import { createRandom } from '#kernel/random.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import { createVirtualClock, type VirtualClock } from '#kernel/virtual-clock.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { newYorkInstant } from '#market/session.ts';
import type { AlertAnswer } from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';
import type { DeskRecord, Trade } from '#orders/model.ts';
import { OrdersSettingsSchema } from '#orders/settings.ts';
import { RiskSettingsSchema } from '#risk/settings.ts';
import { plainReading } from './plain-reader.ts';

export interface WorldOptions {
  readonly start?: EpochMs;
  readonly seed?: number;
  readonly broker?: Partial<SimulatedBrokerOptions>;
  readonly risk?: z.input<typeof RiskSettingsSchema>;
  readonly orders?: z.input<typeof OrdersSettingsSchema>;
  readonly alerts?: Partial<z.input<typeof AlertSettingsSchema>>;
  readonly dryRun?: boolean;
}

/** A Thursday, ten in the morning in New York. */
export const MORNING = newYorkInstant(date('2026-11-19'), '10:00');
const AUTHOR = 'local:ann';
const ROOM = 'local:room';
const PEOPLE_AND_ROOMS = {
  people: { [AUTHOR]: { permissions: ['alert'] }, 'local:bob': { permissions: ['alert'] } },
  channels: {
    [ROOM]: { purpose: 'alerts', parser: { assets: ['option', 'equity', 'future'] } },
    'local:other': { purpose: 'alerts' },
  },
} as const;

export interface Saying {
  readonly id?: string;
  readonly author?: string;
  readonly channel?: string;
  readonly dryRun?: boolean;
  readonly postedAt?: EpochMs;
  readonly relation?: ChatMessage['relation'];
}

export class World {
  readonly clock: VirtualClock;
  readonly market: SimulatedMarket;
  readonly broker: SimulatedBroker;
  readonly #options: WorldOptions;
  journal: MemoryJournal;
  desk: Desk;
  lane: AlertLane;
  #runs = 0;
  #said = 0;

  constructor(options: WorldOptions = {}) {
    this.#options = options;
    const { start = MORNING, seed = 1 } = options;
    this.clock = createVirtualClock(start);
    this.market = createSimulatedMarket({ clock: this.clock, seed });
    this.broker = createSimulatedBroker({
      clock: this.clock,
      random: createRandom(seed),
      quotes: this.market.openFeed(),
      isListed: (instrument) => this.market.isListed(instrument),
      marginOf: (instrument) => this.market.marginOf(instrument),
      cash: money('100000'),
      ...options.broker,
    });
    const made = this.#makeDesk([]);
    this.journal = made.journal;
    this.desk = made.desk;
    this.lane = made.lane;
  }

  /** Starts the desk and lets it reconcile. */
  async open(): Promise<this> {
    this.desk.start();
    await this.run(200);
    return this;
  }

  /** The process dies and another starts on what was on disk. */
  async crash(): Promise<void> {
    this.kill();
    await this.reopen();
  }

  /** The process dies: nothing of it acts any more. */
  kill(): void {
    this.journal.breakDown('killed');
  }

  async reopen(): Promise<void> {
    const made = this.#makeDesk([...this.journal.read()]);
    this.journal = made.journal;
    this.desk = made.desk;
    this.lane = made.lane;
    this.desk.start();
    await this.lane.resume();
    await this.run(200);
  }

  /** Lets time pass, timer by timer, with everything settled in between. */
  async run(ms: number): Promise<void> {
    const until = this.clock.mono() + ms;
    for (;;) {
      await turn();
      const due = this.clock.nextDue();
      if (due === null || due > until) break;
      this.clock.advance(Math.max(0, due - this.clock.mono()));
    }
    this.clock.advance(until - this.clock.mono());
    await turn();
  }

  /** One message, decided: time passes until it is. */
  async say(text: string, saying: Saying = {}): Promise<AlertAnswer> {
    const answer = this.lane.receive(this.message(text, saying));
    let isDecided = false;
    void answer.then(() => {
      isDecided = true;
    });
    for (let waited = 0; !isDecided && waited < 200; waited += 1) await this.run(10);
    return answer;
  }

  message(text: string, saying: Saying = {}): ChatMessage {
    this.#said += 1;
    const { id = `m${this.#said}`, author = AUTHOR, channel = ROOM } = saying;
    const [channelId, authorId] = [channel.slice(6), author.slice(6)];
    return {
      key: messageKey('local', channelId, id),
      platform: 'local',
      channelId,
      messageId: id,
      author: { id: authorId, kind: 'person', displayName: authorId, roleIds: [] },
      text,
      postedAt: saying.postedAt ?? this.clock.now(),
      receivedAt: this.clock.now(),
      relation: saying.relation ?? 'initial',
      dryRun: saying.dryRun ?? false,
    };
  }

  /** Fixes the market of one instrument from now on. */
  pin(symbol: string, bid: string, ask: string): void {
    this.market.pin(asInstrumentSymbol(symbol), {
      bid: price(bid),
      ask: price(ask),
      bidSize: 20,
      askSize: 20,
    });
  }

  trade(id: TradeId | null): Trade {
    const trade = id === null ? null : this.desk.book.trade(id);
    invariant(trade !== null, `there is a trade ${id}`);
    return trade;
  }

  records(): readonly Recorded<DeskRecord>[] {
    return [...this.journal.read()] as Recorded<DeskRecord>[];
  }

  kinds(): readonly string[] {
    return this.records().map((record) => record.kind);
  }

  /** Time since the start, in milliseconds. */
  get elapsed(): number {
    return this.clock.mono();
  }

  at(ms: number): EpochMs {
    return plus(this.#options.start ?? MORNING, ms);
  }

  #makeDesk(after: readonly Recorded[]): TradingDesk & { readonly journal: MemoryJournal } {
    this.#runs += 1;
    const { risk = {}, orders = {}, alerts = {}, dryRun = false } = this.#options;
    const settings = {
      alerts: AlertSettingsSchema.parse({ ...PEOPLE_AND_ROOMS, ...alerts }),
      risk: RiskSettingsSchema.parse(risk),
      orders: OrdersSettingsSchema.parse(orders),
      environment: 'simulated',
      dryRun,
    } as const;
    const recollection = createRecollection();
    for (const record of after) recall(recollection, record);
    const { clock, broker, market } = this;
    const journal = createMemoryJournal({ clock, run: `r${this.#runs}`, after });
    const made = composeTradingDesk({
      journal,
      broker,
      quotes: market.openFeed(),
      instruments: market,
      clock,
      settings,
      recollection,
      epoch: this.#runs,
      version: 'test',
      read: plainReading,
    });
    return { ...made, journal };
  }
}

export function openWorld(options: WorldOptions = {}): Promise<World> {
  return new World(options).open();
}
