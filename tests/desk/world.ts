/**
 * A whole desk under a virtual clock: the production modules on the simulated market and broker,
 * a record that survives `crash`, in memory unless a test keeps it elsewhere, and a local chat.
 *
 * Orders fill when the market meets them or a plan says so, never by chance. Every world opened in
 * a test is held to the invariants at its end (`holdInvariants`).
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { z } from 'zod';
import type { MemoryJournal } from '#adapters/memory/journal.ts';
import type { SimulatedBrokerOptions } from '#adapters/simulated/broker-settings.ts';
import { createSimulatedMarket, type SimulatedMarket } from '#adapters/simulated/market.ts';
import type { Author, ChatMessage } from '#alerts/model.ts';
import { type AlertSettings, AlertSettingsSchema } from '#alerts/settings.ts';
import type { AlertLane } from '#app/lane/alert-lane.ts';
import { readAlert } from '#app/reader.ts';
import {
  composeTradingDesk,
  createRecollection,
  recall,
  type TradingDesk,
} from '#app/trading-desk.ts';
import type { Recorded } from '#events/record.ts';
import { JournalUnwritable } from '#journal/ports.ts';
import { date } from '#kernel/calendar.ts';
import { type MessageKey, messageKey, type TradeId } from '#kernel/ids.ts';
import { invariant } from '#kernel/invariant.ts';
import { price } from '#kernel/price.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import { createVirtualClock, type VirtualClock } from '#kernel/virtual-clock.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { newYorkInstant } from '#market/session.ts';
import type { AlertAnswer } from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';
import type { DeskRecord, Trade } from '#orders/model.ts';
import { type OrdersSettings, OrdersSettingsSchema } from '#orders/settings.ts';
import type { Environment } from '#risk/model.ts';
import { type RiskSettings, RiskSettingsSchema } from '#risk/settings.ts';
import { keepInMemory, type RecordKeeping } from './keeping.ts';
import { type Process, startProcess } from './process.ts';
import {
  type OpenWorldVenue,
  openChosenVenue,
  type WorldBroker,
  type WorldVenue,
} from './world-venue.ts';

/** The body of each kind of record. */
type Bodies = { [R in DeskRecord as R['kind']]: R['body'] };

export interface WorldOptions {
  /** In memory when absent. */
  readonly keeping?: RecordKeeping;
  readonly start?: EpochMs;
  readonly seed?: number;
  readonly broker?: Partial<SimulatedBrokerOptions>;
  readonly risk?: z.input<typeof RiskSettingsSchema>;
  readonly orders?: z.input<typeof OrdersSettingsSchema>;
  readonly alerts?: Partial<z.input<typeof AlertSettingsSchema>>;
  readonly dryRun?: boolean;
  readonly environment?: Environment;
  /** Where orders go; by choice of whoever runs the tests when absent. */
  readonly venue?: OpenWorldVenue;
}

/** A Thursday, ten in the morning in New York. */
const MORNING = newYorkInstant(date('2026-11-19'), '10:00');
const AUTHOR = 'local:ann';
const ROOM = 'local:room';
const PEOPLE_AND_ROOMS = {
  people: {
    [AUTHOR]: { permissions: ['alert'] },
    'local:bob': { permissions: ['alert'] },
    'local:eve': { permissions: ['operate'] },
  },
  channels: {
    [ROOM]: { purpose: 'alerts', parser: { assets: ['option', 'equity', 'future'] } },
    'local:other': { purpose: 'alerts' },
    'local:paper': { purpose: 'alerts', dryRun: true },
    'local:ops': { purpose: 'control' },
  },
} as const;

export interface Saying {
  readonly id?: string;
  readonly author?: string;
  readonly authorKind?: Author['kind'];
  readonly displayName?: string;
  readonly channel?: string;
  readonly dryRun?: boolean;
  readonly postedAt?: EpochMs;
  readonly relation?: ChatMessage['relation'];
}

/** What there is once per run of the desk. */
interface Running extends TradingDesk {
  readonly journal: MemoryJournal;
  readonly process: Process;
}

interface WorldSettings {
  readonly alerts: AlertSettings;
  readonly risk: RiskSettings;
  readonly orders: OrdersSettings;
}

