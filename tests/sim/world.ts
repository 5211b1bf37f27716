/**
 * One simulated world: the production desk on its production journal, a hostile broker, a market,
 * people who say and do things, and a process that dies and starts again.
 *
 * Everything runs on one virtual clock. Between two timers all promises settle, then the judge
 * looks.
 */
import { createSimulatedBroker, type SimulatedBroker } from '#adapters/simulated/broker.ts';
import type { ChatMessage } from '#alerts/model.ts';
import { parseAlert } from '#alerts/parse.ts';
import { reasonOf } from '#app/answer.ts';
import { isAnswered } from '#app/answered.ts';
import { PostOffice } from '#app/chat/post-office.ts';
import { createDeskControl } from '#app/desk-control.ts';
import { isDeskEntry } from '#app/desk-entry.ts';
import { Flattening } from '#app/flattening.ts';
import type { AlertLane } from '#app/lane/alert-lane.ts';
import { TRADE_RULES } from '#app/trade-rules.ts';
import { composeTradingDesk, createRecollection, recall } from '#app/trading-desk.ts';
import { createTeller } from '#audit/teller.ts';
import { openJournal } from '#journal/open.ts';
import { type Journal, JournalUnwritable } from '#journal/ports.ts';
import { money } from '#kernel/price.ts';
import { createRandom } from '#kernel/random.ts';
import { createVirtualClock, type VirtualClock } from '#kernel/virtual-clock.ts';
import type { InstrumentSymbol } from '#market/instrument.ts';
import { isTradingDay } from '#market/session.ts';
import type { DeskControl } from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';
import { Outbox } from '#publish/outbox.ts';
import { BrokerFaults } from './broker-faults.ts';
import { SimChannel } from './channel.ts';
import { type DiskEvents, SimDisk } from './disk.ts';
import { FaultBook, hashOf } from './faults.ts';
import { Judge } from './judge.ts';
import { INSTRUMENTS, isListed, SimMarket } from './market.ts';
import type { SimRequest } from './model.ts';
import { SimProcess } from './process.ts';
import type { CrashMoment, PlannedCrash } from './seed-mishaps.ts';
import { planSeed, type SeedPlan } from './seed-plan.ts';
import { type Readers, recollect, type Sound, soundOf, UNREAD } from './sound-record.ts';
import { Witness } from './witness.ts';

/** A process and what was put together in it. */
export interface Run {
  readonly process: SimProcess;
  readonly journal: Journal;
  readonly desk: Desk;
  readonly lane: AlertLane;
  readonly control: DeskControl;
  readonly stop: () => void;
}

const LAZY_MS = 10;
const EXIT_AFTER_FAULT_MS = 300;
const DOWN_MS = 200;
const WORLDS_A_READING = 8;

export class SimWorld {
  readonly request: SimRequest;
  readonly plan: SeedPlan;
  readonly clock: VirtualClock;
  readonly market: SimMarket;
  readonly broker: SimulatedBroker;
  readonly faults: FaultBook;
  readonly disk = new SimDisk();
  readonly channel: SimChannel;
  readonly witness: Witness;
  readonly judge: Judge;
  readonly messages: ChatMessage[] = [];
  /** How long a sync takes now. */
  syncMs = 0;
  /** Nobody lets a desk go on before that time, on the monotonic clock. */
  haltedUntil = 0;
  crashes = 0;
  ambiguous = 0;
  run: Run | null = null;
  #runs = 0;
  #freezeAgainAt = 0;
  /** What the last start has read: it lies on the disk unchanged. */
  #sound: Sound = UNREAD;
  /** In one world of so many every start reads all there is, as the program does. */
  readonly #readsAll: boolean;
  readonly #brokerFaults: BrokerFaults;
  readonly #armed = new Map<CrashMoment, PlannedCrash>();
  #process: SimProcess | null = null;
  #closeFeed: () => void = () => undefined;

  constructor(request: SimRequest) {
    this.request = request;
    const { seed } = request;
    this.plan = planSeed(seed, request.faults ?? 1);
    this.#readsAll = seed % WORLDS_A_READING === 0;
    this.clock = createVirtualClock(this.plan.start);
    this.witness = new Witness(() => this.clock.mono(), request.trace ?? false);
    this.faults = new FaultBook({
      seed,
      rates: this.plan.rates,
      mask: request.mask ?? new Set(),
      only: request.only ?? null,
      now: () => Math.round(this.clock.mono()),
      onFired: (fired) => this.witness.fault(fired),
    });
    this.market = new SimMarket({ clock: this.clock, seed, everyMs: this.plan.quoteEveryMs });
    const { faults, plan, clock } = this;
    const onAmbiguous = (): void => {
      this.ambiguous += 1;
    };
    const onOverdue = (cid: string): void => {
      const [, , id = '', last = ''] = cid.split('.');
      if (last.startsWith('E')) this.judge.state.overdue.add(id);
      else this.judge.state.lateSells.add(cid);
    };
    const heldOf = (symbol: InstrumentSymbol): number => this.broker.ledger.net(symbol);
    this.#brokerFaults = new BrokerFaults({ seed, plan, faults, heldOf, onAmbiguous, onOverdue });
    this.broker = createSimulatedBroker({
      clock,
      random: createRandom(seed).fork('venue'),
      quotes: this.market.openFeed(),
      isListed,
      cash: money('100000'),
      queue: { kind: 'touch' },
      latency: plan.latency,
      faults: this.#brokerFaults,
      ...plan.broker,
    });
    this.channel = new SimChannel(clock, faults);
    this.judge = new Judge(this);
  }

