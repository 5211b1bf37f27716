/** Accounts, trading status, balances, positions and transactions as the broker shows them. */

import type { Price } from '#kernel/price.ts';
import { formatPrice } from '#kernel/price.ts';
import type { EpochMs } from '#kernel/time.ts';
import { newYorkDate } from '#market/session.ts';
import type { JsonObject } from '../../support/json.ts';
import {
  buyingPower,
  type Holds,
  heldBack,
  netLiquidation,
  positionMargin,
  totalOf,
} from '../engine/funds.ts';
import type { Account, Holding, Transaction } from '../engine/model.ts';
import { isBuy } from '../engine/model.ts';
import { instrumentType } from '../engine/parse-order.ts';
import { decimal, withEffect } from './decimals.ts';
import { instant } from './instants.ts';
import { underlyingSymbol } from './order-json.ts';

export interface AccountContext {
  readonly now: EpochMs;
  readonly holds: Holds;
  readonly mark: (instrument: Holding['instrument']) => Price | null;
  /** As recorded: a number, or `"1.0"`. */
  readonly multipliers: 'numbers' | 'text';
}

const NONE = '0.0';

export function accountJson(account: Account): JsonObject {
  return {
    'account-number': account.number,
    'account-type-name': 'Individual',
    nickname: account.nickname,
    'margin-or-cash': account.kind,
    'day-trader-status': false,
    'is-closed': account.flags.isClosed,
    'is-firm-error': false,
    'is-firm-proprietary': false,
    'is-foreign': false,
    'is-futures-approved': account.flags.isFuturesEnabled,
    'is-test-drive': false,
    'investment-objective': 'SPECULATION',
    'suitable-options-level': account.flags.optionsLevel,
    'opened-at': instant(account.openedAt),
    'created-at': instant(account.openedAt),
    'external-id': `A${account.number}`,
  };
}

export function tradingStatusJson(account: Account, now: EpochMs): JsonObject {
  const { flags } = account;
  return {
    'account-number': account.number,
    'options-level': flags.optionsLevel,
    'equities-margin-calculation-type': 'Reg T',
    'fee-schedule-name': 'default',
    'futures-margin-rate-multiplier': NONE,
    'has-intraday-equities-margin': false,
    'day-trade-count': 0,
    'is-closed': flags.isClosed,
    'is-frozen': flags.isFrozen,
    'is-closing-only': flags.isClosingOnly,
    'is-risk-reducing-only': false,
    'is-in-margin-call': flags.isInMarginCall,
    'is-in-day-trade-equity-maintenance-call': false,
    'is-pattern-day-trader': false,
    'is-futures-enabled': flags.isFuturesEnabled,
    'is-futures-closing-only': false,
    'is-futures-intra-day-enabled': flags.isFuturesEnabled,
    'is-cryptocurrency-enabled': false,
    'is-cryptocurrency-closing-only': false,
    'is-equity-offering-enabled': false,
    'is-portfolio-margin-enabled': false,
    'short-calls-enabled': true,
    'updated-at': instant(now),
  };
}

export function balancesJson(account: Account, { now, holds, mark }: AccountContext): JsonObject {
  const power = buyingPower(account, holds);
  const held = heldBack(account, holds);
  const margin = positionMargin(account);
  const net = netLiquidation(account, mark);
  const values = longAndShort(account, mark);
  const isMargin = account.kind === 'Margin';
  return {
    'account-number': account.number,
    currency: 'USD',
    'cash-balance': decimal(account.cash),
    'net-liquidating-value': decimal(net),
    'margin-equity': decimal(net),
    'equity-buying-power': decimal(floor(isMargin ? power * 2n : power)),
    'derivative-buying-power': decimal(floor(power)),
    'day-trading-buying-power': NONE,
    // Recorded as nothing where money was there: size from the buying power.
    'available-trading-funds': NONE,
    'cash-available-to-withdraw': decimal(floor(account.cash - margin - held)),
    'cash-settle-balance': NONE,
    'maintenance-requirement': decimal(margin),
    'maintenance-excess': decimal(floor(net - margin)),
    'reg-t-margin-requirement': decimal(margin),
    'futures-margin-requirement': decimal(margin),
    'used-derivative-buying-power': decimal(held + margin),
    ...values,
    'pending-cash': NONE,
    'pending-cash-effect': 'None',
    'snapshot-date': newYorkDate(now),
    'time-of-day': 'EOD',
    'updated-at': instant(now),
  };
}

