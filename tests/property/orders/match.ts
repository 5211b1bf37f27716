/** One trade against a broker, and all between them that can be late, lost or told twice. */
import * as fc from 'fast-check';
import { quantity } from '#kernel/quantity.ts';
import { missedRecord, seenRecord, sightingOf } from '#orders/core/facts.ts';
import type { Move, PlanView } from '#orders/core/moves.ts';
import type { Plan } from '#orders/core/planner.ts';
import type { Answer, OrderIntent, SightingSource, Trade } from '#orders/model.ts';
import type { BrokerOrder, MutationOutcome } from '#orders/ports.ts';
import { type Course, closePlan, createCourse } from '../../fixtures/trade-course.ts';
import { ModelBroker, type ModelSettings } from './model-broker.ts';

/** Longer than a message is ever under way, shorter than the quarantine. */
const UNDER_WAY_MS = 10_000;
const REST_LOOKS = 150;
const CLOSES_MAX = 3;

export type Doing =
  | { readonly what: 'plan' | 'finish' | 'list' | 'read' | 'poll' | 'retell' | 'restart' }
  | { readonly what: 'deliver'; readonly nth: number; readonly how: 'true' | 'lost' | 'not_sent' }
  | { readonly what: 'answer' | 'notice'; readonly nth: number }
  | { readonly what: 'fill'; readonly nth: number; readonly count: number; readonly hidden: number }
  | { readonly what: 'wait'; readonly ms: number }
  | { readonly what: 'close'; readonly count: number; readonly scope: 'all' | 'part' }
  | { readonly what: 'entries'; readonly entries: PlanView['entries'] };

const nth = fc.nat({ max: 9 });
const what = <T extends string>(of: T) => fc.constant(of);

