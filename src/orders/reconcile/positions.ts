/**
 * What the broker holds against what this desk believes it holds.
 *
 * More than ours is somebody else's: recorded nowhere, sold never. Less than ours means that
 * contracts left by other hands; it counts only when nothing of ours happened for a while, and only
 * when two readings agree, because a position list can lag behind a fill.
 */

import type { EpochMs } from '#kernel/time.ts';
import type { InstrumentSymbol } from '#market/instrument.ts';
import { held, isLive } from '../core/exposure.ts';
import type { Trade } from '../model.ts';
import type { Position } from '../ports.ts';

export interface Shortage {
  readonly symbol: InstrumentSymbol;
  /** The broker's net position; negative when short. */
  readonly net: number;
  readonly ours: number;
  readonly by: number;
}

export interface Comparison {
  /** Contracts of ours the broker no longer has, by symbol. */
  readonly shortages: readonly Shortage[];
  /** Some trades could not be compared: too much has just happened to them. */
  readonly isPartial: boolean;
}

export function comparePositions(
  open: readonly Trade[],
  positions: readonly Position[],
  now: EpochMs,
  settleMs: number,
): Comparison {
  const found: Shortage[] = [];
  let isPartial = false;
  for (const [symbol, trades] of bySymbol(open)) {
    if (trades.some((trade) => hasExpired(trade, now))) continue;
    if (trades.some((trade) => isUnsettled(trade, now, settleMs))) {
      isPartial = true;
      continue;
    }
    let ours = 0;
    for (const trade of trades) ours += Math.max(0, held(trade));
    const net = positions.find((position) => position.symbol === symbol)?.net ?? 0;
    const by = ours - Math.max(0, net);
    if (by > 0) found.push({ symbol, net, ours, by });
  }
  return { shortages: found, isPartial };
}

/** How a shortage is shared out: the newest trade gives first. */
export function attribute(
  open: readonly Trade[],
  shortage: Shortage,
): readonly { readonly trade: Trade; readonly by: number }[] {
  let left = shortage.by;
  const shares: { trade: Trade; by: number }[] = [];
  for (const trade of open.toReversed()) {
    if (trade.plan.instrument.symbol !== shortage.symbol || left === 0) continue;
    const by = Math.min(left, Math.max(0, held(trade)));
    if (by > 0) shares.push({ trade, by });
    left -= by;
  }
  return shares;
}

function bySymbol(open: readonly Trade[]): ReadonlyMap<InstrumentSymbol, readonly Trade[]> {
  const groups = new Map<InstrumentSymbol, Trade[]>();
  for (const trade of open) {
    const group = groups.get(trade.plan.instrument.symbol);
    if (group === undefined) groups.set(trade.plan.instrument.symbol, [trade]);
    else group.push(trade);
  }
  return groups;
}

/** What is held of it is settled by the clearing house, not by orders. */
function hasExpired({ plan: { instrument } }: Trade, now: EpochMs): boolean {
  return instrument.kind !== 'equity' && now > instrument.lastTradeAt;
}

/** Something of it happened a moment ago, or is not understood yet. */
function isUnsettled(trade: Trade, now: EpochMs, settleMs: number): boolean {
  return trade.orders.some(
    (order) =>
      now - order.changedAt < settleMs ||
      (isLive(order) && (order.phase !== 'live' || order.doubtful)),
  );
}
