/**
 * Keeps the desk and the broker in agreement: at start, after every reconnect, after the process
 * stood still, and again and again. Streams are hints; what is read here is the truth.
 *
 * Entries wait until the first pass has succeeded, and after a standstill until the next one has. A
 * pass that cannot be made is tried again; a failed position query is unknown, never flat.
 */
import { type Cancel, type EpochMs, plus } from '#kernel/time.ts';
import type { InstrumentSymbol } from '#market/instrument.ts';
import { newYorkDate, newYorkInstant } from '#market/session.ts';
import type { AccountWatch } from '../account.ts';
import { isLive } from '../core/exposure.ts';
import { notAfter } from '../core/instants.ts';
import type { DeskCore } from '../desk-core.ts';
import type { Position } from '../ports.ts';
import { answerOf } from '../query.ts';
import type { Reader } from '../reader.ts';
import { attribute, comparePositions, type Shortage } from './positions.ts';

const RETRY_MS = [500, 1_000, 2_000, 5_000, 10_000, 15_000] as const;
/** Failed passes in a row before an operator is told. */
const FAILURES_TOLD = 3;
/** However long a comparison takes, sells are not held back longer for it. */
const DOUBT_MS_MAX = 20_000;

interface Poll {
  /** On the monotonic clock, when it was last made. */
  madeAt: number;
  isUnderWay: boolean;
}

export class Reconciler {
  readonly #core: DeskCore;
  readonly #reader: Reader;
  readonly #account: AccountWatch;
  readonly #orders: Poll;
  readonly #positions: Poll;
  readonly #balances: Poll;
  /** When all orders were last read; at first, when the run before was last heard of. */
  #ordersReadAt: EpochMs | null;
  #agrees = false;
  #stopped = false;
  #failures = 0;
  /** Grows with every reconciliation asked for: an earlier one decides nothing any more. */
  #reconciling = 0;
  #passing: Promise<boolean> | null = null;
  #retry: Cancel | null = null;
  #recheck: Cancel | null = null;
  /** Found once; it counts when it is found again, the same, a settling time later. */
  #suspected: readonly (Shortage & { readonly since: number })[] = [];
  /** Something hinted at a change: compared again until nothing is left out. */
  #isAlarmed = false;
  /** On the monotonic clock, since a sell of it was refused and the reason is looked for. */
  readonly #doubtedAt = new Map<InstrumentSymbol, number>();
  #onAgreed: () => void = () => undefined;
  readonly #undo: (() => void)[] = [];

  constructor(core: DeskCore, reader: Reader, account: AccountWatch) {
    this.#core = core;
    this.#reader = reader;
    this.#account = account;
    this.#ordersReadAt = core.book.lastAt;
    const madeAt = core.deps.clock.mono();
    this.#orders = { madeAt, isUnderWay: false };
    this.#positions = { madeAt, isUnderWay: false };
    this.#balances = { madeAt, isUnderWay: false };
  }

  /** A full pass has succeeded since the start, or since the process last stood still. */
  get agrees(): boolean {
    return this.#agrees;
  }

  /** Begins; calls `onAgreed` whenever the desk and the broker agree again. */
  start(onAgreed: () => void): void {
    const { broker } = this.#core.deps;
    this.#onAgreed = onAgreed;
    this.#undo.push(
      broker.onOrder((order) => this.#reader.see(order, 'stream')),
      broker.onReconnect(() => void this.freshPass()),
    );
    this.reconcile();
  }

  stop(): void {
    this.#stopped = true;
    this.#retry?.();
    this.#recheck?.();
    for (const undo of this.#undo) undo();
  }

  /** Nothing is taken as known until a full pass has succeeded; tried until one has. */
  reconcile(): void {
    this.#agrees = false;
    this.#retry?.();
    this.#retry = null;
    this.#reconciling += 1;
    const mine = this.#reconciling;
    void this.freshPass().then((passed) => {
      if (mine !== this.#reconciling) return;
      if (passed) this.#agreed();
      else this.#tryAgain();
    });
  }

  /** A pass begun from now on: what one under way has read may be of before. */
  async freshPass(): Promise<boolean> {
    await this.#passing;
    return this.pass();
  }

  /** One full pass: orders, positions, balances. Several asked for at once are one. */
  pass(): Promise<boolean> {
    this.#passing ??= this.#fullPass().finally(() => {
      this.#passing = null;
    });
    return this.#passing;
  }

  /** Makes the polls that have become due. */
  beat(): void {
    const { pollBusyMs, pollIdleMs, positionsEveryMs, balancesEveryMs } = this.#core.deps.settings;
    const isBusy = this.#core.book
      .open()
      .some((trade) => trade.orders.some((order) => isLive(order) && order.role !== 'exit'));
    this.#poll(this.#orders, isBusy ? pollBusyMs : pollIdleMs, () => this.#readOrders());
    this.#poll(this.#positions, positionsEveryMs, () => this.#readPositions());
    this.#poll(this.#balances, balancesEveryMs, () => this.#account.refresh());
  }

  /** Other hands traded something of ours: what is held is compared as soon as it can be. */
  suspectPositions(): void {
    this.#isAlarmed = true;
    void this.#readPositions();
  }