export const DOINGS: fc.Arbitrary<Doing> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ what: what('plan') }) },
  {
    weight: 4,
    arbitrary: fc.record({
      what: what('deliver'),
      nth,
      how: fc.constantFrom('true', 'true', 'lost', 'not_sent'),
    }),
  },
  { weight: 4, arbitrary: fc.record({ what: what('answer'), nth }) },
  { weight: 4, arbitrary: fc.record({ what: what('notice'), nth: fc.nat({ max: 99 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      what: what('fill'),
      nth,
      count: nth,
      hidden: fc.constantFrom(0, 0, 1, 2),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constantFrom('finish', 'list', 'read', 'poll', 'retell') }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      what: what('wait'),
      ms: fc.constantFrom(20, 200, 1_600, 5_100, 20_100),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: what('restart') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: what('close'),
      count: fc.integer({ min: 1, max: 10 }),
      scope: fc.constantFrom('all', 'part'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: what('entries'),
      entries: fc.constantFrom<PlanView['entries']>('yes', 'yes', 'wait', 'kill_state'),
    }),
  },
);

interface Sent {
  readonly intent: OrderIntent;
  readonly at: number;
}

interface Said {
  readonly intent: OrderIntent;
  readonly outcome: MutationOutcome;
}

export class Match {
  readonly broker: ModelBroker;
  readonly course: Course;
  readonly #sent: Sent[] = [];
  readonly #said: Said[] = [];
  readonly #view: Partial<PlanView>;
  #entries: PlanView['entries'] = 'yes';

  constructor(settings: ModelSettings, count: number, view: Partial<PlanView> = {}) {
    this.course = createCourse({ quantity: quantity(count) });
    this.broker = new ModelBroker(settings, this.course.now());
    this.#view = view;
  }

  get trade(): Trade {
    return this.course.trade();
  }

  ask(): Plan {
    return this.course.ask({ ...this.#view, entries: this.#entries });
  }

  do(doing: Doing): void {
    switch (doing.what) {
      case 'plan':
        this.#plan();
        break;
      case 'deliver':
        this.#deliver(doing.nth, doing.how);
        break;
      case 'answer':
        this.#answer(doing.nth);
        break;
      case 'notice':
        this.#notice(doing.nth);
        break;
      case 'fill':
        this.broker.fill(doing.nth, doing.count, doing.hidden);
        break;
      case 'finish':
        this.broker.finish();
        break;
      case 'list':
        this.broker.list();
        break;
      case 'read':
        this.#read();
        break;
      case 'poll':
        this.#poll();
        break;
      case 'retell':
        this.retell();
        break;
      case 'wait':
        this.#wait(doing.ms);
        break;
      case 'restart':
        this.#restart();
        break;
      case 'close':
        this.#close(doing.count, doing.scope);
        break;
      case 'entries':
        this.#entries = doing.entries;
        break;
    }
  }

  /** Everything the broker ever said comes once more. */
  retell(): void {
    for (const order of this.broker.history) this.#see(order, 'stream');
  }

  /** Time passes without faults until everything has come to its end. */
  rest(): void {
    if (this.#entries === 'wait') this.#entries = 'yes';
    for (let look = 0; look < REST_LOOKS; look += 1) {
      for (let moves = 0; moves < 40 && this.ask().write !== null; moves += 1) this.#plan();
      while (this.#sent.length > 0) this.#deliver(0, 'true');
      while (this.#said.length > 0) this.#answer(0);
      this.broker.finish();
      this.broker.list();
      this.#poll();
      this.#read();
      this.#wait(2_500);
    }
  }

  #plan(): void {
    const { write } = this.ask();
    if (write === null || (write.kind !== 'record' && write.kind !== 'command')) return;
    this.course.take(write.draft);
    if (write.kind === 'record') return;
    this.#sent.push({ intent: write.draft.body.intent, at: this.course.now() });
  }

  #deliver(place: number, how: 'true' | 'lost' | 'not_sent'): void {
    const [sent] = this.#sent.splice(place % Math.max(1, this.#sent.length), 1);
    if (sent === undefined) return;
    const { intent } = sent;
    if (how === 'not_sent') {
      const outcome = { kind: 'not_sent', reason: 'unreachable', detail: '' } as const;
      this.#said.push({ intent, outcome });
      return;
    }
    const outcome = this.broker.execute(intent);
    this.#said.push({
      intent,
      outcome: how === 'lost' ? { kind: 'ambiguous', detail: '' } : outcome,
    });
  }

  #answer(place: number): void {
    const [said] = this.#said.splice(place % Math.max(1, this.#said.length), 1);
    if (said === undefined) return;
    const { intent, outcome } = said;
    const answer: Answer =
      outcome.kind === 'acked' ? { kind: 'acked', orderId: outcome.order.orderId } : outcome;
    this.course.add({ kind: 'order.answered', body: { cid: intent.cid, op: intent.op, answer } });
    if (outcome.kind === 'acked') this.#see(outcome.order, 'answer');
  }

  #notice(place: number): void {
    const { history } = this.broker;
    const told = history[history.length - 1 - (place % Math.max(1, history.length))];
    if (told !== undefined) this.#see(told, 'stream');
  }

  #poll(): void {
    for (const order of this.broker.all()) this.#see(order, 'poll');
  }

  #see(stated: BrokerOrder, source: SightingSource): void {
    const order = this.trade.orders.find(({ cid }) => cid === stated.clientOrderId);
    const sighting = order === undefined ? null : sightingOf(order, stated, source);
    if (sighting === null) return;
    this.course.take(seenRecord(this.trade, sighting, source, this.course.now()));
  }

  #read(): void {
    for (const move of this.ask().reads) this.#answerRead(move);
  }

  #answerRead(move: Move): void {
    if (move.kind === 'read') {
      const order = this.broker.byId(move.orderId);
      if (order !== null) this.#see(order, 'poll');
    }
    if (move.kind !== 'look_up') return;
    const found = this.broker.byClientId(move.cid);
    for (const order of found) this.#see(order, 'look_up');
    const sought = this.trade.orders.find(({ cid }) => cid === move.cid);
    if (found.length > 0 || sought === undefined) return;
    this.course.take(missedRecord(this.trade, sought, this.course.now()));
  }

  #wait(ms: number): void {
    this.course.wait(ms);
    this.broker.wait(ms);
    while (this.#sent.some(({ at }) => this.course.now() - at > UNDER_WAY_MS)) {
      this.#deliver(0, 'true');
    }
  }

  /** What had left arrives; no answer does. */
  #restart(): void {
    while (this.#sent.length > 0) this.#deliver(0, 'true');
    this.#said.length = 0;
    this.course.restart();
  }

  #close(count: number, scope: 'all' | 'part'): void {
    if (this.trade.ended !== null || this.trade.closes.length >= CLOSES_MAX) return;
    const plan = closePlan(this.course, { quantity: quantity(count), scope });
    this.course.add({ kind: 'close.requested', body: { plan, why: 'test' } });
  }
}
