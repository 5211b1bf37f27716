/**
 * The account's balances, and the day's initial buying power: the first balance read on a
 * trading day, recorded, so that a restart on the same day keeps it.
 */
import type { EpochMs } from '#kernel/time.ts';
import { newYorkDate } from '#market/session.ts';
import type { AccountFigures } from '#risk/model.ts';
import type { DeskCore } from './desk-core.ts';
import { uncountedDebit } from './figures.ts';
import type { Balances } from './ports.ts';
import { answerOf } from './query.ts';

export class AccountWatch {
  readonly #core: DeskCore;
  #last: { readonly balances: Balances; readonly readAt: EpochMs } | null = null;

  constructor(core: DeskCore) {
    this.#core = core;
  }

  /** The last balances with what they may not count yet, or `null` before the first reading. */
  figures(): AccountFigures | null {
    if (this.#last === null) return null;
    const { balances, readAt } = this.#last;
    const day = newYorkDate(this.#core.now());
    const initialBuyingPower = this.#core.book.initialBuyingPower(day);
    if (initialBuyingPower === null) return null;
    const pendingDebit = uncountedDebit(this.#core.book, readAt);
    const { buyingPower: availableBuyingPower, restriction = null } = balances;
    const restricted = restriction === null ? {} : { restriction };
    return { initialBuyingPower, availableBuyingPower, pendingDebit, ...restricted, day, readAt };
  }

  /** Reads balances now; `false` when the broker did not answer. */
  async refresh(): Promise<boolean> {
    const readAt = this.#core.now();
    const { broker } = this.#core.deps;
    const answer = await answerOf(this.#core, 'balances', () => broker.balances());
    if (answer === null) return false;
    this.#last = { balances: answer.value, readAt };
    const day = newYorkDate(readAt);
    if (this.#core.book.initialBuyingPower(day) === null) {
      const body = { day, amount: answer.value.buyingPower };
      this.#core.record([{ kind: 'buying_power.captured', body, actor: 'broker' }], 'sync');
    }
    return true;
  }
}