/** What a killed process was waiting for never comes; everything else is a failure. */
function unlessDead(error: unknown): void {
  if (!(error instanceof JournalUnwritable)) throw error;
}

/** Those opened since they were last taken, for whoever judges them at the end of a test. */
const opened: World[] = [];

export class World {
  readonly clock: VirtualClock;
  readonly market: SimulatedMarket;
  readonly broker: WorldBroker;
  readonly settings: WorldSettings;
  readonly messages: ChatMessage[] = [];
  /** Invariants this test breaks on purpose, each with the reason. */
  readonly excused = new Map<string, string>();
  readonly #options: WorldOptions;
  readonly #keeping: RecordKeeping;
  readonly #venue: WorldVenue;
  #running: Running | null = null;
  #runs = 0;
  #said = 0;
  #diedAt: number | null = null;

  constructor(options: WorldOptions = {}) {
    this.#options = options;
    this.#keeping = options.keeping ?? keepInMemory();
    const { start = MORNING, seed = 1, risk = {}, orders = {}, alerts = {} } = options;
    this.settings = {
      alerts: AlertSettingsSchema.parse({ ...PEOPLE_AND_ROOMS, ...alerts }),
      risk: RiskSettingsSchema.parse(risk),
      orders: OrdersSettingsSchema.parse(orders),
    };
    this.clock = createVirtualClock(start);
    this.market = createSimulatedMarket({ clock: this.clock, seed });
    const { broker = {}, venue = openChosenVenue } = options;
    this.#venue = venue({ clock: this.clock, market: this.market, seed, broker });
    this.broker = this.#venue.broker;
  }

  get journal(): MemoryJournal {
    return this.#now.journal;
  }

  get process(): Process {
    return this.#now.process;
  }

  get desk(): Desk {
    return this.#now.desk;
  }

  get lane(): AlertLane {
    return this.#now.lane;
  }

  /** Starts the desk and lets it reconcile. */
  async open(): Promise<this> {
    this.#running = await this.#makeDesk(0);
    this.desk.start();
    await this.run(200);
    return this;
  }

  /** The process dies and another starts on what was on disk. */
  async crash(): Promise<void> {
    this.kill();
    await this.reopen();
  }

  /** The process dies: nothing of it acts any more, and what was not on disk never was. */
  kill(): void {
    this.process.kill();
    this.journal.breakDown('killed');
  }

  /** Stops the desk and starts it again at that time, as over a night. */
  async closeUntil(instant: EpochMs): Promise<void> {
    await this.during(this.desk.stop('over night'));
    this.process.kill();
    await this.run(instant - this.clock.now());
    await this.reopen();
  }

  /**
   * The process dies the moment the first such record is on disk: nothing it led to is sent. What
   * was written together with it and after it is cut off.
   */
  dieOnce(matches: (record: Recorded<DeskRecord>) => boolean): void {
    this.journal.onDurable((record) => {
      if (!this.hasDied && matches(record as Recorded<DeskRecord>)) this.die(record.seq);
    });
  }

  /** The process dies now; of its records the first `kept` are left. */
  die(kept = this.journal.health().durableSeq): void {
    this.#diedAt = kept;
    this.kill();
  }

  get hasDied(): boolean {
    return this.#diedAt !== null;
  }

  /** Stops the desk as an operator would, and starts it again. */
  async restart(): Promise<void> {
    await this.during(this.desk.stop('restart'));
    this.process.kill();
    await this.reopen();
  }

  /** Starts a process on what the last one left on disk; `onOpened` may meddle before it runs. */
  async reopen(onOpened: () => void = () => undefined): Promise<void> {
    const kept = this.#diedAt ?? Infinity;
    this.#diedAt = null;
    this.#running = await this.#makeDesk(kept);
    onOpened();
    this.desk.start();
    void this.lane.resume().catch(unlessDead);
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
    this.clock.advance(Math.max(0, until - this.clock.mono()));
    await turn();
  }

  /** Lets time pass until the promise is settled, for a minute at most. */
  async during<T>(work: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = (): void => {
      isSettled = true;
    };
    void work.then(settle, settle);
    await this.run(0);
    for (let waited = 0; !isSettled && waited < 6_000; waited += 1) await this.run(10);
    invariant(isSettled, 'what is waited for comes within a minute');
    return work;
  }

