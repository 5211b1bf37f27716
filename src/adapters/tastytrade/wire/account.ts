/** Accounts, what they may do, what they hold and what they are worth. */
import { z } from 'zod';
import type { Money, Price } from '#kernel/price.ts';
import { ZERO_PRICE } from '#kernel/price.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { EpochMs } from '#kernel/time.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import type { Balances, Position } from '#orders/ports.ts';
import { FLAG, ID, INSTANT, lenient, MONEY, maybe, PRICE, problemOf, RATIO } from './values.ts';

export interface Account {
  readonly number: string;
  readonly nickname: string | null;
  readonly type: string | null;
  /** `Margin`, `Cash` */
  readonly marginOrCash: string | null;
  readonly isClosed: boolean;
  readonly isFuturesApproved: boolean;
  /** `owner`, `trade-only`, `read-only` */
  readonly authority: string | null;
}

const ACCOUNT = z.object({
  'account-number': ID,
  nickname: lenient(z.string()),
  'account-type-name': lenient(z.string()),
  'margin-or-cash': lenient(z.string()),
  'is-closed': lenient(FLAG),
  'is-futures-approved': lenient(FLAG),
});
/** Listed inside `account`; asked for one by one, flat. */
const LISTED_ACCOUNT = z.union([
  z.object({ account: ACCOUNT, 'authority-level': lenient(z.string()) }),
  ACCOUNT.transform((account) => ({ account, 'authority-level': null })),
]);

export function decodeAccount(raw: unknown): Result<Account, string> {
  const parsed = LISTED_ACCOUNT.safeParse(raw);
  if (!parsed.success) return err(problemOf(parsed.error));
  const { account, 'authority-level': authority } = parsed.data;
  return ok({
    number: account['account-number'],
    nickname: account.nickname,
    type: account['account-type-name'],
    marginOrCash: account['margin-or-cash'],
    isClosed: account['is-closed'] ?? false,
    isFuturesApproved: account['is-futures-approved'] ?? false,
    authority,
  });
}

export interface TradingStatus {
  readonly accountNumber: string;
  /** `No Restrictions` and others. */
  readonly optionsLevel: string | null;
  readonly isClosed: boolean;
  readonly isFrozen: boolean;
  readonly isClosingOnly: boolean;
  readonly isRiskReducingOnly: boolean;
  readonly isInMarginCall: boolean;
  readonly isPatternDayTrader: boolean;
  readonly isFuturesEnabled: boolean;
  readonly isFuturesClosingOnly: boolean;
  readonly dayTradeCount: number | null;
  readonly updatedAt: EpochMs | null;
}

/** What keeps an account from opening is read or the status is not: nobody opens on a guess. */
const TRADING_STATUS = z.object({
  'account-number': ID,
  'options-level': lenient(z.string()),
  'is-closed': maybe(FLAG),
  'is-frozen': maybe(FLAG),
  'is-closing-only': maybe(FLAG),
  'is-risk-reducing-only': maybe(FLAG),
  'is-in-margin-call': maybe(FLAG),
  'is-in-day-trade-equity-maintenance-call': maybe(FLAG),
  'is-pattern-day-trader': lenient(FLAG),
  'is-futures-enabled': lenient(FLAG),
  'is-futures-closing-only': lenient(FLAG),
  'day-trade-count': lenient(RATIO),
  'updated-at': lenient(INSTANT),
});

export function decodeTradingStatus(raw: unknown): Result<TradingStatus, string> {
  const parsed = TRADING_STATUS.safeParse(raw);
  if (!parsed.success) return err(problemOf(parsed.error));
  const wire = parsed.data;
  const is = (flag: boolean | null): boolean => flag ?? false;
  return ok({
    accountNumber: wire['account-number'],
    optionsLevel: wire['options-level'],
    isClosed: is(wire['is-closed']),
    isFrozen: is(wire['is-frozen']),
    isClosingOnly: is(wire['is-closing-only']),
    isRiskReducingOnly: is(wire['is-risk-reducing-only']),
    isInMarginCall:
      is(wire['is-in-margin-call']) || is(wire['is-in-day-trade-equity-maintenance-call']),
    isPatternDayTrader: is(wire['is-pattern-day-trader']),
    isFuturesEnabled: is(wire['is-futures-enabled']),
    isFuturesClosingOnly: is(wire['is-futures-closing-only']),
    dayTradeCount: wire['day-trade-count'],
    updatedAt: wire['updated-at'],
  });
}

/** Why the account may not open positions now; empty when it may. */
export function openingObstacles(status: TradingStatus): readonly string[] {
  const obstacles: readonly (readonly [boolean, string])[] = [
    [status.isClosed, 'closed'],
    [status.isFrozen, 'frozen'],
    [status.isClosingOnly, 'closing only'],
    [status.isRiskReducingOnly, 'risk reducing only'],
    [status.isInMarginCall, 'in a margin call'],
  ];
  return obstacles.filter(([is]) => is).map(([, name]) => name);
}

