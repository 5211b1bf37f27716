/**
 * Figures of the option model, fitted to recorded chains by `scripts/calibrate-market.ts`.
 * Change them there, not here.
 */
import type { Liquidity } from './universe.ts';

/** Volatility relative to at the money, over moneyness in standard deviations. */
export interface Smile {
  readonly skew: number;
  readonly curve: number;
}

/** Half of a spread in dollars: floor + share of the value + share of what delta moves. */
export interface SpreadFigures {
  readonly floor: number;
  readonly ofValue: number;
  readonly ofHedge: number;
}

export const SMILES: Readonly<Record<Liquidity, Smile>> = {
  fund: { skew: -0.09, curve: 0.02 },
  busy: { skew: -0.04, curve: 0.03 },
  usual: { skew: -0.04, curve: 0.03 },
};

export const SPREADS: Readonly<Record<Liquidity, SpreadFigures>> = {
  fund: { floor: 0.003, ofValue: 0.004, ofHedge: 0.00003 },
  busy: { floor: 0.008, ofValue: 0.01, ofHedge: 0.00006 },
  usual: { floor: 0.015, ofValue: 0.02, ofHedge: 0.0001 },
};

/** Contracts shown at the touch, in the middle of their spread. */
export const SIZES: Readonly<Record<Liquidity, number>> = { fund: 80, busy: 40, usual: 20 };
