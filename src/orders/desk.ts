/**
 * The desk: receives, records, acts.
 *
 * Everything that happens to a trade passes through `record`: onto the journal, into the book, and
 * then the planner is asked what is wanted next. A command is sent only after its intent is on
 * disk, and checked once more at that moment. Start-up is recovery: the book comes from the
 * journal, what was in flight counts as unknown, and the broker is asked.
 *
 * Once a second every open trade is looked at whose exits do not just rest, whatever has happened:
 * an opening, room to send, a kill state lowered, a balance read need not tell anybody.
 */
import { type Appended, type Durability, JournalUnwritable } from '#journal/ports.ts';
import type { TradeId } from '#kernel/ids.ts';
import { invariant } from '#kernel/invariant.ts';
import type { Price } from '#kernel/price.ts';
import { type Cancel, type EpochMs, plus } from '#kernel/time.ts';
import { within } from '#kernel/within.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import { mid, type Quote, quoteDefect } from '#market/quote.ts';
import type { Approved, Armed, ClosePlan, EntryPlan, KillState } from '#risk/model.ts';
import { AccountWatch } from './account.ts';
import type { Book } from './book.ts';
import { liveOrders } from './core/exposure.ts';
import type { PlanView } from './core/moves.ts';
import { type DeskCore, type DeskDependencies, type Permitted, runIdentity } from './desk-core.ts';
import type { DeskRecord, EntryEndReason, Trade } from './model.ts';
import { Planning } from './planning.ts';
import { QuoteLeases } from './quote-leases.ts';
import { Reader } from './reader.ts';
import { Reconciler } from './reconcile/reconciler.ts';
import { SelfWatch } from './self-watch.ts';
import { Sender } from './sender.ts';

const BEAT_MS = 1_000;
/** A stop waits no longer for the disk. */
const DISK_SILENT_MS = 5_000;
/** Less is the grain of two clocks read one after the other. */
const CLOCK_GRAIN_MS = 250;
const RAISING: readonly KillState[] = ['ACTIVE', 'PAUSE', 'REDUCE_ONLY', 'HALT'];

export class Desk implements DeskCore {
  readonly deps: DeskDependencies;
  readonly book: Book;
  readonly account: AccountWatch;
  readonly #sender: Sender;
  readonly #reconciler: Reconciler;
  readonly #reader: Reader;
  readonly #selfWatch: SelfWatch;
  readonly #planning: Planning;
  readonly #leases: QuoteLeases;
  readonly #leased = new Map<TradeId, () => void>();
  readonly #waiting = new Set<() => void>();
  readonly #startMono: number;
  #startWall: EpochMs;
  #beatAt: number;
  #stopBeating: Cancel = () => undefined;
  #stopQuotes: () => void = () => undefined;
  #stopping = false;
  /** Nothing is planned any more: the run is over, or the journal cannot write. */
  #inert = true;