  /** A sell was refused: the next waits until what is held has been compared. */
  doubtPosition(symbol: InstrumentSymbol): void {
    this.#doubtedAt.set(symbol, this.#core.deps.clock.mono());
    this.suspectPositions();
  }

  doubts(symbol: InstrumentSymbol): boolean {
    const since = this.#doubtedAt.get(symbol);
    return since !== undefined && this.#core.deps.clock.mono() - since < DOUBT_MS_MAX;
  }

  #poll(poll: Poll, everyMs: number, read: () => Promise<unknown>): void {
    const now = this.#core.deps.clock.mono();
    if (poll.isUnderWay || now - poll.madeAt < everyMs) return;
    poll.madeAt = now;
    poll.isUnderWay = true;
    void read().finally(() => {
      poll.isUnderWay = false;
    });
  }

  #agreed(): void {
    if (this.#stopped) return;
    this.#failures = 0;
    this.#agrees = true;
    this.#onAgreed();
  }

  #tryAgain(): void {
    if (this.#stopped) return;
    const delayMs = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? RETRY_MS[0];
    this.#failures += 1;
    if (this.#failures === FAILURES_TOLD) {
      this.#core.incident('reconcile_failed', 'the broker does not answer; entries wait');
    }
    this.#retry = this.#core.deps.clock.after(delayMs, () => this.reconcile());
  }

  async #fullPass(): Promise<boolean> {
    const orders = await this.#readOrders();
    const positions = await this.#readPositions();
    const balances = await this.#account.refresh();
    if (orders === null || positions === null || !balances || this.#stopped) return false;
    const body = { orders, positions, at: this.#core.now() };
    this.#core.record([{ kind: 'reconcile.passed', body, actor: 'engine' }], 'lazy');
    return true;
  }

  async #readOrders(): Promise<number | null> {
    const { broker } = this.#core.deps;
    const askedAt = this.#core.now();
    const answer = await answerOf(this.#core, 'orders', () => broker.orders(this.#since()));
    if (answer !== null) this.#ordersReadAt = askedAt;
    if (!this.#stopped) for (const order of answer?.value ?? []) this.#reader.see(order, 'poll');
    this.#reader.listed();
    return this.#stopped ? null : (answer?.value.length ?? null);
  }

  /**
   * Orders of every day since they were last read, and since the oldest trade still open: one given
   * up may have been executed while no desk ran.
   */
  #since(): EpochMs {
    const now = this.#core.now();
    const midnight = newYorkInstant(newYorkDate(notAfter(this.#ordersReadAt ?? now, now)), 0);
    const oldest = this.#core.book.open()[0]?.openedAt ?? now;
    return plus(oldest < midnight ? oldest : midnight, -60_000);
  }

  /** Orders first: what is missing may have been sold by one of ours whose fill nobody told. */
  async #readPositions(): Promise<number | null> {
    const { broker } = this.#core.deps;
    if ((await this.#readOrders()) === null) return null;
    const answer = await answerOf(this.#core, 'positions', () => broker.positions());
    if (answer === null || this.#stopped) return null;
    this.#compare(answer.value);
    return answer.value.length;
  }

  #compare(positions: readonly Position[]): void {
    const { settings, clock } = this.#core.deps;
    const open = this.#core.book.open();
    const compared = comparePositions(open, positions, this.#core.now(), settings.settleMs);
    const now = clock.mono();
    const dated = compared.shortages.map((shortage) => ({
      ...shortage,
      since: this.#suspectedSince(shortage) ?? now,
    }));
    const confirmed = dated.filter(({ since }) => now - since >= settings.settleMs);
    this.#suspected = dated.filter((shortage) => !confirmed.includes(shortage));
    for (const shortage of confirmed) this.#reduce(shortage);
    if (this.#suspected.length > 0 || (this.#isAlarmed && compared.isPartial)) {
      this.#recheck?.();
      this.#recheck = clock.after(settings.settleMs, () => void this.#readPositions());
      return;
    }
    this.#isAlarmed = false;
    this.#doubtedAt.clear();
  }

  /** The same on both sides: two fills, each told late, can leave the same difference twice. */
  #suspectedSince({ symbol, ours, net }: Shortage): number | undefined {
    const same = this.#suspected.find(
      (other) => other.symbol === symbol && other.ours === ours && other.net === net,
    );
    return same?.since;
  }

  #reduce(shortage: Shortage): void {
    const { symbol, ours, net } = shortage;
    const finding = `${symbol.trim()}: ours ${ours}, at the broker ${net}`;
    // First: a crash after the reduction finds no difference any more.
    this.#core.raise(net < 0 ? 'HALT' : 'PAUSE', `the position differs: ${finding}`);
    const at = this.#core.now();
    const body = { findings: [finding], at };
    this.#core.record([{ kind: 'reconcile.differed', body, actor: 'engine' }], 'sync');
    for (const { trade, by } of attribute(this.#core.book.open(), shortage)) {
      const reduced = { kind: 'position.reduced', body: { by, net, at }, actor: 'engine' } as const;
      const context = { trade: trade.id, message: trade.plan.message };
      this.#core.record([{ ...reduced, ...context }], 'sync');
    }
  }
}