const BALANCE = z.object({
  currency: lenient(z.string()),
  'cash-balance': MONEY,
  'net-liquidating-value': MONEY,
  'derivative-buying-power': MONEY,
});
/** A list with one item for each currency since 20240501, one object before. */
const BALANCE_ITEMS = z.object({ items: z.array(z.unknown()) });
const CURRENCY = 'USD';

/**
 * Dollars of either shape. Buying power is what options are paid with, `derivative-buying-power`;
 * `available-trading-funds` has been seen as 0.0 beside it.
 */
export function decodeBalances(data: unknown): Result<Balances, string> {
  const listed = BALANCE_ITEMS.safeParse(data);
  const rows: readonly unknown[] = listed.success ? listed.data.items : [data];
  for (const row of rows) {
    const parsed = BALANCE.safeParse(row);
    if (!parsed.success) return err(problemOf(parsed.error));
    const wire = parsed.data;
    if (wire.currency !== null && wire.currency !== CURRENCY) continue;
    const amounts = {
      buyingPower: wire['derivative-buying-power'],
      netLiquidation: wire['net-liquidating-value'],
      cash: wire['cash-balance'],
    };
    return isComplete(amounts) ? ok(amounts) : err('expected amounts, was NaN');
  }
  return err(`expected a balance in ${CURRENCY}`);
}

type Amounts = Pick<Balances, 'buyingPower' | 'netLiquidation' | 'cash'>;

function isComplete(
  amounts: {
    readonly [K in keyof Amounts]: Money | null;
  },
): amounts is Amounts {
  return Object.values(amounts).every((amount) => amount !== null);
}

const POSITION_KIND = z.object({ 'instrument-type': z.string() });
const POSITION = z.object({
  symbol: z.string().min(1),
  quantity: RATIO,
  'quantity-direction': z.enum(['Long', 'Short', 'Zero']),
  'average-open-price': maybe(PRICE),
  multiplier: maybe(RATIO),
});
const KINDS: ReadonlySet<string> = new Set(['Equity', 'Equity Option', 'Future', 'Future Option']);

/** `null` for what no desk of ours trades: a crypto-currency, a bond. */
export function decodePosition(raw: unknown): Result<Position | null, string> {
  const kind = POSITION_KIND.safeParse(raw);
  if (!kind.success) return err(problemOf(kind.error));
  if (!KINDS.has(kind.data['instrument-type'])) return ok(null);
  const parsed = POSITION.safeParse(raw);
  if (!parsed.success) return err(problemOf(parsed.error));
  const wire = parsed.data;
  const { quantity, 'quantity-direction': direction } = wire;
  if (quantity === null || quantity < 0) return err('quantity: expected a number of at least 0');
  const net = { Long: quantity, Short: -quantity, Zero: 0 }[direction];
  return ok({
    symbol: asInstrumentSymbol(wire.symbol),
    // Never -0: it would be a position that differs from none.
    net: net === 0 ? 0 : net,
    averagePrice: averageOf(wire['average-open-price']),
    multiplier: wire.multiplier ?? 1,
  });
}

function averageOf(price: Price | null): Price {
  return price ?? ZERO_PRICE;
}

const TRANSACTION = z.object({
  id: ID,
  'transaction-type': lenient(z.string()),
  'transaction-sub-type': lenient(z.string()),
  symbol: lenient(z.string()),
  'order-id': lenient(ID),
  'ext-exec-id': lenient(ID),
  quantity: lenient(RATIO),
  price: lenient(PRICE),
  'executed-at': lenient(INSTANT),
  'net-value': lenient(MONEY),
  'net-value-effect': lenient(z.string()),
  commission: lenient(MONEY),
  'clearing-fees': lenient(MONEY),
  'regulatory-fees': lenient(MONEY),
});

export interface Transaction {
  readonly id: string;
  /** `Trade`, `Money Movement`, `Receive Deliver`, … */
  readonly type: string | null;
  readonly subType: string | null;
  readonly symbol: string | null;
  readonly orderId: string | null;
  /** Joins it, with the order, to a fill. */
  readonly executionId: string | null;
  readonly quantity: number | null;
  readonly price: Price | null;
  readonly executedAt: EpochMs | null;
  /** Without sign; which way is in `effect`. */
  readonly netValue: Money | null;
  readonly effect: string | null;
  readonly commission: Money | null;
  readonly clearingFees: Money | null;
  readonly regulatoryFees: Money | null;
}

export function decodeTransaction(raw: unknown): Result<Transaction, string> {
  const parsed = TRANSACTION.safeParse(raw);
  if (!parsed.success) return err(problemOf(parsed.error));
  const wire = parsed.data;
  return ok({
    id: wire.id,
    type: wire['transaction-type'],
    subType: wire['transaction-sub-type'],
    symbol: wire.symbol,
    orderId: wire['order-id'],
    executionId: wire['ext-exec-id'],
    quantity: wire.quantity,
    price: wire.price,
    executedAt: wire['executed-at'],
    netValue: wire['net-value'],
    effect: wire['net-value-effect'],
    commission: wire.commission,
    clearingFees: wire['clearing-fees'],
    regulatoryFees: wire['regulatory-fees'],
  });
}
