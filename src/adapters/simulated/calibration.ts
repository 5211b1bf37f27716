/**
 * Figures of the option model, fitted to recorded chains and written by
 * `scripts/calibrate-market.ts`: do not edit.
 */
import type { Liquidity } from './universe.ts';

/** Volatility relative to at the money over moneyness in standard deviations: a hyperbola. */
export interface Smile {
  readonly level: number;
  readonly tilt: number;
  readonly curve: number;
  readonly centre: number;
  readonly width: number;
}

/** Half of a spread in dollars on an underlying at 100: of delta, of vega, deep in the money. */
export interface SpreadFigures {
  readonly ofDelta: number;
  readonly ofVega: number;
  readonly deep: number;
  /** Power of delta that `deep` goes with. */
  readonly depth: number;
}

/** Contracts at the touch: usual × delta^power. */
export interface SizeFigures {
  readonly usual: number;
  readonly power: number;
}

export const SMILES: Readonly<Record<Liquidity, Smile>> = {
  fund: {
    level: -0.4781,
    tilt: 0.3579,
    curve: 0.6597,
    centre: 2.898,
    width: 2.455,
  },
  busy: {
    level: 0.797,
    tilt: 0.04199,
    curve: 0.1968,
    centre: 1.182,
    width: 0.3331,
  },
  usual: {
    level: 0.797,
    tilt: 0.04199,
    curve: 0.1968,
    centre: 1.182,
    width: 0.3331,
  },
};

export const TERM_POWERS: Readonly<Record<Liquidity, number>> = {
  fund: 0.08452,
  busy: 0,
  usual: 0,
};

export const SPREADS: Readonly<Record<Liquidity, SpreadFigures>> = {
  fund: {
    ofDelta: 0.00001984,
    ofVega: 0.02514,
    deep: 0.3572,
    depth: 8.168,
  },
  busy: {
    ofDelta: 0.00004323,
    ofVega: 0.05477,
    deep: 0.3572,
    depth: 8.168,
  },
  usual: {
    ofDelta: 0.00009417,
    ofVega: 0.1193,
    deep: 0.3572,
    depth: 8.168,
  },
};

export const SIZES: Readonly<Record<Liquidity, SizeFigures>> = {
  fund: {
    usual: 7.423,
    power: -1.064,
  },
  busy: {
    usual: 11.04,
    power: -0.6936,
  },
  usual: {
    usual: 16.42,
    power: -0.3228,
  },
};

/** How far spreads scatter about the figures: standard deviation of their logarithm. */
export const SPREAD_SCATTER = 0.3787;
