/**
 * Money of an account: fees, what an order holds back, what a fill moves. Exact, in 1e-9 dollars.
 *
 * Options and shares are paid in full (shares on margin count half), futures hold margin. Fees are
 * the points recorded at the broker: an option costs 1.13 to open and 0.13 to close.
 */
import { FUTURES } from '#adapters/simulated/universe.ts';
import { UNITS_PER_ONE } from '#kernel/decimal.ts';
import { type Price, ZERO_PRICE } from '#kernel/price.ts';
import { type EpochMs } from '#kernel/time.ts';
import type { Instrument, OptionInstrument } from '#market/instrument.ts';
import { newYorkDate } from '#market/session.ts';
import { isIndex } from '../universe.ts';
import {
  type Account,
  type Draft,
  type DraftLeg,
  type Fees,
  firstLeg,
  isBuy,
  isClosing,
  isOpening,
  isTerminal,
  type Order,
  remainingUnits,
  unitsOf,
} from './model.ts';

/** Closing price of one unit now, or `null` without a quote. */
export type Marks = (instrument: Instrument) => Price | null;
/** The far side of the quote, for an order without a price. */
export type Touch = (instrument: Instrument, side: 'buy' | 'sell') => Price | null;

/** What it takes to say what an order holds back. */
export interface Holds {
  readonly touch: Touch;
  readonly shortSelling: 'refused' | 'margin';
}

const CENT = UNITS_PER_ONE / 100n;
const NO_FEES: Fees = { commission: 0n, clearing: 0n, regulatory: 0n, proprietary: 0n };
/** Shares on margin are paid to one half, naked shorts held to one fifth of what they are about. */
const SHARE_DIVISOR = 2n;
const NAKED_DIVISOR = 5n;

function feesOf(instrument: Instrument, isOpen: boolean, quantity: number): Fees {
  const count = BigInt(quantity);
  const cents = (each: number): bigint => BigInt(each) * CENT * count;
  switch (instrument.kind) {
    case 'equity':
      return { ...NO_FEES, clearing: (UNITS_PER_ONE / 1000n) * count };
    case 'option':
      return {
        commission: isOpen ? cents(100) : 0n,
        clearing: cents(10),
        regulatory: cents(3),
        proprietary: isIndex(instrument.underlying) ? cents(65) : 0n,
      };
    case 'future':
      return { ...NO_FEES, commission: cents(100), clearing: cents(30), regulatory: cents(140) };
    case 'future_option':
      return { ...NO_FEES, commission: cents(125), clearing: cents(30), regulatory: cents(57) };
  }
}

export function totalOf({ commission, clearing, regulatory, proprietary }: Fees): bigint {
  return commission + clearing + regulatory + proprietary;
}

export function sumFees(fees: readonly Fees[]): Fees {
  return fees.reduce(
    (sum, each) => ({
      commission: sum.commission + each.commission,
      clearing: sum.clearing + each.clearing,
      regulatory: sum.regulatory + each.regulatory,
      proprietary: sum.proprietary + each.proprietary,
    }),
    NO_FEES,
  );
}

/** Fees of so many units of an order, at most. */
export function draftFees(account: Account, draft: Draft, units: number): Fees {
  const whole = Math.max(1, unitsOf(draft.legs));
  return sumFees(
    draft.legs.map((leg) =>
      feesOf(
        leg.instrument,
        opensPosition(account, leg),
        Math.round((leg.quantity * units) / whole),
      ),
    ),
  );
}

function opensPosition(account: Account, leg: DraftLeg): boolean {
  if (isOpening(leg.action)) return true;
  if (isClosing(leg.action)) return false;
  const net = account.holdings.get(leg.instrument.symbol)?.net ?? 0;
  return isBuy(leg.action) ? net >= 0 : net <= 0;
}

/**
 * What so many units of an order hold back from buying power, fees included; `null` when it needs
 * margin this account does not give.
 */
export function holdOf(
  account: Account,
  draft: Draft,
  units: number,
  { touch, shortSelling }: Holds,
): bigint | null {
  const [leg] = draft.legs;
  if (leg === undefined || draft.legs.every((each) => !opensPosition(account, each))) return 0n;
  const fees = totalOf(draftFees(account, draft, units));
  const { instrument } = leg;
  if (instrument.kind === 'future') return marginOf(instrument) * BigInt(units) + fees;
  const shorts = draft.legs.filter(({ action }) => action === 'Sell to Open');
  const paid = draft.effect === 'Credit' ? 0n : paidFor(account, draft, units, touch);
  if (shorts.length === 0) return paid + fees;
  let margin = 0n;
  for (const short of shorts) {
    const each = shortMargin(short.instrument, draft.legs);
    if (each === null && shortSelling === 'refused') return null;
    margin += (each ?? nakedMargin(short.instrument, touch)) * BigInt(units);
  }
  return paid + margin + fees;
}

function paidFor(account: Account, draft: Draft, units: number, touch: Touch): bigint {
  const { instrument } = firstLeg(draft);
  const value = (draft.price ?? netTouch(draft, touch)) * BigInt(units * instrument.multiplier);
  const isHalved = instrument.kind === 'equity' && account.kind === 'Margin';
  return isHalved ? value / SHARE_DIVISOR : value;
}

/** Cash less what positions and working orders bind. */
export function buyingPower(account: Account, holds: Holds): bigint {
  return account.cash + shareLoan(account) - positionMargin(account) - heldBack(account, holds);
}