  /** `book` has had every record of the journal applied. */
  constructor(deps: DeskDependencies, book: Book) {
    this.deps = deps;
    this.book = book;
    this.#startWall = deps.clock.now();
    this.#startMono = deps.clock.mono();
    this.#beatAt = this.#startMono;
    this.#sender = new Sender(this);
    this.#reader = new Reader(this);
    this.#selfWatch = new SelfWatch(this);
    this.#leases = new QuoteLeases(deps.quotes);
    this.account = new AccountWatch(this);
    this.#reconciler = new Reconciler(this, this.#reader, this.account);
    this.#planning = new Planning(this, {
      reader: this.#reader,
      sender: this.#sender,
      entries: () => this.#entries(),
      isInert: () => this.#inert,
    });
  }

  /** Begins a run and starts reconciling. */
  start(): void {
    const { clock, journal, quotes } = this.deps;
    this.#inert = false;
    this.#beatAt = clock.mono();
    journal.onFault(() => {
      this.#inert = true;
      this.#sender.takeBackOnFault();
    });
    const body = { ...runIdentity(this.deps), at: this.now() };
    this.record([{ kind: 'run.started', body, actor: 'engine' }], 'sync');
    this.#selfWatch.lookAtStart();
    this.#stopQuotes = quotes.onQuote((quote) => {
      for (const trade of this.book.open()) if (wantsQuote(trade, quote)) this.touch(trade.id);
    });
    for (const trade of this.book.open()) this.#lease(trade);
    this.#reconciler.start(() => {
      for (const goOn of this.#waiting) goOn();
      this.#planning.touchAll();
    });
    this.#beat();
  }

  /**
   * Ends working entries (or leaves them, as configured), waits for them, and ends the run.
   * Rejects with `JournalUnwritable` when the disk fails or never answers: then no end of the run
   * is on record.
   */
  async stop(reason: string): Promise<void> {
    const { onShutdown, shutdownWaitMs } = this.deps.settings;
    this.#stopping = onShutdown === 'cancel';
    this.#planning.touchAll();
    if (this.#stopping) await this.#entriesGone(shutdownWaitMs);
    this.#stopBeating();
    this.#stopQuotes();
    this.#reconciler.stop();
    this.#planning.stop();
    for (const goOn of this.#waiting) goOn();
    if (this.deps.journal.health().waitingMs < DISK_SILENT_MS) await this.#sender.quiet();
    const body = { reason, at: this.now() };
    const ended = this.record([{ kind: 'run.ended', body, actor: 'engine' }], 'sync');
    this.#inert = true;
    await this.#onDisk(ended.durable);
  }

  now(): EpochMs {
    return plus(this.#startWall, this.deps.clock.mono() - this.#startMono);
  }

  /** False until the first reconciliation has succeeded, and after a standstill: entries wait. */
  get isReconciled(): boolean {
    return this.#reconciler.agrees && !this.#stoodStill();
  }

  /** Resolves when the desk and the broker agree, or after `waitMs`, or when the run is over. */
  reconciled(waitMs: number): Promise<void> {
    if (this.isReconciled || waitMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const goOn = (): void => {
        this.#waiting.delete(goOn);
        stopWaiting();
        resolve();
      };
      const stopWaiting = this.deps.clock.after(waitMs, goOn);
      this.#waiting.add(goOn);
    });
  }

  record(drafts: readonly DeskRecord[], durability: Durability): Appended<DeskRecord> {
    const appended = this.deps.journal.append(drafts, durability);
    for (const each of appended.records) {
      this.book.apply(each);
      const trade = each.trade === undefined ? null : this.book.trade(each.trade);
      if (trade === null) continue;
      this.#planning.note(trade.id);
      this.#lease(trade);
    }
    this.#planning.settle();
    return appended;
  }

  /** Opens the trade; the planner places it. `before` goes on record in the same write. */
  open(plan: Approved<EntryPlan>, before: readonly DeskRecord[]): Appended<DeskRecord> {
    const { tradeId: trade, message } = plan;
    invariant(this.book.trade(trade) === null, `${trade} is opened once`);
    const risk = this.deps.journal.health().lastSeq + before.length;
    const body = { plan, risk, at: this.now() };
    const opened = { kind: 'trade.opened', body, actor: plan.author, trade, message } as const;
    return this.record([...before, opened], 'sync');
  }

  /** Ends the entry, and sells as planned. `before` goes on record in the same write. */
  requestClose(
    plan: Approved<ClosePlan>,
    by: { readonly actor: string; readonly why: string },
    before: readonly DeskRecord[],
  ): Appended<DeskRecord> {
    const trade = this.book.trade(plan.tradeId);
    invariant(trade !== null, `${plan.tradeId} is a trade of this desk`);
    const body = { plan, why: by.why, at: this.now() };
    const message = plan.message ?? trade.plan.message;
    const draft = {
      kind: 'close.requested',
      body,
      actor: by.actor,
      trade: trade.id,
      message,
    } as const;
    return this.record([...before, draft], 'sync');
  }

  /** Takes back what is still unfilled; `false` when the entry is over already. */
  endEntry(id: TradeId, reason: EntryEndReason, actor: string): boolean {
    const trade = this.book.trade(id);
    if (trade === null || trade.entry.kind !== 'open') return false;
    const { message } = trade.plan;
    const body = { reason, at: this.now() };
    this.record([{ kind: 'entry.ending', body, actor, trade: id, message }], 'sync');
    return true;
  }

  /** In force, and on disk, when the promise resolves. Who may change it is the caller's to say. */
  async changeKillState(to: KillState, actor: string, reason: string): Promise<void> {
    const body = { from: this.book.killState, to, reason };
    const { durable } = this.record([{ kind: 'kill_state.changed', body, actor }], 'sync');
    this.#planning.touchAll();
    await durable;
  }

  raise(to: KillState, reason: string): void {
    const from = this.book.killState;
    if (from === 'FLATTEN' || RAISING.indexOf(to) <= RAISING.indexOf(from)) return;
    const body = { from, to, reason };
    this.record([{ kind: 'kill_state.changed', body, actor: 'engine' }], 'sync');
    this.#planning.touchAll();
  }

  permits(): Permitted {
    return this.deps.permits(this.book.killState, this.book.armed, this.now());
  }

  /** In force, and on disk, when the promise resolves. Who may is the caller's to say. */
  async changeArming(
    to: (Armed & { readonly certificate: string }) | null,
    actor: string,
    reason: string,
  ): Promise<void> {
    const at = this.now();
    const draft: DeskRecord =
      to === null
        ? { kind: 'arming.disarmed', body: { reason, at }, actor }
        : { kind: 'arming.armed', body: { ...to, at }, actor };
    const { durable } = this.record([draft], 'sync');
    this.#planning.touchAll();
    await durable;
  }

  incident(code: string, detail: string, trade?: TradeId): void {
    const body = { code, detail, at: this.now() };
    const draft = { kind: 'incident.raised', body, actor: 'engine' } as const;
    this.record([trade === undefined ? draft : { ...draft, trade }], 'lazy');
  }

  touch(trade: TradeId): void {
    this.#planning.touch(trade);
  }

  watch(): void {
    this.#selfWatch.look();
  }

  /** Orders, positions, balances, read from now on; `false`: the broker could not be asked. */
  readAnew(): Promise<boolean> {
    return this.#reconciler.freshPass();
  }

  suspectPositions(): void {
    this.#reconciler.suspectPositions();
  }

  doubtPosition(symbol: InstrumentSymbol): void {
    this.#reconciler.doubtPosition(symbol);
  }

  doubts(symbol: InstrumentSymbol): boolean {
    return this.#reconciler.doubts(symbol);
  }

  /** Quotes of an instrument until let go of; several may want the same. */
  holdQuotes(instrument: Instrument): () => void {
    return this.#leases.hold(instrument);
  }

  /** What one contract would fetch now: the mid of a sound quote of any age. */
  mark(symbol: InstrumentSymbol): Price | null {
    const quote = this.deps.quotes.latest(symbol);
    return quote === null || quoteDefect(quote) !== null ? null : mid(quote);
  }

  #beat(): void {
    if (this.#inert) return;
    const { clock } = this.deps;
    if (this.#stoodStill()) {
      const forMs = Math.round(clock.mono() - this.#beatAt);
      this.incident('process_paused', `the process stood still for ${forMs} ms`);
      this.#reconciler.reconcile();
    }
    this.#beatAt = clock.mono();
    this.#followWall();
    this.#reconciler.beat();
    this.#selfWatch.look();
    this.#planning.touchWorked();
    this.#stopBeating = clock.after(BEAT_MS, () => this.#beat());
  }

  /** Too long without a beat: what is known of the broker is of before. */
  #stoodStill(): boolean {
    const { clock, settings } = this.deps;
    return clock.mono() - this.#beatAt > BEAT_MS + settings.pauseMs;
  }

  /** The desk's time follows a clock that was set: messages and quotes carry that clock's time. */
  #followWall(): void {
    const byMs = Math.round(this.deps.clock.now() - this.now());
    if (Math.abs(byMs) <= CLOCK_GRAIN_MS) return;
    this.#startWall = plus(this.#startWall, byMs);
    this.record(
      [{ kind: 'clock.stepped', body: { byMs, at: this.now() }, actor: 'engine' }],
      'lazy',
    );
    this.#selfWatch.clockMoved(byMs);
  }

  #entries(): PlanView['entries'] {
    if (this.#stopping) return 'shutdown';
    return this.isReconciled ? 'yes' : 'wait';
  }

  /** Who would wait for a disk that never answers would never stop. */
  async #onDisk(durable: Promise<void>): Promise<void> {
    const written = (): Promise<boolean> => durable.then(() => true);
    const limit = { clock: this.deps.clock, ms: DISK_SILENT_MS };
    if (await within(limit, written, () => false)) return;
    if (this.#stopping) await this.#sender.takeBackUnrecorded();
    throw new JournalUnwritable(`the disk has not answered for ${DISK_SILENT_MS / 1_000} s`);
  }

  /** Quotes for as long as the trade is open. */
  #lease({ id, ended, plan }: Trade): void {
    if (ended === null) {
      if (!this.#leased.has(id)) this.#leased.set(id, this.#leases.hold(plan.instrument));
      return;
    }
    this.#leased.get(id)?.();
    this.#leased.delete(id);
  }

  /** Resolves when no entry is working any more, or after `waitMs`. */
  #entriesGone(waitMs: number): Promise<void> {
    const { clock } = this.deps;
    const until = clock.mono() + waitMs;
    return new Promise((resolve) => {
      const look = (): void => {
        const isWorking = this.book.open().some((trade) => liveOrders(trade, 'entry').length > 0);
        if (!isWorking || this.#inert || clock.mono() >= until) resolve();
        else clock.after(50, look);
      };
      look();
    });
  }
}

/** Quotes matter while something is being worked; a resting exit needs none. */
function wantsQuote(trade: Trade, quote: Quote): boolean {
  if (trade.plan.instrument.symbol !== quote.symbol) return false;
  return trade.entry.kind === 'open' || trade.closes.some((close) => !close.ended);
}
