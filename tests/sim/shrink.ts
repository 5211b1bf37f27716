/**
 * Reduces a failing seed to what it needs: the fewest alerts, faults and crashes with which the
 * same invariant is still broken.
 *
 * Delta debugging: parts are left out together, first all, then halves, then each alone. What is
 * left out can make other faults happen, so the parts are taken anew from every replay that fails.
 *
 * Rule  a step counts only when the same invariant is broken with fewer alerts, or with as many and
 *       fewer faults. So it ends, and what it ends with still fails.
 */
import type { Fired, SimOutcome, SimRequest, Simulate, Violation } from './model.ts';

export interface ShrinkOptions {
  /** Replays are bounded; with fewer than needed the result fails and may not be the smallest. */
  readonly replaysMax?: number;
}

export interface Shrunk {
  /** As it is replayed: with what is left out. */
  readonly request: SimRequest;
  readonly outcome: SimOutcome;
  readonly violation: Violation;
  /** Numbers of the alerts that are needed. */
  readonly alerts: readonly number[];
  readonly replays: number;
  /** Without any one alert or fault of these it does not fail. */
  readonly isMinimal: boolean;
}

const REPLAYS_MAX = 600;

/** So few that nobody minds one more: only above them is more tried. */
const FEW = 3;
/** So many that no trouble is spared. */
const MANY = 5;

/** `null` when the request does not fail. */
export async function shrink(
  simulate: Simulate,
  request: SimRequest,
  { replaysMax = REPLAYS_MAX }: ShrinkOptions = {},
): Promise<Shrunk | null> {
  const outcome = await simulate({ ...request, until: 'any' });
  const violation = outcome.violations[0];
  if (violation === undefined) return null;
  const shrinker = new Shrinker(simulate, { request, outcome, violation }, replaysMax);
  return shrinker.shrunk();
}

interface Failing {
  readonly request: SimRequest;
  readonly outcome: SimOutcome;
  readonly violation: Violation;
}

class Shrinker {
  readonly #simulate: Simulate;
  readonly #whole: Failing;
  #best: Failing;
  #left: number;
  #replays = 0;
  /** Which of the faults are left out first. */
  #way: 'first first' | 'last first' | 'crashes last' = 'first first';

  constructor(simulate: Simulate, failing: Failing, replaysMax: number) {
    this.#simulate = simulate;
    this.#whole = failing;
    this.#best = failing;
    this.#left = replaysMax;
  }

  /**
   * Alerts are left out first: without them a world is small and soon replayed. But many alerts
   * offer many ways to fail, and one of them may need fewer faults.
   */
  async shrunk(): Promise<Shrunk> {
    await this.#settle();
    if (this.#faultCount > FEW) await this.#anotherWay();
    for (const way of ['last first', 'crashes last'] as const) {
      if (this.#faultCount <= MANY) break;
      this.#way = way;
      await this.#anotherWay();
    }
    while (this.#faultCount > FEW && (await this.#withoutSomePair())) await this.#settle();
    return {
      ...this.#best,
      alerts: this.#alerts(),
      replays: this.#replays,
      isMinimal: this.#left > 0,
    };
  }

  get #faultCount(): number {
    return this.#best.outcome.fired.length;
  }

  async #anotherWay(): Promise<void> {
    const one = this.#best;
    this.#best = this.#whole;
    await this.#fewerFaults();
    await this.#settle();
    if (this.#faultCount >= one.outcome.fired.length) this.#best = one;
  }

  /** Until nothing can be left out alone. */
  async #settle(): Promise<void> {
    for (let isSmaller = true; isSmaller; ) {
      const hasFewerAlerts = await this.#lessen(
        () => this.#alerts(),
        (alerts) => this.#without(alerts, []),
      );
      isSmaller = (await this.#fewerFaults()) || hasFewerAlerts;
    }
  }

  #fewerFaults(): Promise<boolean> {
    return this.#lessen(
      () => this.#faults(),
      (faults) => this.#without([], faults),
    );
  }

  /** Two that cancel each other out cannot be left out one by one. */
  async #withoutSomePair(): Promise<boolean> {
    const faults = this.#faults();
    for (const [at, one] of faults.entries()) {
      for (const other of faults.slice(at + 1)) {
        if (await this.#without([], [one, other])) return true;
      }
    }
    return false;
  }

  /** Leaves out more and more precisely; whether anything could be. */
  async #lessen<Part>(
    parts: () => readonly Part[],
    without: (leftOut: readonly Part[]) => Promise<boolean>,
  ): Promise<boolean> {
    let isSmaller = false;
    for (let size = parts().length; size >= 1; size = Math.floor(size / 2)) {
      for (let at = 0; at < parts().length; ) {
        if (await without(parts().slice(at, at + size))) isSmaller = true;
        else at += size;
      }
    }
    return isSmaller;
  }

  async #without(alerts: readonly number[], faults: readonly string[]): Promise<boolean> {
    if (this.#left <= 0) return false;
    this.#left -= 1;
    this.#replays += 1;
    const { request, violation } = this.#best;
    const smaller: SimRequest = {
      ...request,
      dropAlerts: new Set([...(request.dropAlerts ?? []), ...alerts]),
      mask: new Set([...(request.mask ?? []), ...faults]),
    };
    const outcome = await this.#simulate({ ...smaller, until: violation.invariant });
    const same = outcome.violations.find(({ invariant }) => invariant === violation.invariant);
    const isFewer = alerts.length > 0 || outcome.fired.length < this.#best.outcome.fired.length;
    if (same === undefined || !isFewer) return false;
    this.#best = { request: smaller, outcome, violation: same };
    return true;
  }

  #alerts(): readonly number[] {
    const { request, outcome } = this.#best;
    const all = Array.from({ length: outcome.alerts }, (_, number) => number);
    return all.filter((number) => !request.dropAlerts?.has(number));
  }

  #faults(): readonly string[] {
    const { fired } = this.#best.outcome;
    const isCrash = ({ kind }: Fired): boolean => kind.startsWith('crash_');
    const inOrder =
      this.#way === 'crashes last'
        ? [...fired.filter((one) => !isCrash(one)), ...fired.filter(isCrash)]
        : fired;
    const ids = inOrder.map(({ id }) => id);
    return this.#way === 'last first' ? ids.toReversed() : ids;
  }
}
