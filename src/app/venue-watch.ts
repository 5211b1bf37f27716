/**
 * What the venue shows beside its orders: how far its clock is from ours, and whether a new refresh
 * token could be kept. Told once each time it becomes so.
 *
 * A clock that is wrong makes alerts look fresh or old, and quotes too: beyond ten seconds the desk
 * pauses (reliability: |skew| > 2 s warn, > 10 s pause).
 */
import type { ClientHealth } from '#adapters/tastytrade/client.ts';
import type { Cancel, Clock } from '#kernel/time.ts';
import type { Desk } from '#orders/desk.ts';

const LOOK_EVERY_MS = 2_000;
const SKEW_TOLD_MS = 2_000;
const SKEW_PAUSE_MS = 10_000;

export class VenueWatch {
  readonly #desk: Pick<Desk, 'incident' | 'raise'>;
  readonly #clock: Clock;
  readonly #health: () => ClientHealth;
  readonly #told = new Set<string>();
  #timer: Cancel = () => undefined;

  constructor(desk: Pick<Desk, 'incident' | 'raise'>, clock: Clock, health: () => ClientHealth) {
    this.#desk = desk;
    this.#clock = clock;
    this.#health = health;
  }

  watch(): void {
    this.#look();
    this.#timer = this.#clock.after(LOOK_EVERY_MS, () => this.watch());
  }

  stop(): void {
    this.#timer();
  }

  #look(): void {
    const { skew, token } = this.#health();
    // What the measure itself cannot tell apart is given to the clock.
    const apartMs = skew === null ? 0 : Math.abs(skew.skewMs) - skew.uncertaintyMs;
    const ahead = skew !== null && skew.skewMs > 0 ? 'ahead of' : 'behind';
    const apart = `the venue's clock is ${Math.round(apartMs / 1000)} s ${ahead} this machine's`;
    if (this.#becomes('skew', { so: apartMs > SKEW_TOLD_MS })) {
      this.#desk.incident('clock_skew', apart);
    }
    if (apartMs > SKEW_PAUSE_MS) this.#desk.raise('PAUSE', apart);
    const notKept = token.notKept ?? '';
    if (this.#becomes('token', { so: notKept !== '' })) {
      this.#desk.incident('token_not_kept', notKept);
    }
  }

  /** True when it is so now and was not when last looked at. */
  #becomes(what: string, { so }: { readonly so: boolean }): boolean {
    const isNews = so && !this.#told.has(what);
    if (so) this.#told.add(what);
    else this.#told.delete(what);
    return isNews;
  }
}
