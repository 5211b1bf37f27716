/** Preflights: what the broker refuses of an order whose form is right. */
import type { EpochMs } from '#kernel/time.ts';
import type { Instrument } from '#market/instrument.ts';
import { isOpen } from '#market/session.ts';
import { isOnGrid } from '#market/tick-grid.ts';
import {
  type Account,
  type Draft,
  type DraftLeg,
  isBuy,
  isClosing,
  isOpening,
  isTerminal,
  type Order,
} from './model.ts';
import { failedPreflight, type Refusal } from './refusal.ts';
import type { EngineSettings } from './settings.ts';

export interface CheckContext {
  readonly account: Account;
  readonly settings: EngineSettings;
  readonly now: EpochMs;
  /** The order a replacement is for: what it promised is free again. */
  readonly original: Order | null;
}

const EXTENDED = ['Ext', 'GTC Ext', 'Ext Overnight', 'GTC Ext Overnight'];
const LASTING = ['GTC', 'GTD', 'GTC Ext', 'GTC Ext Overnight'];

/** Everything but money; the draft comes back with its legs as the broker would work them. */
export function check(draft: Draft, context: CheckContext): Draft | Refusal {
  const { preflightId } = draft;
  const fail = (code: string, message: string): Refusal =>
    failedPreflight(code, message, preflightId);
  const found = accountFault(draft, context) ?? termsFault(draft, context);
  if (found !== null) return fail(found[0], found[1]);
  const legs: DraftLeg[] = [];
  for (const leg of draft.legs) {
    const effective = positionEffect(leg, draft, context);
    if (effective === null) {
      return fail(
        'invalid_position_effect',
        `There is no position in ${leg.instrument.symbol} of that size left to close.`,
      );
    }
    legs.push(effective);
  }
  const effective = { ...draft, legs };
  const late = openingFault(effective, context);
  return late === null ? effective : fail(late[0], late[1]);
}

export function isMarketOpen(
  instrument: Instrument,
  { settings, now }: Pick<CheckContext, 'settings' | 'now'>,
): boolean {
  return settings.session === 'always-open' || isOpen(instrument.session, now);
}

type Fault = readonly [code: string, message: string];

function accountFault(draft: Draft, { account }: CheckContext): Fault | null {
  const { flags } = account;
  if (flags.isClosed) return ['account_closed', 'The account is closed.'];
  if (flags.isFrozen) return ['account_frozen', 'The account is frozen.'];
  const opens = draft.legs.some(({ action }) => !isClosing(action));
  if (flags.isClosingOnly && opens)
    return ['closing_only', 'The account may only close positions.'];
  if (flags.isInMarginCall && opens) return ['margin_call', 'The account is in a margin call.'];
  const isFuture = draft.legs.some(({ instrument }) => instrument.kind.startsWith('future'));
  if (isFuture && !flags.isFuturesEnabled) {
    return ['futures_not_enabled', 'The account is not enabled for futures.'];
  }
  return null;
}

function termsFault(draft: Draft, context: CheckContext): Fault | null {
  const { type, tif, legs, effect } = draft;
  const [leg] = legs;
  if (leg === undefined) return ['validation_error', 'An order has legs.'];
  if (legs.length === 1 && isBuy(leg.action) && effect === 'Credit') {
    return ['cant_buy_for_credit', 'You cannot buy for a credit.'];
  }
  if (legs.length === 1 && !isBuy(leg.action) && effect === 'Debit') {
    return ['cant_sell_for_debit', 'You cannot sell for a debit.'];
  }
  if (type === 'Market' && legs.length > 1) {
    return ['invalid_market_order', 'Market orders have a single leg.'];
  }
  if (type === 'Market' && LASTING.includes(tif)) {
    return ['gtc_market_orders_not_supported', 'GTC/GTD Market orders are not supported.'];
  }
  if (EXTENDED.includes(tif) && leg.instrument.kind !== 'equity') {
    return ['invalid_time_in_force', 'Extended hours are for single-leg equity orders.'];
  }
  if (type === 'Stop' && isOpening(leg.action) && LASTING.includes(tif)) {
    return ['invalid_stop_order', 'An opening Stop order cannot be GTC.'];
  }
  return instrumentFault(draft, context) ?? tickFault(draft);
}

function instrumentFault({ legs }: Draft, { now }: CheckContext): Fault | null {
  const gone = legs.find(({ instrument }) => !instrument.tradable || hasEnded(instrument, now));
  if (gone === undefined) return null;
  return ['instrument_validation_failed', `${gone.instrument.symbol} does not trade.`];
}

/** A spread's net price may lie between the ticks of its legs. */
function tickFault({ legs, price, stopTrigger }: Draft): Fault | null {
  const prices = [price, stopTrigger].filter((each) => each !== null);
  const isOff = ({ instrument }: DraftLeg): boolean =>
    prices.some((each) => !isOnGrid(instrument.grid, each));
  if (legs.length > 1 || !legs.some(isOff)) return null;
  return ['invalid_price_increment', 'The price is not a multiple of the tick size.'];
}

/** The leg as it will work; `null` when it closes more than there is to close. */
function positionEffect(leg: DraftLeg, draft: Draft, context: CheckContext): DraftLeg | null {
  if (!isClosing(leg.action)) return leg;
  const free = closable(leg, context);
  if (free >= leg.quantity) return leg;
  const net = context.account.holdings.get(leg.instrument.symbol)?.net ?? 0;
  if (draft.isStrict || net !== 0) return null;
  return { ...leg, action: isBuy(leg.action) ? 'Buy to Open' : 'Sell to Open' };
}

function openingFault(draft: Draft, context: CheckContext): Fault | null {
  const { settings, now } = context;
  for (const { instrument, action } of draft.legs) {
    if (isClosing(action)) continue;
    if (instrument.closingOnly) return ['closing_only', 'The instrument may only be closed.'];
    if (draft.type === 'Market' && !isMarketOpen(instrument, context)) {
      return ['market_closed', 'Opening Market orders need an open market.'];
    }
    const isLate =
      instrument.kind !== 'equity' && instrument.lastTradeAt - settings.openUntilMs <= now;
    if (isLate) return ['too_close_to_expiration', 'The contract is too close to expiration.'];
  }
  return null;
}

/** Held and not promised to another closing order; orders of one group promise it once. */
function closable(leg: DraftLeg, { account, original }: CheckContext): number {
  const net = account.holdings.get(leg.instrument.symbol)?.net ?? 0;
  let free = isBuy(leg.action) ? -net : net;
  const groups = new Set<number>();
  for (const order of account.live) {
    if (order === original || order.contingentStatus === 'Pending Order') continue;
    const waits = order.status === 'Contingent' && order.replaces !== null;
    if (waits && !isTerminal(order.replaces)) continue;
    if (order.complex !== null && groups.has(order.complex.id)) continue;
    if (order.complex !== null) groups.add(order.complex.id);
    for (const other of order.legs) {
      const same = other.instrument.symbol === leg.instrument.symbol;
      if (same && isClosing(other.action) && isBuy(other.action) === isBuy(leg.action)) {
        free -= other.remaining;
      }
    }
  }
  return free;
}

function hasEnded(instrument: Instrument, now: EpochMs): boolean {
  return instrument.kind !== 'equity' && instrument.lastTradeAt <= now;
}
