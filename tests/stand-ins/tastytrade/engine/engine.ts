/** The broker behind the wire: place, preflight, replace, cancel, and what a test does by hand. */
import type { Clock } from '#kernel/time.ts';
import type { Timers } from '../../support/timers.ts';
import type { Catalogue } from '../catalogue.ts';
import type { Market } from '../market.ts';
import type { Behaviours } from './behaviour.ts';
import type { Book } from './book.ts';
import { check, isMarketOpen } from './checks.ts';
import { buyingPower, draftFees, type Holds, holdOf, netTouch } from './funds.ts';
import { createLifecycle, type Lifecycle } from './lifecycle.ts';
import { createMatcher, type Matcher } from './matching.ts';
import {
  type Account,
  type Draft,
  type DraftLeg,
  type Fees,
  firstLeg,
  type Order,
  remainingUnits,
  unitsOf,
} from './model.ts';
import { parseEdit, parseOrder } from './parse-order.ts';
import { CANNOT_UPDATE, failedPreflight, type Refusal, refused } from './refusal.ts';
import type { EngineSettings } from './settings.ts';
import { createTrading, type Trading } from './trading.ts';

export interface Warning {
  readonly code: string;
  readonly message: string;
}

/** What an order would do to the account. */
export interface Preflight {
  readonly draft: Draft;
  readonly hold: bigint;
  readonly before: bigint;
  readonly after: bigint;
  readonly fees: Fees;
  /** Dollars the whole order moves when filled at its price. */
  readonly value: bigint;
  readonly warnings: readonly Warning[];
  /** Not enough buying power. */
  readonly refusal: Refusal | null;
}

export interface Placed {
  readonly kind: 'placed';
  readonly order: Order;
  readonly preflight: Preflight;
}

export interface Engine {
  readonly book: Book;
  readonly matcher: Matcher;
  readonly trading: Trading;
  readonly lifecycle: Lifecycle;
  readonly holds: Holds;
  readonly place: (account: Account, body: unknown) => Placed | Refusal;
  readonly dryRun: (account: Account, body: unknown) => Preflight | Refusal;
  readonly replace: (order: Order, body: unknown) => Placed | Refusal;
  readonly replaceDryRun: (order: Order, body: unknown) => Preflight | Refusal;
  readonly cancel: (order: Order) => Order | Refusal;
  /** Reads and checks a body without an account's money: for the children of complex orders. */
  readonly parse: (body: unknown) => Draft | Refusal;
  readonly preflight: (
    account: Account,
    draft: Draft,
    original: Order | null,
  ) => Preflight | Refusal;
}

export interface EngineOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly book: Book;
  readonly market: Market;
  readonly catalogue: Catalogue;
  readonly behaviours: Behaviours;
  readonly settings: EngineSettings;
}

const NEXT_SESSION: Warning = {
  code: 'tif_next_valid_sesssion',
  message: 'Your order will begin working during next valid session.',
};

export function createEngine(options: EngineOptions): Engine {
  const { clock, timers, book, market, catalogue, behaviours, settings } = options;
  const matcher = createMatcher(market, settings);
  const trading = createTrading({ clock, timers, book, matcher, settings });
  const lifecycle = createLifecycle({ clock, timers, book, trading, matcher, settings });
  const holds = { touch: matcher.touch, shortSelling: settings.shortSelling };
  const find = (symbol: string) => catalogue.bySymbol(symbol);

  market.onChange((instrument) => {
    for (const account of book.accounts.values()) {
      for (const order of [...account.live]) {
        if (order.rules !== null) lifecycle.checkConditions(order);
        const concerns = order.legs.some((leg) => leg.instrument.symbol === instrument.symbol);
        if (concerns) trading.meetMarket(order);
      }
    }
  });

  function preflight(account: Account, asked: Draft, original: Order | null): Preflight | Refusal {
    for (const { instrument } of asked.legs) market.watch(instrument);
    const now = clock.now();
    const draft = check(asked, { account, settings, now, original });
    if ('status' in draft) return draft;
    const units = unitsOf(draft.legs);
    const hold = holdOf(account, draft, units, holds);
    const freed =
      original === null ? 0n : (holdOf(account, original, remainingUnits(original), holds) ?? 0n);
    const before = buyingPower(account, holds) + freed;
    const { instrument } = firstLeg(draft);
    const each = draft.price ?? netTouch(draft, matcher.touch);
    const isBroke = hold === null || (hold > before && hold > freed);
    return {
      draft,
      hold: hold ?? 0n,
      before,
      after: before - (hold ?? 0n),
      fees: draftFees(account, draft, units),
      value: each * BigInt(units) * BigInt(instrument.multiplier),
      warnings: isMarketOpen(instrument, { settings, now }) ? [] : [NEXT_SESSION],
      refusal: isBroke ? marginRefusal(draft) : null,
    };
  }

  function edited(order: Order, body: unknown): Draft | Refusal {
    const legs = order.legs.map((leg): DraftLeg => {
      const { instrument, action } = leg;
      const left = settings.replacementQuantity === 'original' ? leg.quantity : leg.remaining;
      return { instrument, action, quantity: left };
    });
    return parseEdit(body, order, legs, find);
  }

  function canReplace(order: Order): boolean {
    return order.status === 'Live' || (order.status === 'Received' && order.isParked);
  }

  function replaceDryRun(order: Order, body: unknown): Preflight | Refusal {
    if (!canReplace(order)) return CANNOT_UPDATE;
    const draft = edited(order, body);
    return 'status' in draft ? draft : preflight(order.account, draft, order);
  }

  return {
    book,
    matcher,
    trading,
    lifecycle,
    holds,
    parse: (body) => parseOrder(body, find),
    preflight,
    dryRun(account, body) {
      const draft = parseOrder(body, find);
      return 'status' in draft ? draft : preflight(account, draft, null);
    },
    place(account, body) {
      const asked = parseOrder(body, find);
      if ('status' in asked) return asked;
      const behaviour = behaviours.of(asked, 'new');
      const { refuse } = behaviour;
      if (refuse !== undefined) return refused(refuse.status, refuse.code, refuse.message);
      const checked = preflight(account, asked, null);
      if ('status' in checked) return checked;
      if (checked.refusal !== null) return checked.refusal;
      const order = book.create(account, checked.draft, { behaviour });
      lifecycle.start(order);
      return { kind: 'placed', order, preflight: checked };
    },
    replaceDryRun,
    replace(order, body) {
      const checked = replaceDryRun(order, body);
      if ('status' in checked) return checked;
      if (checked.refusal !== null) return checked.refusal;
      const behaviour = behaviours.of(checked.draft, 'replacement');
      const { refuse } = behaviour;
      if (refuse !== undefined) return refused(refuse.status, refuse.code, refuse.message);
      const made = book.create(order.account, checked.draft, { behaviour, replaces: order });
      lifecycle.replace(order, made);
      return { kind: 'placed', order: made, preflight: checked };
    },
    cancel: (order) => (lifecycle.cancel(order) ? order : CANNOT_UPDATE),
  };
}

function marginRefusal(draft: Draft): Refusal {
  return failedPreflight(
    'margin_check_failed',
    'Account does not have sufficient buying power available for this order.',
    draft.preflightId,
  );
}
