/**
 * The trade core beside a model as small as it can be: what was approved, what has been bought and
 * sold at the broker, and what exits may still sell. Whatever is done, in whatever order.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { invariant } from '#kernel/invariant.ts';
import { bought, held } from '#orders/core/exposure.ts';
import { DOINGS, type Doing, Match } from './match.ts';
import type { ModelSettings } from './model-broker.ts';

class Model {
  readonly approved: number;
  filled = 0;
  held = 0;
  covered = 0;

  constructor(approved: number) {
    this.approved = approved;
  }

  /** What the broker's own book says after anything has been done. */
  observe({ broker }: Match): void {
    this.filled = broker.bought;
    this.held = broker.net;
    const exits = broker.orders.filter(({ cid }) => /\.X\d+$/.test(cid));
    const canFill = ['working', 'cancel_requested', 'replace_requested', 'contingent'];
    this.covered = exits.reduce((sum, { fills, size, status }) => {
      const sold = fills.reduce((total, fill) => total + fill.quantity, 0);
      return sum + (canFill.includes(status) ? size : sold);
    }, 0);
  }
}

class Act implements fc.Command<Model, Match> {
  readonly #doing: Doing;

  constructor(doing: Doing) {
    this.#doing = doing;
  }

  check(model: Readonly<Model>): boolean {
    return this.#doing.what !== 'fill' || model.filled <= model.approved;
  }

  run(model: Model, match: Match): void {
    const { filled } = model;
    match.do(this.#doing);
    model.observe(match);
    const { broker, trade } = match;
    invariant(broker.worstEntry <= model.approved, 'no more is on order than was approved');
    invariant(model.filled >= filled, 'what was bought stays bought');
    invariant(model.covered <= Math.floor(model.filled / 2), 'exits sell half at most');
    invariant(model.held >= 0, 'nothing is short');
    invariant(broker.worstSale <= model.filled, 'no more is on sale than was bought');
    invariant(bought(trade) <= model.filled, 'no more is believed bought than was');
  }

  toString(): string {
    return JSON.stringify(this.#doing);
  }
}

/** Every row is listed, everything is read: what is believed is what is. */
class ReadAll implements fc.Command<Model, Match> {
  check(): boolean {
    return true;
  }

  run(model: Model, match: Match): void {
    match.do({ what: 'list' });
    match.do({ what: 'poll' });
    model.observe(match);
    invariant(bought(match.trade) === model.filled, 'what was bought is known');
    invariant(held(match.trade) === model.held, 'what is held is known');
  }

  toString(): string {
    return 'read all';
  }
}

const COMMANDS = fc.commands([DOINGS.map((doing) => new Act(doing)), fc.constant(new ReadAll())], {
  size: 'large',
  maxCommands: 80,
});
const SETTINGS: fc.Arbitrary<ModelSettings> = fc.record({
  replacementQuantity: fc.constantFrom('remaining', 'original'),
  abortedReplacement: fc.constantFrom('rejected', 'cancelled'),
});

describe('a trade and its model', () => {
  it('S3, S5, S7: agree after every act, and to the contract once everything is read', () => {
    const counts = fc.integer({ min: 1, max: 10 });
    const agrees = fc.property(SETTINGS, counts, COMMANDS, (settings, count, commands) => {
      const start = () => ({ model: new Model(count), real: new Match(settings, count) });
      fc.modelRun(start, commands);
    });
    expect(() => fc.assert(agrees, { numRuns: 300 })).not.toThrow();
  });
});
