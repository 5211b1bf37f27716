/**
 * The desk: receives, records, acts.
 *
 * Everything that happens to a trade passes through `record`: onto the journal, into the book, and
 * then the planner is asked what is wanted next. A command is sent only after its intent is on
 * disk, and checked once more at that moment. Start-up is recovery: the book comes from the journal,
 * what was in flight counts as unknown, and the broker is asked.
 */
import type { Appended, Durability } from '#journal/ports.ts';
import type { TradeId } from '#kernel/ids.ts';
import { invariant } from '#kernel/invariant.ts';
import type { Price } from '#kernel/price.ts';
import { type Cancel, type EpochMs, plus } from '#kernel/time.ts';
import type { InstrumentSymbol } from '#market/instrument.ts';
import { mid, type Quote, quoteAge, quoteDefect } from '#market/quote.ts';
import { isOpen } from '#market/session.ts';
import type { Approved, ClosePlan, EntryPlan, KillState } from '#risk/model.ts';
import { AccountWatch } from './account.ts';
import type { Book } from './book.ts';
import { isLive } from './core/exposure.ts';
import type { Move, PlannerSettings, PlanView } from './core/moves.ts';
import { plan as nextMoves, wakeAt } from './core/planner.ts';
import type { DeskCore, DeskDependencies } from './desk-core.ts';
import type { DeskRecord, EntryEndReason, Trade } from './model.ts';
import { Reader } from './reader.ts';
import { Reconciler } from './reconcile/reconciler.ts';
import { Sender } from './sender.ts';
import type { OrdersSettings } from './settings.ts';

/** A trade that is due at once is looked at again after this, never in a tight loop. */
const WAKE_FLOOR_MS = 100;
/** A plan that does not come to rest is a defect: the desk pauses. */
const WRITES_PER_TURN_MAX = 40;
const KEEP_ENDED_MS = 36 * 3_600_000;
const RAISING: readonly KillState[] = ['ACTIVE', 'PAUSE', 'REDUCE_ONLY', 'HALT'];

export class Desk implements DeskCore {
  readonly deps: DeskDependencies;
  readonly book: Book;
  readonly account: AccountWatch;
  readonly #sender: Sender;
  readonly #reconciler: Reconciler;
  readonly #reader: Reader;
  readonly #wakes = new Map<TradeId, Cancel>();
  readonly #dirty = new Set<TradeId>();
  readonly #startWall: EpochMs;
  readonly #startMono: number;
  #settling = false;
  #stopping = false;
  /** Nothing is planned any more: the run is over, or the journal cannot write. */
  #inert = true;

  /** `book` has had every record of the journal applied. */
  constructor(deps: DeskDependencies, book: Book) {
    this.deps = deps;
    this.book = book;
    this.#startWall = deps.clock.now();
    this.#startMono = deps.clock.mono();
    this.#sender = new Sender(this);
    this.#reader = new Reader(this);
    this.account = new AccountWatch(this);
    this.#reconciler = new Reconciler(this, this.#reader, this.account);
  }

  /** Begins a run and starts reconciling. */
  start(): void {
    const { journal, quotes, version, epoch, environment } = this.deps;
    this.book.prune(plus(this.now(), -KEEP_ENDED_MS));
    this.#inert = false;
    journal.onFault(() => {
      this.#inert = true;
      this.#sender.takeBackOnFault();
    });
    const body = { version, epoch, environment, at: this.now() };
    this.record([{ kind: 'run.started', body, actor: 'engine' }], 'sync');
    for (const trade of this.book.open()) quotes.subscribe(trade.plan.instrument);
    quotes.onQuote((quote) => {
      for (const trade of this.book.open()) if (wantsQuote(trade, quote)) this.touch(trade.id);
    });
    this.#reconciler.start(() => this.#touchAll());
    this.#touchAll();
  }

