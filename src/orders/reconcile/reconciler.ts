/**
 * Keeps the desk and the broker in agreement: at start, after every reconnect, after the process
 * was stopped for a while, and on timers. Streams are hints; what is read here is the truth.
 *
 * Entries wait until the first pass has succeeded. A pass that cannot be made is tried again; a
 * failed position query is unknown, never flat.
 */
import { type Cancel, type EpochMs, plus } from '#kernel/time.ts';
import { newYorkDate, newYorkInstant } from '#market/session.ts';
import type { AccountWatch } from '../account.ts';
import { isLive } from '../core/exposure.ts';
import type { DeskCore } from '../desk-core.ts';
import type { Position } from '../ports.ts';
import type { Reader } from '../reader.ts';
import { attribute, type Shortage, shortages } from './positions.ts';

const RETRY_MS = [500, 1_000, 2_000, 5_000, 10_000, 15_000] as const;
const HEARTBEAT_MS = 1_000;
/** Failed first passes before an operator is told. */
const FAILURES_TOLD = 3;

type TimerName = 'first' | 'orders' | 'positions' | 'recheck' | 'heartbeat';

export class Reconciler {
  readonly #core: DeskCore;
  readonly #reader: Reader;
  readonly #account: AccountWatch;
  readonly #timers = new Map<TimerName, Cancel>();
  #reconciled = false;
  #stopped = false;
  #failures = 0;
  #passing: Promise<boolean> | null = null;
  #suspected: readonly Shortage[] = [];

  constructor(core: DeskCore, reader: Reader, account: AccountWatch) {
    this.#core = core;
    this.#reader = reader;
    this.#account = account;
  }

  get isReconciled(): boolean {
    return this.#reconciled;
  }

  /** Begins; calls `onFirstPass` once the desk and the broker agree. */
  start(onFirstPass: () => void): void {
    const { broker, clock } = this.#core.deps;
    broker.onOrder((order) => this.#reader.see(order, 'stream'));
    broker.onReconnect(() => void this.pass());
    void this.#first(onFirstPass);
    this.#pollOrders();
    this.#pollPositions();
    this.#account.start();
    this.#beat(clock.mono());
  }

  stop(): void {
    this.#stopped = true;
    this.#account.stop();
    for (const cancel of this.#timers.values()) cancel();
  }

  /** One full pass: orders, positions, balances. Several asked for at once are one. */
  pass(): Promise<boolean> {
    this.#passing ??= this.#fullPass().finally(() => {
      this.#passing = null;
    });
    return this.#passing;
  }

  async #fullPass(): Promise<boolean> {
    try {
      const orders = await this.#readOrders();
      const positions = await this.#readPositions();
      const balances = await this.#account.refresh();
      if (orders === null || positions === null || !balances || this.#stopped) return false;
      const body = { orders, positions, at: this.#core.now() };
      this.#core.record([{ kind: 'reconcile.passed', body, actor: 'engine' }], 'lazy');
      return true;
    } catch (error) {
      this.#core.incident('adapter_failed', `reconciliation: ${String(error)}`);
      return false;
    }
  }

  async #first(onFirstPass: () => void): Promise<void> {
    if (await this.pass()) {
      this.#reconciled = true;
      onFirstPass();
      return;
    }
    const delayMs = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? HEARTBEAT_MS;
    this.#failures += 1;
    if (this.#failures === FAILURES_TOLD) {
      this.#core.incident('reconcile_failed', 'the broker does not answer; entries wait');
    }
    this.#later('first', delayMs, () => void this.#first(onFirstPass));
  }

  async #readOrders(): Promise<number | null> {
    const answer = await this.#core.deps.broker.orders(this.#since());
    if (!answer.ok) return null;
    for (const order of answer.value) this.#reader.see(order, 'poll');
    return answer.value.length;
  }

  async #readPositions(): Promise<number | null> {
    const answer = await this.#core.deps.broker.positions();
    if (!answer.ok) return null;
    this.#compare(answer.value);
    return answer.value.length;
  }

  /** Orders of today, and of every day since the oldest trade still open. */
  #since(): EpochMs {
    const now = this.#core.now();
    const midnight = newYorkInstant(newYorkDate(now), 0);
    const oldest = this.#core.book.open()[0]?.openedAt ?? now;
    return plus(oldest < midnight ? oldest : midnight, -60_000);
  }

  #compare(positions: readonly Position[]): void {
    const { settleMs } = this.#core.deps.settings;
    const found = shortages(this.#core.book.open(), positions, this.#core.now(), settleMs);
    const confirmed = found.filter((shortage) =>
      this.#suspected.some((other) => other.symbol === shortage.symbol && other.by === shortage.by),
    );
    this.#suspected = found.filter((shortage) => !confirmed.includes(shortage));
    for (const shortage of confirmed) this.#reduce(shortage);
    if (this.#suspected.length > 0) {
      this.#later('recheck', settleMs, () => void this.#quietly(() => this.#readPositions()));
    }
  }

  #reduce(shortage: Shortage): void {
    const { symbol, ours, net } = shortage;
    const finding = `${symbol.trim()}: ours ${ours}, at the broker ${net}`;
    const at = this.#core.now();
    const body = { findings: [finding], at };
    this.#core.record([{ kind: 'reconcile.differed', body, actor: 'engine' }], 'sync');
    for (const { trade, by } of attribute(this.#core.book.open(), shortage)) {
      const reduced = { kind: 'position.reduced', body: { by, net, at }, actor: 'engine' } as const;
      const context = { trade: trade.id, message: trade.plan.message };
      this.#core.record([{ ...reduced, ...context }], 'sync');
    }
    this.#core.raise(net < 0 ? 'HALT' : 'PAUSE', `the position differs: ${finding}`);
  }

  #pollOrders(): void {
    const { pollBusyMs, pollIdleMs } = this.#core.deps.settings;
    const isBusy = this.#core.book
      .open()
      .some((trade) => trade.orders.some((order) => isLive(order) && order.role !== 'exit'));
    this.#later('orders', isBusy ? pollBusyMs : pollIdleMs, () => {
      void this.#quietly(() => this.#readOrders()).then(() => this.#pollOrders());
    });
  }

  #pollPositions(): void {
    this.#later('positions', this.#core.deps.settings.positionsEveryMs, () => {
      void this.#quietly(() => this.#readPositions()).then(() => this.#pollPositions());
    });
  }

  async #quietly(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#core.incident('adapter_failed', `poll: ${String(error)}`);
    }
  }

  /** A gap between beats means that the process stood still: everything is read again. */
  #beat(last: number): void {
    const { clock, settings } = this.#core.deps;
    const now = clock.mono();
    if (now - last > HEARTBEAT_MS + settings.pauseMs) {
      this.#core.incident(
        'process_paused',
        `the process stood still for ${Math.round(now - last)} ms`,
      );
      void this.pass();
    }
    this.#later('heartbeat', HEARTBEAT_MS, () => this.#beat(now));
  }

  #later(name: TimerName, delayMs: number, action: () => void): void {
    this.#timers.get(name)?.();
    if (!this.#stopped) this.#timers.set(name, this.#core.deps.clock.after(delayMs, action));
  }
}
