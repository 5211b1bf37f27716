/**
 * Which open trade an exit means, and how much of it to sell.
 *
 * In    an exit, named (`STC UBER 78P 12/05`) or by context ("out half"), and the open trades.
 * Out   one trade and a quantity, or a refusal with the candidates.
 * Rule  only trades the same author opened through this desk count; exactly one must fit. What the
 *       message does not say (a symbol, an expiry) does not narrow the choice and is never guessed.
 *
 * How much
 *   all          nothing partial is said: what is open.
 *   a fraction   that part of what is open, rounded down, at least 1: "half" of 3 is 1, of 1 is 1.
 *   partial      no part is said ("trim", "leave runners"): the configured share, rounded likewise.
 *   a quantity   that many, and no more than is open: the author may hold more than we do.
 */
import type { TradeId } from '#kernel/ids.ts';
import { BASIS_POINTS_PER_ONE, type BasisPoints } from '#kernel/percent.ts';
import { type Quantity, quantity } from '#kernel/quantity.ts';
import type { EpochMs } from '#kernel/time.ts';
import { contractName } from '#market/contract-name.ts';
import type { Instrument } from '#market/instrument.ts';
import type { ContextExit, ParsedAlert } from './model.ts';

export interface OpenTrade {
  readonly tradeId: TradeId;
  /** `platform:user id`. */
  readonly author: string;
  readonly instrument: Instrument;
  /** Bought and not yet sold. */
  readonly openQuantity: Quantity;
  readonly openedAt: EpochMs;
}

export type ExitTarget =
  | {
      readonly kind: 'resolved';
      readonly tradeId: TradeId;
      /** From 1 to what is open. */
      readonly quantity: Quantity;
      readonly detail: string;
    }
  | {
      readonly kind: 'refused';
      readonly code: 'no_position' | 'several_positions' | 'exit_size_unclear';
      readonly detail: string;
      /** What the author could have meant, one line each, oldest first. */
      readonly candidates: readonly string[];
    };

export interface Portfolio {
  readonly author: string;
  readonly open: readonly OpenTrade[];
  /** Sold when a partial exit names no part. */
  readonly partialExit: BasisPoints;
}

/** "out half", "all out XOM", "trimming SPY 671P": what is said of the contract must fit. */
export function resolveContextExit(exit: ContextExit, portfolio: Portfolio): ExitTarget {
  const { symbol, strike = null, right = null } = exit;
  const fits = ({ instrument }: OpenTrade): boolean =>
    (symbol === null || isOf(symbol, instrument)) && hasTerms({ strike, right }, instrument);
  return resolve(fits, exit, portfolio);
}

/** An STC that names its contract. */
export function resolveNamedExit(alert: ParsedAlert, portfolio: Portfolio): ExitTarget {
  return resolve((trade) => isNamed(alert, trade.instrument), alert, portfolio);
}

interface Part {
  readonly partial: boolean;
  readonly fraction: number | null;
  readonly quantity: number | null;
}

function resolve(
  fits: (trade: OpenTrade) => boolean,
  part: Part,
  { author, open, partialExit }: Portfolio,
): ExitTarget {
  const theirs = open.filter((trade) => trade.author === author && trade.openQuantity > 0);
  const [trade, ...others] = theirs.filter(fits);
  if (trade === undefined) {
    const detail = `${author} has no open trade this exit fits`;
    return { kind: 'refused', code: 'no_position', detail, candidates: listed(theirs) };
  }
  if (others.length > 0) {
    const candidates = listed([trade, ...others]);
    const detail = `${candidates.length} open trades of ${author} fit this exit`;
    return { kind: 'refused', code: 'several_positions', detail, candidates };
  }
  const size = sizeOf(part, trade.openQuantity, partialExit);
  if (size === null) {
    const detail = `expected a part above 0, was ${part.quantity ?? part.fraction}`;
    return { kind: 'refused', code: 'exit_size_unclear', detail, candidates: listed([trade]) };
  }
  const detail = `${size} of ${trade.openQuantity} ${contractName(trade.instrument)}`;
  return { kind: 'resolved', tradeId: trade.tradeId, quantity: size, detail };
}

function sizeOf(part: Part, open: Quantity, partialExit: BasisPoints): Quantity | null {
  if (part.quantity !== null) {
    const sellable = Number.isSafeInteger(part.quantity) && part.quantity > 0;
    return sellable ? quantity(Math.min(part.quantity, open)) : null;
  }
  if (part.fraction !== null) {
    if (!(part.fraction > 0)) return null;
    // The parser writes 1/3 as the nearest double: a third of 6 must be 2, not 1.99….
    const whole = Math.floor(Math.min(part.fraction, 1) * open + 1e-9);
    return quantity(Math.max(1, whole));
  }
  if (!part.partial) return open;
  const share = Math.floor((open * partialExit) / BASIS_POINTS_PER_ONE);
  return quantity(Math.max(1, share));
}

/** Everything the alert says is so of the instrument; what it leaves out is not asked. */
function isNamed(alert: ParsedAlert, instrument: Instrument): boolean {
  const { asset, symbol, expiry } = alert;
  if (asset !== instrument.kind || !isOf(symbol, instrument)) return false;
  if (instrument.kind === 'equity' || instrument.kind === 'future') return true;
  return hasTerms(alert, instrument) && (expiry === null || expiry === instrument.expiry);
}

function hasTerms(
  { strike, right }: Pick<ParsedAlert, 'strike' | 'right'>,
  instrument: Instrument,
): boolean {
  if (strike === null && right === null) return true;
  if (instrument.kind === 'equity' || instrument.kind === 'future') return false;
  return (
    (strike === null || strike === instrument.strike) &&
    (right === null || right === instrument.right)
  );
}

function isOf(symbol: string, instrument: Instrument): boolean {
  if (symbol === instrument.underlying) return true;
  return instrument.kind !== 'equity' && symbol === instrument.root;
}

function listed(trades: readonly OpenTrade[]): readonly string[] {
  return trades
    .toSorted((a, b) => a.openedAt - b.openedAt)
    .map(({ tradeId, instrument, openQuantity }) => {
      return `${openQuantity} ${contractName(instrument)} (${tradeId})`;
    });
}