  /** One message, decided: time passes until it is. */
  async say(text: string, saying: Saying = {}): Promise<AlertAnswer> {
    // What was pinned just now has arrived everywhere.
    await this.run(0);
    return this.during(this.lane.receive(this.message(text, saying)));
  }

  /** One message, whose decision nobody waits for: the process may die over it. */
  tell(text: string, saying: Saying = {}): MessageKey {
    const message = this.message(text, saying);
    void this.lane.receive(message).catch(unlessDead);
    return message.key;
  }

  /** The same message once more, as a platform may deliver it. */
  redeliver(key: MessageKey): Promise<AlertAnswer> {
    return this.during(this.lane.receive(this.#again(key)));
  }

  /** The same, without waiting for what comes of it. */
  tellAgain(key: MessageKey): void {
    void this.lane.receive(this.#again(key)).catch(unlessDead);
  }

  #again(key: MessageKey): ChatMessage {
    const message = this.messages.find((other) => other.key === key);
    invariant(message !== undefined, `${key} was said before`);
    return { ...message, receivedAt: this.clock.now() };
  }

  message(text: string, saying: Saying = {}): ChatMessage {
    this.#said += 1;
    const { id = `m${this.#said}`, author = AUTHOR, channel = ROOM } = saying;
    const [channelId, authorId] = [channel.slice(6), author.slice(6)];
    const kind = saying.authorKind ?? 'person';
    const message: ChatMessage = {
      key: messageKey('local', channelId, id),
      platform: 'local',
      channelId,
      messageId: id,
      author: { id: authorId, kind, displayName: saying.displayName ?? authorId, roleIds: [] },
      text,
      postedAt: saying.postedAt ?? this.clock.now(),
      receivedAt: this.clock.now(),
      relation: saying.relation ?? 'initial',
      dryRun: saying.dryRun ?? false,
    };
    this.messages.push(message);
    return message;
  }

  /** Fixes the market of one instrument from now on. */
  pin(symbol: string, bid: string, ask: string, size = 20): void {
    const sides = { bid: price(bid), ask: price(ask), bidSize: size, askSize: size };
    this.market.pin(asInstrumentSymbol(symbol), sides);
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

  /** Bodies of one kind of record, in order. */
  bodies<K extends keyof Bodies>(kind: K): readonly Bodies[K][] {
    const isOfKind = (record: { kind: string }): record is { kind: K; body: Bodies[K] } =>
      record.kind === kind;
    const records: readonly { kind: string }[] = this.records();
    return records.filter(isOfKind).map(({ body }) => body);
  }

  /** This test breaks an invariant on purpose. */
  excuse(invariantId: string, why: string): void {
    this.excused.set(invariantId, why);
  }

  /** Time since the start, in milliseconds. */
  get elapsed(): number {
    return this.clock.mono();
  }

  at(ms: number): EpochMs {
    return plus(this.#options.start ?? MORNING, ms);
  }

  get #now(): Running {
    invariant(this.#running !== null, 'the world has been opened');
    return this.#running;
  }

  async #makeDesk(kept: number): Promise<Running> {
    this.#runs += 1;
    const { clock } = this;
    const connected = this.#venue.connect();
    const process = startProcess({ clock, ...connected, onKill: () => connected.end() });
    const run = `r${this.#runs}`;
    const { journal, after } = await this.#keeping.open({ clock, run, kept });
    const recollection = createRecollection();
    for (const record of after) recall(recollection, record);
    const { settings } = this;
    const made = composeTradingDesk({
      journal,
      broker: process.broker,
      quotes: process.quotes,
      instruments: connected.instruments,
      clock: process.clock,
      settings: {
        ...settings,
        get alerts() {
          return settings.alerts;
        },
        environment: this.#options.environment ?? 'simulated',
        dryRun: this.#options.dryRun ?? false,
      },
      recollection,
      epoch: this.#runs,
      version: 'test',
      read: readAlert,
    });
    connected.start(made.desk);
    return { ...made, journal, process };
  }
}

export function openWorld(options: WorldOptions = {}): Promise<World> {
  const world = new World(options);
  opened.push(world);
  return world.open();
}

/** The worlds opened since this was last asked. */
export function takeOpened(): readonly World[] {
  return opened.splice(0);
}
