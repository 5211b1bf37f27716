/**
 * The desk watches itself: what calls for a kill state without anybody's act, and what an operator
 * must be told because nothing else will show it.
 *
 * Looked at every second and after every refusal. It raises, it never lowers.
 */
import type { ClientOrderId } from '#kernel/ids.ts';
import { plus } from '#kernel/time.ts';
import { isLive, isSettled } from './core/exposure.ts';
import type { DeskCore } from './desk-core.ts';
import { watchedFigures } from './figures.ts';
import type { Trade, TradeOrder } from './model.ts';

const CRASH_WINDOW_MS = 600_000;
/** A cancel without effect, or fills counted and not listed, for so long: somebody should look. */
const STUCK_MS = 60_000;
const PRUNE_EVERY_MS = 3_600_000;
const KEEP_ENDED_MS = 36 * 3_600_000;

export class SelfWatch {
  readonly #core: DeskCore;
  readonly #told = new Set<string>();
  #prunedAt = Number.NEGATIVE_INFINITY;

  constructor(core: DeskCore) {
    this.#core = core;
  }

  /** At the start of a run, its own start counted. */
  lookAtStarts(): void {
    const { book, deps } = this.#core;
    const starts = book.uncleanStarts(plus(this.#core.now(), -CRASH_WINDOW_MS));
    if (starts <= deps.settings.crashStartsMax) return;
    this.#core.incident('crash_loop', `${starts} starts in ten minutes without a stop between`);
    this.#core.raise('PAUSE', `started ${starts} times in ten minutes without a stop between`);
  }

  look(): void {
    this.#lookAtFigures();
    this.#lookAtDisk();
    for (const trade of this.#core.book.open()) {
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

  #tellOnce(what: ClientOrderId | 'disk', code: string, detail: string, trade?: Trade): void {
    if (this.#told.has(what)) return;
    this.#told.add(what);
    this.#core.incident(code, detail, trade?.id);
  }

  #prune(): void {
    const now = this.#core.deps.clock.mono();
    if (now - this.#prunedAt < PRUNE_EVERY_MS) return;
    this.#prunedAt = now;
    this.#core.book.prune(plus(this.#core.now(), -KEEP_ENDED_MS));
  }
}