export function positionJson(
  account: Account,
  holding: Holding,
  { now, mark, multipliers }: AccountContext,
): JsonObject {
  const { instrument, net } = holding;
  const average = net === 0 ? 0n : holding.cost / BigInt(net);
  const close = mark(instrument) ?? average;
  const realised = isOfToday(holding, now) ? holding.realised : 0n;
  return {
    'account-number': account.number,
    symbol: instrument.symbol,
    'instrument-type': instrumentType(instrument),
    'underlying-symbol': underlyingSymbol(instrument),
    quantity: Math.abs(net),
    'quantity-direction': directionOf(net),
    multiplier: multipliers === 'text' ? `${instrument.multiplier}.0` : instrument.multiplier,
    'average-open-price': decimal(average),
    'close-price': decimal(close),
    'average-daily-market-close-price': decimal(close),
    'average-yearly-market-close-price': decimal(average),
    'cost-effect': net > 0 ? 'Credit' : net < 0 ? 'Debit' : 'None',
    'is-frozen': false,
    'is-suppressed': false,
    'restricted-quantity': 0,
    ...withEffect('realized-day-gain', realised),
    'realized-day-gain-date': newYorkDate(now),
    ...withEffect('realized-today', realised),
    'realized-today-date': newYorkDate(now),
    'expires-at': instrument.kind === 'equity' ? undefined : instant(instrument.lastTradeAt),
    'created-at': instant(holding.openedAt),
    'updated-at': instant(holding.updatedAt),
  };
}

export function transactionJson(account: Account, transaction: Transaction): JsonObject {
  const { id, at, order, leg, fill, fees } = transaction;
  const { instrument, action } = leg;
  const value = fill.price * BigInt(fill.quantity) * BigInt(instrument.multiplier);
  const signed = isBuy(action) ? -value : value;
  const verb = isBuy(action) ? 'Bought' : 'Sold';
  return {
    id,
    'account-number': account.number,
    'transaction-type': 'Trade',
    'transaction-sub-type': action,
    description: `${verb} ${fill.quantity} ${instrument.symbol} @ ${formatPrice(fill.price)}`,
    action,
    symbol: instrument.symbol,
    'instrument-type': instrumentType(instrument),
    'underlying-symbol': underlyingSymbol(instrument),
    quantity: `${fill.quantity}.0`,
    price: decimal(fill.price),
    'executed-at': instant(at),
    'transaction-date': newYorkDate(at),
    ...withEffect('value', signed),
    ...withEffect('net-value', signed - totalOf(fees)),
    ...withEffect('commission', -fees.commission),
    ...withEffect('clearing-fees', -fees.clearing),
    ...withEffect('regulatory-fees', -fees.regulatory),
    ...withEffect('proprietary-index-option-fees', -fees.proprietary),
    'is-estimated-fee': true,
    'order-id': order.id,
    'leg-count': order.legs.length,
    'exec-id': fill.fillId,
    'ext-exec-id': fill.execId,
    'ext-group-fill-id': '0',
    'destination-venue': fill.venue,
    exchange: fill.venue,
    currency: 'USD',
  };
}

/** What was closed on another day is purged over night. */
export function isOfToday({ updatedAt }: Holding, now: EpochMs): boolean {
  return newYorkDate(updatedAt) === newYorkDate(now);
}

function longAndShort(account: Account, mark: AccountContext['mark']): JsonObject {
  const sums = { equity: [0n, 0n], derivative: [0n, 0n], futures: [0n, 0n] };
  for (const { instrument, net, cost } of account.holdings.values()) {
    const each = mark(instrument);
    const value = (each === null ? cost : each * BigInt(net)) * BigInt(instrument.multiplier);
    const sum =
      instrument.kind === 'equity'
        ? sums.equity
        : instrument.kind === 'option'
          ? sums.derivative
          : sums.futures;
    const at = net > 0 ? 0 : 1;
    sum[at] = (sum[at] ?? 0n) + value;
  }
  const shown = (name: string, [long = 0n, short = 0n]: readonly bigint[]): JsonObject => ({
    [`long-${name}-value`]: decimal(long),
    [`short-${name}-value`]: decimal(short),
  });
  return {
    ...shown('equity', sums.equity),
    ...shown('derivative', sums.derivative),
    ...shown('futures', sums.futures),
    ...shown('futures-derivative', []),
    ...shown('cryptocurrency', []),
    ...shown('margineable', sums.equity),
  };
}

function directionOf(net: number): 'Long' | 'Short' | 'Zero' {
  if (net === 0) return 'Zero';
  return net > 0 ? 'Long' : 'Short';
}

function floor(units: bigint): bigint {
  return units < 0n ? 0n : units;
}