  /** The broker answers no question about positions for so long. */
  hidePositions(forMs: number): void {
    const { down } = this.#brokerFaults;
    down.add('positions');
    this.clock.after(forMs, () => down.delete('positions'));
  }

  /** Starts a process on what the disk holds. */
  async start(): Promise<void> {
    this.#runs += 1;
    const epoch = this.#runs;
    const feed = this.market.openFeed();
    this.#closeFeed = () => feed.close();
    const process = this.#startProcess(feed);
    const recollection = createRecollection();
    const readers = this.#createReaders();
    const from = this.#readsAll ? UNREAD : this.#sound;
    const seen = this.judge.state.records.slice(0, from.end.seq);
    recollect(from, { recollection, readers, seen });
    this.judge.knows(from.end.seq);
    const opened = await openJournal({
      disk: this.disk.open(this.#diskEvents(process)),
      clock: process.clock,
      run: `r${epoch}`,
      settings: { lazyMs: LAZY_MS, checkpointRecords: 100, checkpointMs: 60_000 },
      from: from.end,
      onRecord: (entry) => {
        if (!isDeskEntry(entry)) return;
        recall(recollection, entry);
        this.judge.reread(entry);
        readers?.outbox.take(readers.teller.tell(entry));
      },
    });
    if (opened.ok) this.#sound = soundOf(opened.value.end, recollection);
    this.#reached('starting');
    if (process.isDead) return;
    if (!opened.ok || opened.value.damage !== null) {
      this.judge.report('S14', 'the journal was found damaged after a crash');
      return;
    }
    const { journal, torn } = opened.value;
    if (torn !== null) this.witness.mark('torn tail set aside');
    this.judge.rereadAll(recollection.book);
    const { desk, lane } = composeTradingDesk({
      journal,
      broker: process.broker,
      quotes: process.quotes,
      instruments: INSTRUMENTS,
      clock: process.clock,
      settings: {
        ...this.plan.settings,
        environment: 'simulated',
        dryRun: this.plan.isDryRun,
      },
      recollection,
      epoch,
      version: 'sim',
      read: (text, posted, policy) => parseAlert(text, { posted, policy, isTradingDay }),
    });
    const channel = this.channel.of(process);
    const office =
      readers === null
        ? null
        : new PostOffice({
            desk,
            sources: [readers.outbox],
            channelOf: () => channel,
            clock: process.clock,
          });
    journal.onDurable((entry) => {
      if (!isDeskEntry(entry)) return;
      this.judge.take(entry);
      if (readers === null) return;
      readers.outbox.take(readers.teller.tell(entry));
      office?.wake();
    });
    journal.onFault(() => this.#exitSoon(process));
    const { risk } = this.plan.settings;
    const flattening = new Flattening({ desk, risk, environment: 'simulated' }, process.clock);
    const control = this.#controlOf(desk, lane);
    const stop = (): void => {
      office?.stop();
      flattening.stop();
    };
    this.run = { process, journal, desk, lane, control, stop };
    desk.start();
    flattening.watch();
    office?.wake();
    this.settle(lane.resume());
  }

  /** Nobody waits for it; what a dying process leaves is no failure, everything else is one. */
  settle(work: Promise<unknown>): void {
    work.then(
      () => undefined,
      (error: unknown) => {
        if (!(error instanceof JournalUnwritable)) this.failed(error);
      },
    );
  }

  /** The program itself failed: a defect whatever else holds. */
  failed(error: unknown): void {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.judge.report('X0', what);
  }

  /** The stream says nothing for so long, and nobody is told. */
  silence(forMs: number): void {
    this.#brokerFaults.isSilent = true;
    this.clock.after(forMs, () => {
      this.#brokerFaults.isSilent = false;
    });
  }

  /** Lists show nothing new for so long; not again at once, or absence could never be proven. */
  freezeLists(forMs: number): void {
    const now = this.clock.mono();
    if (now < this.#freezeAgainAt) return;
    this.#freezeAgainAt = now + forMs + 4_000;
    this.broker.freezeLists(forMs);
  }

  /** From its time on the process dies at the first moment of that kind. */
  arm(crash: PlannedCrash): void {
    if (crash.moment === 'now') this.#die(crash);
    else this.#armed.set(crash.moment, crash);
  }

  /** Nothing goes wrong any more, and what did has its end. */
  calm(): void {
    this.faults.isQuiet = true;
    this.#armed.clear();
    this.#brokerFaults.isSilent = false;
    this.#brokerFaults.down.clear();
    this.market.mendAll();
    this.syncMs = 0;
    this.haltedUntil = 0;
    this.disk.next = null;
  }

  /** The process dies and another starts on what was on disk. */
  kill(downMs: number, drawn = 0): void {
    const process = this.#process;
    if (process === null || process.isDead) return;
    this.judge.died(this.run);
    process.kill();
    this.#closeFeed();
    this.run?.stop();
    this.run = null;
    const { unsynced } = this.disk;
    if (unsynced > 0) this.witness.mark('unsynced bytes at a crash');
    this.disk.cutPower(Math.floor(keptOf(drawn) * (unsynced + 1)), Math.floor(drawn * 64) % 16);
    this.clock.after(downMs, () => this.settle(this.start()));
  }

  /** Stops the desk as an operator would. It is started by whoever asked. */
  async stop(): Promise<void> {
    const { run } = this;
    if (run === null) return;
    await run.desk.stop('the day is over');
    await run.journal.close();
    this.judge.died(run);
    run.stop();
    run.process.kill();
    this.#closeFeed();
    this.run = null;
  }

  #die(crash: PlannedCrash): void {
    const process = this.#process;
    if (process === null || process.isDead) return;
    if (!this.faults.happens(`crash_${crash.moment}`, crash.id)) return;
    this.crashes += 1;
    this.witness.crash(crash);
    this.judge.markCrash(this.run);
    this.kill(crash.downMs, crash.moment === 'opening' ? 0.4 * crash.drawn : crash.drawn);
  }

  #reached(moment: CrashMoment): void {
    const crash = this.#armed.get(moment);
    if (crash === undefined) return;
    this.#armed.delete(moment);
    this.#die(crash);
  }

  /** Whether a trade opens with what is being written. */
  #isOpening(): boolean {
    const journal = this.run?.journal;
    if (journal === undefined || !this.#armed.has('opening')) return false;
    const waiting = [...journal.read(journal.health().durableSeq + 1)];
    return waiting.some(({ kind }) => kind === 'trade.opened');
  }

  #startProcess(feed: ReturnType<SimMarket['openFeed']>): SimProcess {
    const process: SimProcess = new SimProcess(
      { clock: this.clock, broker: this.broker, quotes: feed },
      {
        beforeSend: (mutation) => {
          this.#reached('before_send');
          if (!process.isDead) this.judge.sending(mutation, this.run);
        },
        sent: () => this.#reached('sent'),
        beforeAnswer: () => this.#reached('before_answer'),
        answered: () => this.#reached('answered'),
      },
    );
    this.#process = process;
    return process;
  }

