/**
 * Asks the planner about a trade until nothing more is wanted of it now, and carries out each move:
 * reads are asked, decisions recorded, commands recorded and sent.
 */
import type { TradeId } from '#kernel/ids.ts';
import type { Cancel } from '#kernel/time.ts';
import type { Move, PlanView } from './core/moves.ts';
import { plan as nextMoves, rests, wakeAt } from './core/planner.ts';
import type { DeskCore } from './desk-core.ts';
import type { Trade } from './model.ts';
import { planView } from './plan-view.ts';
import type { Reader } from './reader.ts';
import type { Sender } from './sender.ts';

/** A plan that does not come to rest is a defect: its trade is left alone and the desk pauses. */
const WRITES_PER_TURN_MAX = 40;

export interface PlanningParts {
  readonly reader: Reader;
  readonly sender: Sender;
  /** What holds entries back besides the kill state, or `yes`. */
  readonly entries: () => PlanView['entries'];
  /** Nothing is planned any more: the run is over, or the journal cannot write. */
  readonly isInert: () => boolean;
}

export class Planning {
  readonly #core: DeskCore;
  readonly #parts: PlanningParts;
  readonly #wakes = new Map<TradeId, Cancel>();
  readonly #dirty = new Set<TradeId>();
  readonly #restless = new Set<TradeId>();
  /** Trades as they are that need no look before something is recorded of them. */
  readonly #resting = new WeakSet<Trade>();
  #settling = false;

  constructor(core: DeskCore, parts: PlanningParts) {
    this.#core = core;
    this.#parts = parts;
  }

  /** The planner is asked about it at the next `settle`. */
  note(id: TradeId): void {
    this.#dirty.add(id);
  }

  settle(): void {
    if (this.#settling || this.#parts.isInert()) return;
    this.#settling = true;
    try {
      // Planning one trade may record something of another: the set grows while it is walked.
      for (const id of this.#dirty) {
        this.#dirty.delete(id);
        this.#planUntilCalm(id);
      }
    } finally {
      this.#settling = false;
    }
  }

  touch(id: TradeId): void {
    this.note(id);
    this.settle();
  }

  touchAll(): void {
    for (const { id } of this.#core.book.open()) this.touch(id);
  }

  /** All but those whose exits just rest. */
  touchWorked(): void {
    for (const trade of this.#core.book.open()) if (!this.#resting.has(trade)) this.touch(trade.id);
  }

  stop(): void {
    for (const cancel of this.#wakes.values()) cancel();
  }

  #planUntilCalm(id: TradeId): void {
    if (this.#restless.has(id)) return;
    for (let writes = 0; writes < WRITES_PER_TURN_MAX; writes += 1) {
      const trade = this.#core.book.trade(id);
      if (trade === null || this.#parts.isInert()) return;
      const view = planView(this.#core, trade, this.#parts.entries());
      const { reads, write } = nextMoves(trade, view);
      this.#parts.reader.ask(reads, trade);
      if (write === null) {
        this.#wakeLater(trade, view);
        if (rests(trade)) this.#resting.add(trade);
        return;
      }
      this.#perform(write, trade);
    }
    this.#restless.add(id);
    this.#core.incident('planner_restless', `the plan of ${id} does not come to rest`, id);
    this.#core.raise('PAUSE', `the plan of ${id} does not come to rest`);
  }

  #perform(write: Move, trade: Trade): void {
    if (write.kind === 'record') this.#core.record([write.draft], 'sync');
    if (write.kind !== 'command') return;
    const { durable } = this.#core.record([write.draft], 'sync');
    this.#parts.sender.send(trade, write.draft, durable);
  }

  #wakeLater(trade: Trade, view: PlanView): void {
    this.#wakes.get(trade.id)?.();
    this.#wakes.delete(trade.id);
    const at = wakeAt(trade, view);
    if (at === null) return;
    const wake = this.#core.deps.clock.after(at - view.now, () => this.touch(trade.id));
    this.#wakes.set(trade.id, wake);
  }
}
