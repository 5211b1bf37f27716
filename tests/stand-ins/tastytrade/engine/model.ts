/** Orders, positions and accounts as the stand-in's broker keeps them; names are the wire's. */
import type { IsoDate } from '#kernel/calendar.ts';
import type { Price } from '#kernel/price.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import type { JsonObject } from '../../support/json.ts';
import type { OrderBehaviour } from './behaviour.ts';

export const ORDER_TYPES = [
  'Limit',
  'Market',
  'Marketable Limit',
  'Stop',
  'Stop Limit',
  'Notional Market',
] as const;
export type OrderType = (typeof ORDER_TYPES)[number];

export const TIMES_IN_FORCE = [
  'Day',
  'GTC',
  'GTD',
  'Ext',
  'GTC Ext',
  'Ext Overnight',
  'GTC Ext Overnight',
  'IOC',
] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

export const ACTIONS = [
  'Buy to Open',
  'Sell to Open',
  'Buy to Close',
  'Sell to Close',
  'Buy',
  'Sell',
] as const;
export type Action = (typeof ACTIONS)[number];

export type Effect = 'Debit' | 'Credit';

export type Status =
  | 'Received'
  | 'Contingent'
  | 'Routed'
  | 'In Flight'
  | 'Live'
  | 'Cancel Requested'
  | 'Replace Requested'
  | 'Filled'
  | 'Cancelled'
  | 'Rejected'
  | 'Expired'
  | 'Removed'
  | 'Partially Removed';

export interface DraftLeg {
  readonly instrument: Instrument;
  readonly action: Action;
  readonly quantity: number;
}

export interface Condition {
  readonly action: 'route' | 'cancel';
  readonly instrument: Instrument;
  readonly indicator: 'last' | 'nat';
  readonly comparator: 'gte' | 'lte';
  readonly threshold: Price;
}

export interface Rules {
  readonly routeAfter: EpochMs | null;
  readonly cancelAt: EpochMs | null;
  readonly conditions: readonly Condition[];
}

/** An order as asked for, once its form is right. */
export interface Draft {
  readonly type: OrderType;
  readonly tif: TimeInForce;
  readonly gtcDate: IsoDate | null;
  /** Above 0, for one unit; the effect says who pays. */
  readonly price: Price | null;
  readonly effect: Effect | null;
  readonly stopTrigger: Price | null;
  readonly legs: readonly DraftLeg[];
  readonly externalIdentifier: string | null;
  readonly source: string | null;
  readonly isAutomated: boolean;
  /** `strict-position-effect-validation` */
  readonly isStrict: boolean;
  readonly preflightId: string | null;
  readonly rules: Rules | null;
}

export interface FillRow {
  readonly fillId: string;
  readonly execId: string;
  readonly quantity: number;
  readonly price: Price;
  readonly at: EpochMs;
  readonly venue: string;
}

export interface Leg {
  readonly instrument: Instrument;
  readonly action: Action;
  readonly quantity: number;
  remaining: number;
  readonly fills: FillRow[];
  /** Fill rows beyond these are not told yet. */
  shown: number;
}

export interface Order extends Draft {
  readonly id: number;
  readonly account: Account;
  readonly legs: readonly Leg[];
  readonly receivedAt: EpochMs;
  readonly globalRequestId: string;
  readonly behaviour: OrderBehaviour;
  readonly replaces: Order | null;
  readonly complex: { readonly id: number; readonly tag: string } | null;
  replacedBy: Order | null;
  status: Status;
  contingentStatus: 'Pending Order' | 'Pending Condition' | null;
  isEdited: boolean;
  /** Waits for the next session in `Received`. */
  isParked: boolean;
  /** A stop that has been met. */
  isTriggered: boolean;
  /** It has met the market once and rests at its own price. */
  hasRested: boolean;
  inFlightAt: EpochMs | null;
  liveAt: EpochMs | null;
  cancelledAt: EpochMs | null;
  terminalAt: EpochMs | null;
  updatedAt: number;
  rejectReason: string | null;
  cancelsIgnored: number;
  /** What a reader saw at which time, oldest first; for stale reads. */
  readonly history: { readonly at: number; readonly shown: JsonObject }[];
}

export interface Holding {
  readonly instrument: Instrument;
  /** Negative when short. */
  net: number;
  /** Σ price × quantity of what is open, with the sign of `net`. */
  cost: bigint;
  /** Dollars in 1e-9, of today. */
  realised: bigint;
  readonly openedAt: EpochMs;
  updatedAt: EpochMs;
}

export interface Transaction {
  readonly id: number;
  readonly at: EpochMs;
  readonly order: Order;
  readonly leg: Leg;
  readonly fill: FillRow;
  readonly fees: Fees;
}

export interface Fees {
  readonly commission: bigint;
  readonly clearing: bigint;
  readonly regulatory: bigint;
  readonly proprietary: bigint;
}

export interface AccountFlags {
  isClosed: boolean;
  isFrozen: boolean;
  isClosingOnly: boolean;
  isInMarginCall: boolean;
  isFuturesEnabled: boolean;
  optionsLevel: string;
}

export interface Account {
  readonly number: string;
  readonly nickname: string;
  readonly kind: 'Margin' | 'Cash';
  readonly openedAt: EpochMs;
  readonly flags: AccountFlags;
  /** Dollars in 1e-9. */
  cash: bigint;
  readonly holdings: Map<InstrumentSymbol, Holding>;
  readonly orders: Map<number, Order>;
  /** Those that have not ended. */
  readonly live: Set<Order>;
  readonly transactions: Transaction[];
  readonly complexOrders: Map<number, ComplexOrder>;
}

export interface ComplexOrder {
  readonly id: number;
  readonly type: 'OCO' | 'OTO' | 'OTOCO';
  readonly trigger: Order | null;
  readonly children: readonly Order[];
  terminalAt: EpochMs | null;
}

const TERMINAL: readonly Status[] = [
  'Filled',
  'Cancelled',
  'Rejected',
  'Expired',
  'Removed',
  'Partially Removed',
];
const ON_BOOK: readonly Status[] = ['Live', 'Cancel Requested', 'Replace Requested'];

export function isTerminal(order: Order): boolean {
  return TERMINAL.includes(order.status);
}

/** Where a trade can reach it. */
export function isOnBook(order: Order): boolean {
  return ON_BOOK.includes(order.status);
}

export function isBuy(action: Action): boolean {
  return action.startsWith('Buy');
}

export function isOpening(action: Action): boolean {
  return action.endsWith('Open');
}

export function isClosing(action: Action): boolean {
  return action.endsWith('Close');
}

/** Units of an order: its legs' quantities are this many times their ratios. */
export function unitsOf(legs: readonly DraftLeg[]): number {
  return legs.reduce((units, { quantity }) => greatestCommonDivisor(units, quantity), 0);
}

export function remainingUnits(order: Order): number {
  const units = unitsOf(order.legs);
  if (units === 0) return 0;
  return Math.min(...order.legs.map((leg) => Math.floor((leg.remaining * units) / leg.quantity)));
}

/** One leg of a kind the rest of the program knows to be there. */
export function firstLeg<L extends DraftLeg>({ legs }: { readonly legs: readonly L[] }): L {
  const [leg] = legs;
  if (leg === undefined) throw new Error('an order has a leg');
  return leg;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
