/** Orders that go together: one cancels the other, one triggers others. */
import { isRecord, listOf } from '../../support/json.ts';
import type { Behaviours } from './behaviour.ts';
import type { Engine, Preflight } from './engine.ts';
import { type Account, type ComplexOrder, isTerminal, type Order } from './model.ts';
import { invalid, type Refusal } from './refusal.ts';

export interface ComplexOrders {
  readonly place: (account: Account, body: unknown) => PlacedComplex | Refusal;
  readonly dryRun: (account: Account, body: unknown) => Preflight | Refusal;
  /** Cancels whatever of it still works. */
  readonly cancel: (complex: ComplexOrder) => void;
  readonly onChange: (listener: (account: Account, complex: ComplexOrder) => void) => void;
}

export interface PlacedComplex {
  readonly kind: 'placed_complex';
  readonly complex: ComplexOrder;
  readonly preflight: Preflight;
}

interface Plan {
  readonly type: ComplexOrder['type'];
  readonly trigger: Preflight | null;
  readonly children: readonly Preflight[];
}

const CHILDREN: Readonly<Record<ComplexOrder['type'], readonly [min: number, max: number]>> = {
  OCO: [2, 2],
  OTO: [1, 3],
  OTOCO: [2, 2],
};
const FIRST_ID = 2_000_010_530;

export function createComplexOrders(engine: Engine, behaviours: Behaviours): ComplexOrders {
  const { book, lifecycle, trading } = engine;
  const listeners: ((account: Account, complex: ComplexOrder) => void)[] = [];
  let made = 0;

  function plan(account: Account, body: unknown): Plan | Refusal {
    if (!isRecord(body)) return invalid('complex-order', 'is not a JSON object');
    const type = (['OCO', 'OTO', 'OTOCO'] as const).find((each) => each === body['type']);
    if (type === undefined) return invalid('type', 'is missing or has an invalid value');
    const raw = listOf(body['orders']);
    const [least, most] = CHILDREN[type];
    if (raw.length < least || raw.length > most) return invalid('orders', 'has a wrong number');
    const trigger = type === 'OCO' ? null : checked(account, body['trigger-order']);
    if (trigger !== null && 'kind' in trigger) return trigger;
    const children: Preflight[] = [];
    for (const each of raw) {
      // What waits for a trigger closes a position that is not there yet.
      const child = trigger === null ? checked(account, each) : unchecked(each, trigger);
      if ('kind' in child) return child;
      children.push(child);
    }
    return { type, trigger, children };
  }

  function checked(account: Account, body: unknown): Preflight | Refusal {
    const draft = engine.parse(body);
    if ('status' in draft) return draft;
    const found = engine.preflight(account, draft, null);
    return 'kind' in found ? found : (found.refusal ?? found);
  }

  function unchecked(body: unknown, like: Preflight): Preflight | Refusal {
    const draft = engine.parse(body);
    return 'status' in draft ? draft : { ...like, draft };
  }

  function create(account: Account, { type, trigger, children }: Plan): ComplexOrder {
    made += 1;
    const id = FIRST_ID + made;
    const order = ({ draft }: Preflight, tag: string): Order =>
      book.create(account, draft, {
        behaviour: behaviours.of(draft, 'new'),
        complex: { id, tag: `${type}::${tag}` },
      });
    const tagOf = (at: number): string => (type === 'OTOCO' ? `oco-${at + 1}-order` : 'order');
    const complex: ComplexOrder = {
      id,
      type,
      trigger: trigger === null ? null : order(trigger, 'trigger-order'),
      children: children.map((child, at) => order(child, tagOf(at))),
      terminalAt: null,
    };
    account.complexOrders.set(id, complex);
    return complex;
  }

  trading.onEnd((order) => {
    const complex =
      order.complex === null ? undefined : order.account.complexOrders.get(order.complex.id);
    if (complex === undefined) return;
    const isFilled = order.status === 'Filled';
    if (order === complex.trigger) {
      for (const child of complex.children) {
        if (isFilled) lifecycle.release(child);
        else end(child);
      }
    } else if (isFilled && complex.type !== 'OTO') {
      for (const sibling of complex.children) trading.end(sibling, 'Cancelled');
    }
    const all = [...complex.children, ...(complex.trigger === null ? [] : [complex.trigger])];
    if (all.every(isTerminal)) complex.terminalAt = order.terminalAt;
    for (const listener of listeners) listener(order.account, complex);
  });

  function end(order: Order): void {
    if (!isTerminal(order) && !lifecycle.cancel(order)) trading.end(order, 'Cancelled');
  }

  return {
    place(account, body) {
      const planned = plan(account, body);
      if ('kind' in planned) return planned;
      const complex = create(account, planned);
      for (const child of complex.children) {
        if (complex.trigger === null) lifecycle.start(child);
        else lifecycle.hold(child);
      }
      if (complex.trigger !== null) lifecycle.start(complex.trigger);
      const [preflight] = planned.trigger === null ? planned.children : [planned.trigger];
      if (preflight === undefined) return invalid('orders', 'is empty');
      return { kind: 'placed_complex', complex, preflight };
    },
    dryRun(account, body) {
      const planned = plan(account, body);
      if ('kind' in planned) return planned;
      return planned.trigger ?? planned.children[0] ?? invalid('orders', 'is empty');
    },
    cancel(complex) {
      if (complex.trigger !== null) end(complex.trigger);
      for (const child of complex.children) end(child);
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
