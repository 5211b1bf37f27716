/** What happens at a broker without the client's doing: other hands, corporate actions, resets. */
import { type Price, price } from '#kernel/price.ts';
import { type Clock, epochMs } from '#kernel/time.ts';
import { newYorkDate, newYorkInstant } from '#market/session.ts';
import type { Timers } from '../../support/timers.ts';
import type { Catalogue } from '../catalogue.ts';
import type { Engine } from './engine.ts';
import { settle } from './funds.ts';
import type { Account, AccountFlags, Draft, Order } from './model.ts';

export interface Hands {
  /** At its own limit, or the touch, unless a price is given. */
  readonly fill: (orderId: number, quantity: number, each?: string) => void;
  readonly reject: (orderId: number, reason: string) => void;
  readonly cancel: (orderId: number) => void;
  readonly expire: (orderId: number) => void;
  readonly remove: (orderId: number) => void;
  /** A trade in the account by somebody else, with an order of its own. */
  readonly tradeElsewhere: (trade: TradeElsewhere) => void;
  /** Assignment, exercise or expiry: the position goes, at that price in cash. */
  readonly removePosition: (symbol: string, each: string) => void;
  /** Trading status: frozen, closing only, … */
  readonly setFlags: (flags: Partial<AccountFlags>, account?: string) => void;
  /** Dollars as a decimal. */
  readonly setCash: (cash: string, account?: string) => void;
  /** As the sandbox does every day: orders, positions and transactions are gone. */
  readonly reset: () => void;
}

export interface TradeElsewhere {
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly quantity: number;
  readonly price: string;
  readonly account?: string;
}

export interface HandsOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly engine: Engine;
  readonly catalogue: Catalogue;
  readonly dailyReset: 'off' | 'midnight';
}

const DAY_MINUTES = 24 * 60;

export function createHands(options: HandsOptions): Hands {
  const { clock, timers, engine, catalogue } = options;
  const { book, trading } = engine;
  const cashAtStart = new Map([...book.accounts.values()].map((each) => [each, each.cash]));

  function orderOf(id: number): Order {
    const order = book.find(id);
    if (order === null) throw new Error(`expected an order, was ${id}`);
    return order;
  }

  function accountOf(number?: string): Account {
    const [first] = book.accounts.values();
    const account = number === undefined ? first : book.accounts.get(number);
    if (account === undefined) throw new Error(`expected an account, was ${number}`);
    return account;
  }

  function reset(): void {
    for (const [account, cash] of cashAtStart) {
      for (const order of account.orders.values()) trading.end(order, 'Removed');
      account.orders.clear();
      account.live.clear();
      account.holdings.clear();
      account.complexOrders.clear();
      account.transactions.length = 0;
      account.cash = cash;
    }
  }

  function resetAtMidnight(): void {
    const next = newYorkInstant(newYorkDate(clock.now()), DAY_MINUTES);
    timers.after(next - clock.now(), () => {
      reset();
      resetAtMidnight();
    });
  }

  if (options.dailyReset === 'midnight') resetAtMidnight();

  return {
    fill(id, quantity, each) {
      trading.fillAtOwn(orderOf(id), quantity, each === undefined ? undefined : price(each));
    },
    reject(id, reason) {
      const order = orderOf(id);
      order.rejectReason = reason;
      trading.end(order, 'Rejected');
    },
    cancel: (id) => trading.end(orderOf(id), 'Cancelled'),
    expire: (id) => trading.end(orderOf(id), 'Expired'),
    remove: (id) => trading.end(orderOf(id), 'Removed'),
    tradeElsewhere({ symbol, side, quantity, price: each, account: number }) {
      const account = accountOf(number);
      const draft = elsewhere(catalogue, { account, symbol, side, quantity, price: price(each) });
      const order = book.create(account, draft, { behaviour: { fills: { kind: 'never' } } });
      order.status = 'Live';
      trading.fillAtOwn(order, quantity, price(each));
    },
    removePosition(symbol, each) {
      const account = [...book.accounts.values()].find(({ holdings }) =>
        [...holdings.keys()].some((held) => held === symbol),
      );
      const holding = [...(account?.holdings.values() ?? [])].find(
        ({ instrument }) => instrument.symbol === symbol,
      );
      if (account === undefined || holding === undefined) return;
      const action = holding.net > 0 ? 'Sell to Close' : 'Buy to Close';
      const quantity = Math.abs(holding.net);
      const leg = { instrument: holding.instrument, action, quantity } as const;
      settle(account, { leg, quantity, price: price(each), at: epochMs(clock.now()) });
    },
    setFlags(flags, number) {
      Object.assign(accountOf(number).flags, flags);
    },
    setCash(cash, number) {
      accountOf(number).cash = price(cash);
    },
    reset,
  };
}

function elsewhere(
  catalogue: Catalogue,
  trade: {
    readonly account: Account;
    readonly symbol: string;
    readonly side: 'buy' | 'sell';
    readonly quantity: number;
    readonly price: Price;
  },
): Draft {
  const instrument = catalogue.bySymbol(trade.symbol);
  if (instrument === null) throw new Error(`expected a listed symbol, was ${trade.symbol}`);
  const net = trade.account.holdings.get(instrument.symbol)?.net ?? 0;
  const buys = trade.side === 'buy';
  const closes = buys ? net < 0 : net > 0;
  const verb = buys ? 'Buy' : 'Sell';
  const action =
    instrument.kind === 'future' ? verb : (`${verb} to ${closes ? 'Close' : 'Open'}` as const);
  return {
    type: 'Limit',
    tif: 'Day',
    gtcDate: null,
    price: trade.price,
    effect: buys ? 'Debit' : 'Credit',
    stopTrigger: null,
    legs: [{ instrument, action, quantity: trade.quantity }],
    externalIdentifier: null,
    source: 'elsewhere',
    isAutomated: false,
    isStrict: false,
    preflightId: null,
    rules: null,
  };
}
