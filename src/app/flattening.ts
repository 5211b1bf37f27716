/**
 * FLATTEN for as long as it is in force: whatever is held and not being closed is closed, also what
 * fills while its entry is taken back, what had no quote or no market a moment ago, and what a
 * crash left between the order to flatten and the closes.
 */
import type { TradeId } from '#kernel/ids.ts';
import type { Cancel, Clock } from '#kernel/time.ts';
import { activeClose } from '#orders/core/close-plan.ts';
import { held } from '#orders/core/exposure.ts';
import type { Desk } from '#orders/desk.ts';
import { type OperatorCloses, planClose } from './operator-close.ts';

const LOOK_EVERY_MS = 1_000;
/** A broker that refused to sell is asked again, but not over and over. */
const BLOCKED_AGAIN_MS = 60_000;

export class Flattening {
  readonly #parts: OperatorCloses;
  readonly #clock: Clock;
  #timer: Cancel = () => undefined;
  /** On the monotonic clock. */
  readonly #askedAt = new Map<TradeId, number>();

  constructor(parts: OperatorCloses, clock: Clock) {
    this.#parts = parts;
    this.#clock = clock;
  }

  watch(): void {
    this.#look(this.#parts.desk);
    this.#timer = this.#clock.after(LOOK_EVERY_MS, () => this.watch());
  }

  stop(): void {
    this.#timer();
  }

  #look(desk: Desk): void {
    if (desk.book.killState !== 'FLATTEN') return;
    const now = this.#clock.mono();
    for (const trade of desk.book.open()) {
      if (held(trade) <= 0 || activeClose(trade) !== null) continue;
      const sinceMs = now - (this.#askedAt.get(trade.id) ?? Number.NEGATIVE_INFINITY);
      if (trade.blocked !== null && sinceMs < BLOCKED_AGAIN_MS) continue;
      const { decision, judged } = planClose(this.#parts, trade);
      if (decision.kind === 'refused') continue;
      this.#askedAt.set(trade.id, now);
      desk.requestClose(decision.plan, { actor: 'engine', why: 'FLATTEN is in force' }, [judged]);
    }
  }
}
