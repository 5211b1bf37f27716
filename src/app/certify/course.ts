/**
 * One course of certification at a venue: what its scenarios share, and what has to be put away.
 *
 * Rules
 * 1. Every order carries an identifier of this course, never one of a desk's own form.
 * 2. Contracts are bought one at a time, in one contract nobody held before.
 * 3. What a scenario has placed is taken back behind it, whatever became of the scenario.
 */
import type { Verdict } from '#adapters/tastytrade/http/judge.ts';
import { newOrderBody } from '#adapters/tastytrade/wire/ticket.ts';
import { type ClientOrderId, certificationOrderId, type OrderId } from '#kernel/ids.ts';
import type { Price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import type { Result } from '#kernel/result.ts';
import { type Clock, type EpochMs, plus } from '#kernel/time.ts';
import type { Instrument, InstrumentSymbol, OptionInstrument } from '#market/instrument.ts';
import { isOpen } from '#market/session.ts';
import {
  type BrokerOrder,
  hasEnded,
  type MutationOutcome,
  type OrderTicket,
  type QueryFault,
} from '#orders/ports.ts';
import type { CertifyVenue } from './certify-venue.ts';
import { type ChosenOption, chooseOption } from './contracts.ts';
import { described, lowest, shown, told } from './order-words.ts';
import { cannotTest, check, fail } from './scenario-end.ts';

export interface CourseOptions {
  readonly venue: CertifyVenue;
  readonly clock: Clock;
  /** Tells this course's orders from those of every other. */
  readonly mark: string;
  /** Liquid, with options of every week. */
  readonly underlying: string;
}

/** What scenarios share. */
export interface CourseMemory {
  readonly startedAt: EpochMs;
  /** Every identifier sent. */
  readonly sent: Set<ClientOrderId>;
  /** Orders the account stream has told of. */
  readonly toldOf: Set<OrderId>;
  ids: number;
  option: Promise<ChosenOption> | null;
}

export function createCourseMemory(startedAt: EpochMs): CourseMemory {
  return { startedAt, sent: new Set(), toldOf: new Set(), ids: 0, option: null };
}

/** An order to be placed; the rest is a limit buy of one that opens. */
export interface OrderWish
  extends Partial<Omit<OrderTicket, 'clientOrderId' | 'quantity' | 'terms'>> {
  readonly clientOrderId?: ClientOrderId;
  readonly quantity?: number;
  /** The least there is when absent. */
  readonly limit?: Price;
}

const POLL_MS = 300;
/** Between two looks at what is known here already. */
const LOOK_MS = 100;
const LOOK_UP_MS = 10_000;
const CLOCK_MS = 60_000;

/** The course of one scenario. Once it is over, whatever is still under way may do nothing more. */
export class Course {
  readonly venue: CertifyVenue;
  readonly clock: Clock;
  readonly memory: CourseMemory;
  readonly steps: string[] = [];
  readonly evidence: string[] = [];
  readonly #options: CourseOptions;
  #isOver = false;

  constructor(options: CourseOptions, memory: CourseMemory) {
    this.#options = options;
    this.venue = options.venue;
    this.clock = options.clock;
    this.memory = memory;
  }

  end(): void {
    this.#isOver = true;
  }

  step(text: string): void {
    this.steps.push(text);
  }

  see(text: string): void {
    this.evidence.push(text);
  }

  get underlying(): string {
    return this.#options.underlying;
  }

  /** The call everything is tried with; chosen once. */
  async option(): Promise<OptionInstrument> {
    const { memory } = this;
    const chosen = (memory.option ??= chooseOption(this));
    try {
      return (await chosen).option;
    } catch (error) {
      // What one scenario could not find out the next one may.
      if (memory.option === chosen) memory.option = null;
      throw error;
    }
  }

  isMarketOpen({ session }: Instrument): boolean {
    return isOpen(session, this.clock.now());
  }

  /** An identifier of this course, whose orders will be put away. */
  newId(): ClientOrderId {
    this.#mustGoOn();
    this.memory.ids += 1;
    const id = certificationOrderId(this.#options.mark, this.memory.ids);
    this.memory.sent.add(id);
    return id;
  }

  /** What the venue says of an order of ours; one whose answer was lost is looked for. */
  async place(wish: OrderWish): Promise<MutationOutcome> {
    const ticket = await this.#ticket(wish);
    const { clientOrderId } = ticket;
    this.#mustGoOn();
    this.step(`place ${described(ticket)} as ${clientOrderId}`);
    const outcome = await this.venue.broker.place(ticket);
    this.see(`place ${clientOrderId}: ${told(outcome)}`);
    return outcome.kind === 'ambiguous' ? this.#lookFor(clientOrderId, outcome) : outcome;
  }

  /** What placing it would bring; nothing is placed. */
  async dryRun(wish: OrderWish): Promise<Verdict> {
    const ticket = await this.#ticket(wish);
    this.step(`dry run: ${described(ticket)}`);
    return this.venue.calls.dryRun(newOrderBody(ticket));
  }

  async #ticket(wish: OrderWish): Promise<OrderTicket> {
    const instrument = wish.instrument ?? (await this.option());
    return {
      instrument,
      side: wish.side ?? 'buy',
      effect: wish.effect ?? 'open',
      timeInForce: wish.timeInForce ?? 'day',
      terms: { kind: 'limit', limit: wish.limit ?? lowest(instrument) },
      clientOrderId: wish.clientOrderId ?? this.newId(),
      quantity: quantity(wish.quantity ?? 1),
    };
  }

  /** An order the venue has taken. */
  async taken(wish: OrderWish): Promise<OrderId> {
    const outcome = await this.place(wish);
    if (outcome.kind === 'acked') return outcome.order.orderId;
    const instrument = wish.instrument ?? (await this.option());
    if (outcome.kind === 'rejected' && !this.isMarketOpen(instrument)) {
      cannotTest(`the market is closed, and the venue takes none: ${told(outcome)}`);
    }
    return fail(`expected it acknowledged, was ${told(outcome)}`);
  }

  /** An order of ours that works. */
  async working(wish: OrderWish = {}): Promise<BrokerOrder> {
    const orderId = await this.taken(wish);
    const instrument = wish.instrument ?? (await this.option());
    const order = await this.until(orderId, isSettled, 'works or has ended');
    if (order.status === 'filled') {
      cannotTest(
        `${order.orderId} filled at a price far from the market: an older sandbox does so`,
      );
    }
    if (isWaiting(order) && !this.isMarketOpen(instrument)) {
      cannotTest(`${order.orderId} waits for the market to open`);
    }
    check(order.status === 'working', `expected working, was ${shown(order)}`);
    return order;
  }

  async order(orderId: OrderId): Promise<BrokerOrder> {
    const order = await this.ask('order', this.venue.broker.orderById(orderId));
    return order ?? fail(`the venue knows no order ${orderId}`);
  }

  /** Reads an order until it is as wanted; fails when that does not come. */
  async until(
    orderId: OrderId,
    isWanted: (order: BrokerOrder) => boolean,
    what: string,
  ): Promise<BrokerOrder> {
    const order = await this.soon(orderId, isWanted, LOOK_UP_MS);
    check(isWanted(order) || isWaiting(order), `expected that it ${what}, was ${shown(order)}`);
    return order;
  }

  /** An order once it is as wanted, or as it is when the time is over. */
  async soon(
    orderId: OrderId,
    isWanted: (order: BrokerOrder) => boolean,
    withinMs: number,
  ): Promise<BrokerOrder> {
    const from = this.clock.mono();
    let order = await this.order(orderId);
    while (!isWanted(order) && this.clock.mono() - from < withinMs) {
      await this.pause(POLL_MS);
      order = await this.order(orderId);
    }
    this.see(shown(order));
    return order;
  }

  async waitFor(what: string, test: () => boolean, withinMs = LOOK_UP_MS): Promise<void> {
    await this.soonTrue(test, withinMs);
    check(test(), `expected ${what} within ${withinMs} ms`);
  }

  /** Waits until it is so, or the time is over. */
  async soonTrue(test: () => boolean, withinMs: number): Promise<void> {
    const from = this.clock.mono();
    while (!test() && this.clock.mono() - from < withinMs) await this.pause(LOOK_MS);
  }

  pause(ms: number): Promise<void> {
    this.#mustGoOn();
    return new Promise((resolve) => {
      this.clock.after(ms, resolve);
    });
  }

  /** An answer that must come. */
  async ask<T>(name: string, answer: Promise<Result<T, QueryFault>>): Promise<T> {
    const result = await answer;
    return result.ok ? result.value : fail(`${name}: ${result.error.kind}: ${result.error.detail}`);
  }

  byId(id: ClientOrderId): Promise<readonly BrokerOrder[]> {
    return this.ask('look-up', this.venue.broker.ordersByClientId(id, this.#since()));
  }

  /** Every order of the course, whatever has become of it. */
  async ours(): Promise<readonly BrokerOrder[]> {
    const orders = await this.ask('orders', this.venue.broker.orders(this.#since()));
    const { sent } = this.memory;
    return orders.filter(({ clientOrderId: id }) => id !== null && sent.has(id));
  }

  /** Contracts of this course, bought and not yet sold. */
  async held(): Promise<number> {
    const { symbol } = await this.option();
    const { heldBefore } = (await this.memory.option) ?? { heldBefore: 0 };
    return (await this.position(symbol)) - heldBefore;
  }

  /** What the account holds of it; negative when short. */
  async position(symbol: InstrumentSymbol): Promise<number> {
    const positions = await this.ask('positions', this.venue.broker.positions());
    return positions.find((one) => one.symbol === symbol)?.net ?? 0;
  }

  /** What is held once the account tells of so many, or after ten seconds. */
  async heldSoon(expected: number): Promise<number> {
    const from = this.clock.mono();
    let held = await this.held();
    while (held !== expected && this.clock.mono() - from < LOOK_UP_MS) {
      await this.pause(POLL_MS);
      held = await this.held();
    }
    return held;
  }

  /** The venue's clock may be behind ours. */
  #since(): EpochMs {
    return plus(this.memory.startedAt, -CLOCK_MS);
  }

  #mustGoOn(): void {
    check(!this.#isOver, 'the scenario is over');
  }

  async #lookFor(id: ClientOrderId, lost: MutationOutcome): Promise<MutationOutcome> {
    const from = this.clock.mono();
    while (this.clock.mono() - from < LOOK_UP_MS) {
      const [order] = await this.byId(id);
      if (order !== undefined) return { kind: 'acked', order };
      await this.pause(POLL_MS);
    }
    return lost;
  }
}

/** Off-hours an order waits as received, and would for long. */
export function isWaiting({ status }: BrokerOrder): boolean {
  return status === 'received' || status === 'contingent';
}

function isSettled(order: BrokerOrder): boolean {
  return order.status === 'working' || hasEnded(order);
}
