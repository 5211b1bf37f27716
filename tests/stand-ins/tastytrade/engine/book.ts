/** Making orders and telling of them: ids, the one place that writes an order's changes down. */
import { sha256Hex } from '#kernel/digest.ts';
import type { Clock, EpochMs } from '#kernel/time.ts';
import type { JsonObject } from '../../support/json.ts';
import type { OrderBehaviour } from './behaviour.ts';
import { type Account, type Draft, isTerminal, type Order } from './model.ts';

export interface Book {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly create: (account: Account, draft: Draft, made: MadeOf) => Order;
  readonly nextId: () => number;
  /** Notes the change and tells whoever listens. */
  readonly publish: (order: Order) => void;
  readonly find: (id: number) => Order | null;
  readonly onChange: (listener: (order: Order) => void) => void;
}

export interface MadeOf {
  readonly behaviour: OrderBehaviour;
  readonly replaces?: Order;
  readonly complex?: { readonly id: number; readonly tag: string };
}

const FIRST_ID = 270_561;
const HISTORY_MAX = 40;

export function createBook(options: {
  readonly clock: Clock;
  readonly seed: number | string;
  readonly accounts: readonly Account[];
  readonly show: (order: Order) => JsonObject;
}): Book {
  const { clock, seed, show } = options;
  const accounts = new Map(options.accounts.map((account) => [account.number, account]));
  const listeners: ((order: Order) => void)[] = [];
  let made = 0;

  function nextId(): number {
    made += 1;
    return FIRST_ID + made - 1;
  }

  return {
    accounts,
    nextId,
    create(account, draft, { behaviour, replaces, complex }) {
      const id = nextId();
      const now = clock.now();
      const order: Order = {
        ...draft,
        id,
        account,
        legs: draft.legs.map((leg) => ({
          ...leg,
          remaining: leg.quantity,
          fills: [],
          shown: 0,
        })),
        receivedAt: now,
        globalRequestId: sha256Hex(`${seed}/${id}`).slice(0, 32),
        behaviour,
        replaces: replaces ?? null,
        complex: complex ?? null,
        replacedBy: null,
        status: 'Received',
        contingentStatus: null,
        isEdited: false,
        isParked: false,
        isTriggered: false,
        hasRested: false,
        inFlightAt: null,
        liveAt: null,
        cancelledAt: null,
        terminalAt: null,
        updatedAt: 0,
        rejectReason: null,
        cancelsIgnored: 0,
        history: [],
      };
      account.orders.set(id, order);
      account.live.add(order);
      return order;
    },
    publish(order) {
      if (isTerminal(order)) order.account.live.delete(order);
      // Two changes in one millisecond must still be told apart by their time.
      order.updatedAt = Math.max(clock.now(), order.updatedAt + 1);
      order.history.push({ at: clock.now(), shown: show(order) });
      if (order.history.length > HISTORY_MAX) order.history.shift();
      for (const listener of listeners) listener(order);
    },
    find(id) {
      for (const account of accounts.values()) {
        const order = account.orders.get(id);
        if (order !== undefined) return order;
      }
      return null;
    },
    onChange(listener) {
      listeners.push(listener);
    },
  };
}

export interface AccountOptions {
  readonly number: string;
  /** Dollars as a decimal. */
  readonly cash: bigint;
  readonly kind: 'Margin' | 'Cash';
  readonly nickname: string;
}

export function createAccount(options: AccountOptions, now: EpochMs): Account {
  return {
    number: options.number,
    nickname: options.nickname,
    kind: options.kind,
    openedAt: now,
    flags: {
      isClosed: false,
      isFrozen: false,
      isClosingOnly: false,
      isInMarginCall: false,
      isFuturesEnabled: true,
      optionsLevel: 'No Restrictions',
    },
    cash: options.cash,
    holdings: new Map(),
    orders: new Map(),
    live: new Set(),
    transactions: [],
    complexOrders: new Map(),
  };
}
