/**
 * The desk watches itself: what calls for a kill state without anybody's act, and what an operator
 * must be told because nothing else will show it.
 *
 * Looked at every second and after every refusal. It raises, it never lowers.
 */
import { type EpochMs, plus } from '#kernel/time.ts';
import { awaitsSending, closeObstacle } from './core/close-plan.ts';
import { lacksOrder } from './core/exit-plan.ts';
import { held, isLive, isSettled } from './core/exposure.ts';
import type { DeskCore } from './desk-core.ts';
import { watchedFigures } from './figures.ts';
import type { Trade, TradeOrder } from './model.ts';
import { planView } from './plan-view.ts';

const CRASH_WINDOW_MS = 600_000;
/** A cancel without effect, or fills counted and not listed, for so long: somebody should look. */
const STUCK_MS = 60_000;
const PRUNE_EVERY_MS = 3_600_000;
const KEEP_ENDED_MS = 36 * 3_600_000;
/** The machine's clock was set, or the machine slept: told, and too far to go on by itself. */
const CLOCK_TOLD_MS = 2_000;
const CLOCK_STEP_MS = 10_000;

export class SelfWatch {
  readonly #core: DeskCore;
  readonly #told = new Set<string>();
  /** Where the record of the run before ends. */
  readonly #recordEndsAt: EpochMs | null;
  #prunedAt = Number.NEGATIVE_INFINITY;

  /** Made before this run has recorded anything. */
  constructor(core: DeskCore) {
    this.#core = core;
    this.#recordEndsAt = core.book.lastAt;
  }

  /** At the start of a run, its own start counted. */
  lookAtStart(): void {
    const { book, deps } = this.#core;
    const behindMs = (this.#recordEndsAt ?? 0) - this.#core.now();
    if (behindMs > 0) this.clockMoved(-behindMs);
    const starts = book.uncleanStarts(plus(this.#core.now(), -CRASH_WINDOW_MS));
    if (starts <= deps.settings.crashStartsMax) return;
    this.#core.incident('crash_loop', `${starts} starts in ten minutes without a stop between`);
    this.#core.raise('PAUSE', `started ${starts} times in ten minutes without a stop between`);
  }

  clockMoved(byMs: number): void {
    const what = `the clock of this machine moved by ${Math.round(byMs / 1000)} s`;
    if (Math.abs(byMs) > CLOCK_TOLD_MS) this.#core.incident('clock_stepped', what);
    // The time an entry has been working for is no longer known.
    if (Math.abs(byMs) > CLOCK_STEP_MS) this.#core.raise('PAUSE', what);
  }

  look(): void {
    this.#lookAtFigures();
    this.#lookAtDisk();
    for (const trade of this.#core.book.open()) {
      this.#lookAtSale(trade);
      for (const order of trade.orders) this.#lookAtOrder(trade, order);
    }
    this.#prune();
  }

  #lookAtFigures(): void {
    const { book, deps, account } = this.#core;
    const balances = account.figures();
    if (balances === null) return;
    const figures = watchedFigures(book, {
      now: this.#core.now(),
      mark: (symbol) => this.#core.mark(symbol),
    });
    const called = deps.calledFor(book.killState, figures, balances);
    if (called !== null) this.#core.raise(called.to, called.reason);
  }

  #lookAtDisk(): void {
    const { space, freeBytes } = this.#core.deps.journal.health();
    if (space === 'ample') this.#told.delete('disk');
    if (space !== 'low' && space !== 'short') return;
    const left = `${Math.round((freeBytes ?? 0) / 1_048_576)} MiB left for the journal`;
    this.#tellOnce('disk', 'disk_space_low', left);
    if (space === 'short') this.#core.raise('PAUSE', left);
  }

  /**
   * Whoever asked for a close that cannot be sent would else take it for under way, and nobody
   * would know of a position whose exit was taken back for it, or could not be placed.
   */
  #lookAtSale(trade: Trade): void {
    const { id } = trade;
    const bare = `${id} bare`;
    const isBare = lacksOrder(trade);
    const waits = awaitsSending(trade);
    const view = isBare || waits ? planView(this.#core, trade, 'wait') : null;
    const obstacle = view && closeObstacle(view);
    if (obstacle === null) {
      this.#told.delete(id);
      this.#told.delete(bare);
    } else if (isBare && (waits || view?.closes === false)) {
      const what = `${held(trade)} held, and no order of ours rests for them`;
      this.#tellOnce(bare, 'position_without_order', `${what}: ${obstacle}`, trade);
    } else if (waits && !trade.orders.some(isBeingTakenBack)) {
      this.#tellOnce(id, 'close_waits', `not sent yet: ${obstacle}; resting exits stay`, trade);
    }
  }

  #lookAtOrder(trade: Trade, order: TradeOrder): void {
    const { cid, pending, changedAt } = order;
    const now = this.#core.now();
    if (isLive(order) && pending?.kind === 'cancel' && now - pending.since > STUCK_MS) {
      const since = Math.round((now - pending.since) / 1000);
      this.#tellOnce(cid, 'cancel_stuck', `${cid} was to be cancelled ${since} s ago`, trade);
    }
    if (!isLive(order) && !isSettled(order) && now - changedAt > STUCK_MS) {
      const detail = `the broker counts ${order.reported} filled of ${cid} and does not list them`;
      this.#tellOnce(cid, 'fills_missing', detail, trade);
    }
  }

  #tellOnce(what: string, code: string, detail: string, trade?: Trade): void {
    if (this.#told.has(what)) return;
    this.#told.add(what);
    this.#core.incident(code, detail, trade?.id);
  }

  /** Not before the first reading: what is forgotten could not be told from another's. */
  #prune(): void {
    if (!this.#core.isReconciled) return;
    const now = this.#core.deps.clock.mono();
    if (now - this.#prunedAt < PRUNE_EVERY_MS) return;
    this.#prunedAt = now;
    this.#core.book.prune(plus(this.#core.now(), -KEEP_ENDED_MS));
  }
}

function isBeingTakenBack(order: TradeOrder): boolean {
  return isLive(order) && order.pending?.kind === 'cancel';
}