  #diskEvents(process: SimProcess): DiskEvents {
    return {
      isDead: () => process.isDead,
      after: (moment) => {
        if (!process.isDead) this.#reached(moment);
        if (!process.isDead && moment === 'write' && this.#isOpening()) this.#reached('opening');
      },
      syncMs: () => this.syncMs,
      wait: (ms) => new Promise((resolve) => process.clock.after(ms, () => resolve())),
    };
  }

  #createReaders(): Readers | null {
    if (!this.plan.posts) return null;
    return { teller: createTeller(TRADE_RULES), outbox: new Outbox({ reasonOf, isAnswered }) };
  }

  #controlOf(desk: Desk, lane: AlertLane): DeskControl {
    let ids = 0;
    return createDeskControl({
      desk,
      lane,
      risk: this.plan.settings.risk,
      environment: 'simulated',
      newId: () => `o${hashOf(this.request.seed, 'id', String((ids += 1)))}`,
      roleOf: () => 'admin',
      haltFile: { isThere: () => false },
    });
  }

  /** The journal takes nothing more: the program ends, and its supervisor starts it again. */
  #exitSoon(process: SimProcess): void {
    this.witness.mark('journal failed');
    this.clock.after(EXIT_AFTER_FAULT_MS, () => {
      if (this.#process === process) this.kill(DOWN_MS);
    });
  }
}

/** The share of its last write a dying process leaves: often all but the last record of it. */
function keptOf(drawn: number): number {
  return drawn < 0.4 ? 0.9 + drawn / 4 : (drawn - 0.4) / 0.6;
}