export function heldBack(account: Account, holds: Holds): bigint {
  let sum = 0n;
  const holdFor = (order: Order): bigint =>
    holdOf(account, order, remainingUnits(order), holds) ?? 0n;
  for (const order of account.live) {
    if (order.contingentStatus === 'Pending Order') continue;
    const { replaces } = order;
    const own = holdFor(order);
    // Until the original has ended, only what the replacement costs more.
    const covered =
      order.status === 'Contingent' && replaces !== null && !isTerminal(replaces)
        ? holdFor(replaces)
        : 0n;
    sum += own > covered ? own - covered : 0n;
  }
  return sum;
}

export function positionMargin(account: Account): bigint {
  const holdings = [...account.holdings.values()];
  const longs = holdings
    .filter(({ net }) => net > 0)
    .map(({ instrument, net }) => ({ instrument, action: 'Buy to Open', quantity: net }) as const);
  let sum = 0n;
  for (const { instrument, net } of holdings) {
    const count = BigInt(Math.abs(net));
    if (instrument.kind === 'future') sum += marginOf(instrument) * count;
    else if (net < 0) {
      sum += (shortMargin(instrument, longs) ?? nakedMargin(instrument, () => null)) * count;
    }
  }
  return sum;
}

export function netLiquidation(account: Account, markOf: Marks): bigint {
  let sum = account.cash;
  for (const { instrument, net, cost } of account.holdings.values()) {
    const mark = markOf(instrument);
    const value = mark === null ? cost : mark * BigInt(net);
    const counted = instrument.kind === 'future' ? value - cost : value;
    sum += counted * BigInt(instrument.multiplier);
  }
  return sum;
}

export interface Trade {
  readonly leg: DraftLeg;
  readonly quantity: number;
  readonly price: Price;
  readonly at: EpochMs;
}

/** Books one fill: position, cash, result, fees. */
export function settle(account: Account, { leg, quantity, price, at }: Trade): Fees {
  const { instrument } = leg;
  const opens = opensPosition(account, leg);
  const fees = feesOf(instrument, opens, quantity);
  const signed = isBuy(leg.action) ? quantity : -quantity;
  const holding = account.holdings.get(instrument.symbol) ?? {
    instrument,
    net: 0,
    cost: 0n,
    realised: 0n,
    openedAt: at,
    updatedAt: at,
  };
  if (newYorkDate(holding.updatedAt) !== newYorkDate(at)) holding.realised = 0n;
  const before = holding.net;
  const closed =
    Math.sign(signed) === -Math.sign(before) ? Math.min(Math.abs(signed), Math.abs(before)) : 0;
  const closedCost = before === 0 ? 0n : (holding.cost * BigInt(closed)) / BigInt(Math.abs(before));
  const proceeds = price * BigInt(closed) * BigInt(Math.sign(before));
  const result = (proceeds - closedCost) * BigInt(instrument.multiplier);
  const opened = Math.abs(signed) - closed;
  holding.net = before + signed;
  holding.cost += price * BigInt(opened) * BigInt(Math.sign(signed)) - closedCost;
  holding.realised += result;
  holding.updatedAt = at;
  account.holdings.set(instrument.symbol, holding);
  const moved =
    instrument.kind === 'future' ? result : -price * BigInt(signed) * BigInt(instrument.multiplier);
  account.cash += moved - totalOf(fees);
  return fees;
}

/** Net price of one unit at the far sides, never below zero; 0 without a quote. */
export function netTouch(draft: Draft, touch: Touch): Price {
  const units = BigInt(Math.max(1, unitsOf(draft.legs)));
  let net = 0n;
  for (const { instrument, action, quantity } of draft.legs) {
    const buys = isBuy(action);
    const far = touch(instrument, buys ? 'buy' : 'sell') ?? ZERO_PRICE;
    net += ((buys ? far : -far) * BigInt(quantity)) / units;
  }
  return (net < 0n ? 0n : net) as Price;
}

function marginOf(instrument: Instrument): bigint {
  const market = instrument.kind === 'future' ? FUTURES.get(instrument.root) : undefined;
  return BigInt(market?.marginDollars ?? 0) * UNITS_PER_ONE;
}

/** Half of the cost of shares held long on margin. */
function shareLoan(account: Account): bigint {
  if (account.kind === 'Cash') return 0n;
  let sum = 0n;
  for (const { instrument, net, cost } of account.holdings.values()) {
    if (instrument.kind === 'equity' && net > 0) sum += cost;
  }
  return sum / SHARE_DIVISOR;
}

/** The width of a vertical for a covered short option; `null` for a naked one. */
function shortMargin(short: Instrument, legs: readonly DraftLeg[]): bigint | null {
  if (short.kind !== 'option') return null;
  const cover = legs
    .filter(({ action }) => action === 'Buy to Open')
    .map(({ instrument }) => instrument)
    .find((long): long is OptionInstrument => long.kind === 'option' && covers(long, short));
  if (cover === undefined) return null;
  const width = short.right === 'C' ? cover.strike - short.strike : short.strike - cover.strike;
  return width > 0n ? width * BigInt(short.multiplier) : 0n;
}

function covers(long: OptionInstrument, short: OptionInstrument): boolean {
  if (long.underlying !== short.underlying) return false;
  return long.right === short.right && long.expiry >= short.expiry;
}

function nakedMargin(instrument: Instrument, touch: Touch): bigint {
  const about =
    instrument.kind === 'option' || instrument.kind === 'future_option'
      ? instrument.strike
      : (touch(instrument, 'buy') ?? ZERO_PRICE);
  const value = about * BigInt(instrument.multiplier);
  return value / NAKED_DIVISOR;
}