  /** Ends working entries (or leaves them, as configured), waits for them, and ends the run. */
  async stop(reason: string): Promise<void> {
    const { onShutdown, shutdownWaitMs } = this.deps.settings;
    this.#stopping = onShutdown === 'cancel';
    this.#touchAll();
    if (this.#stopping) await this.#entriesGone(shutdownWaitMs);
    this.#reconciler.stop();
    for (const cancel of this.#wakes.values()) cancel();
    const body = { reason, at: this.now() };
    const ended = this.record([{ kind: 'run.ended', body, actor: 'engine' }], 'sync');
    this.#inert = true;
    await ended.durable;
  }

  now(): EpochMs {
    return plus(this.#startWall, this.deps.clock.mono() - this.#startMono);
  }

  /** False until the start-up reconciliation has succeeded: entries wait. */
  get isReconciled(): boolean {
    return this.#reconciler.isReconciled;
  }

  record(drafts: readonly DeskRecord[], durability: Durability): Appended<DeskRecord> {
    const appended = this.deps.journal.append(drafts, durability);
    for (const each of appended.records) {
      this.book.apply(each);
      if (each.trade !== undefined && this.book.trade(each.trade) !== null) {
        this.#dirty.add(each.trade);
      }
    }
    this.#settle();
    return appended;
  }

  /** Opens the trade; the planner places it. `before` goes on record in the same write. */
  open(plan: Approved<EntryPlan>, before: readonly DeskRecord[]): Appended<DeskRecord> {
    const { tradeId: trade, message } = plan;
    invariant(this.book.trade(trade) === null, `${trade} is opened once`);
    this.deps.quotes.subscribe(plan.instrument);
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

  /** In force, and on disk, when the promise resolves. Who may change it is decided by the caller. */
  async changeKillState(to: KillState, actor: string, reason: string): Promise<void> {
    const body = { from: this.book.killState, to, reason };
    const { durable } = this.record([{ kind: 'kill_state.changed', body, actor }], 'sync');
    this.#touchAll();
    await durable;
  }

  raise(to: KillState, reason: string): void {
    const from = this.book.killState;
    if (from === 'FLATTEN' || RAISING.indexOf(to) <= RAISING.indexOf(from)) return;
    const body = { from, to, reason };
    this.record([{ kind: 'kill_state.changed', body, actor: 'engine' }], 'sync');
    this.#touchAll();
  }

  incident(code: string, detail: string, trade?: TradeId): void {
    const body = { code, detail, at: this.now() };
    const draft = { kind: 'incident.raised', body, actor: 'engine' } as const;
    this.record([trade === undefined ? draft : { ...draft, trade }], 'lazy');
  }

  touch(trade: TradeId): void {
    this.#dirty.add(trade);
    this.#settle();
  }

  /** What one contract would fetch now: the mid of a sound quote of any age. */
  mark(symbol: InstrumentSymbol): Price | null {
    const quote = this.deps.quotes.latest(symbol);
    return quote === null || quoteDefect(quote) !== null ? null : mid(quote);
  }

  /** The latest quote if it is sound and fresh. */
  usableQuote(symbol: InstrumentSymbol): Quote | null {
    const quote = this.deps.quotes.latest(symbol);
    if (quote === null || quoteDefect(quote) !== null) return null;
    const age = quoteAge(quote, this.deps.clock.now());
    const { receivedMs, eventMs } = this.deps.quoteAgeMax;
    return age.receivedMs <= receivedMs && age.eventMs <= eventMs ? quote : null;
  }

  #settle(): void {
    if (this.#settling || this.#inert) return;
    this.#settling = true;
    // Planning one trade may record something of another: the set grows while it is walked.
    for (const id of this.#dirty) {
      this.#dirty.delete(id);
      this.#planUntilCalm(id);
    }
    this.#settling = false;
  }

  #planUntilCalm(id: TradeId): void {
    for (let writes = 0; writes < WRITES_PER_TURN_MAX; writes += 1) {
      const trade = this.book.trade(id);
      if (trade === null || this.#inert) return;
      const view = this.#viewFor(trade);
      const { reads, write } = nextMoves(trade, view);
      this.#reader.ask(reads, trade);
      if (write === null) {
        this.#wakeLater(trade, view);
        return;
      }
      this.#perform(write, trade);
    }
    this.incident('planner_restless', `the plan of ${id} does not come to rest`, id);
    this.raise('PAUSE', `the plan of ${id} does not come to rest`);
    this.#dirty.delete(id);
  }

  #perform(write: Move, trade: Trade): void {
    if (write.kind === 'record') this.record([write.draft], 'sync');
    if (write.kind !== 'command') return;
    const { durable } = this.record([write.draft], 'sync');
    this.#sender.send(trade, write.draft, durable);
  }

  #wakeLater(trade: Trade, view: PlanView): void {
    this.#wakes.get(trade.id)?.();
    this.#wakes.delete(trade.id);
    const at = wakeAt(trade, view);
    if (at === null) return;
    const delayMs = at > view.now ? at - view.now : WAKE_FLOOR_MS;
    const wake = this.deps.clock.after(delayMs, () => this.touch(trade.id));
    this.#wakes.set(trade.id, wake);
  }

  #viewFor(trade: Trade): PlanView {
    const { permits, rates, settings, epoch } = this.deps;
    const now = this.now();
    const { symbol, session } = trade.plan.instrument;
    const { entries, closes } = permits(this.book.killState);
    const lastMinute = this.book.mutationsSince(plus(now, -60_000));
    const lastSecond = this.book.mutationsSince(plus(now, -1_000));
    return {
      now,
      quote: this.usableQuote(symbol),
      entries: !entries || this.#stopping ? 'no' : this.isReconciled ? 'yes' : 'wait',
      exits: closes === 'all',
      closes: closes !== 'none',
      marketOpen: isOpen(session, now),
      rateAllows: lastMinute < rates.perMinute && lastSecond < rates.perSecond,
      exitRateAllows: lastMinute < rates.hard,
      idPrefix: settings.idPrefix,
      epoch,
      settings: plannerSettings(settings),
    };
  }

  #touchAll(): void {
    for (const trade of this.book.open()) this.touch(trade.id);
  }

  /** Resolves when no entry is working any more, or after `waitMs`. */
  #entriesGone(waitMs: number): Promise<void> {
    const { clock } = this.deps;
    const until = clock.mono() + waitMs;
    return new Promise((resolve) => {
      const look = (): void => {
        const isWorking = this.book.open().some(hasWorkingEntry);
        if (!isWorking || this.#inert || clock.mono() >= until) resolve();
        else clock.after(50, look);
      };
      look();
    });
  }
}

function hasWorkingEntry(trade: Trade): boolean {
  return trade.orders.some((order) => order.role === 'entry' && isLive(order));
}

/** Quotes matter while something is being worked; a resting exit needs none. */
function wantsQuote(trade: Trade, quote: Quote): boolean {
  if (trade.plan.instrument.symbol !== quote.symbol) return false;
  return trade.entry.kind === 'open' || trade.closes.some((close) => !close.ended);
}

function plannerSettings(settings: OrdersSettings): PlannerSettings {
  const { looksMin, lookEveryMs, quarantineMs } = settings;
  return { ...settings, absence: { looksMin, lookEveryMs, quarantineMs } };
}
