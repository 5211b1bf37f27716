/** What a test or a person may choose about the stand-in's broker. */
import type { OrderBehaviour } from './behaviour.ts';

/** Milliseconds; each starts when the step before it is done. */
export interface OrderLatency {
  readonly routeMs: number;
  readonly inFlightMs: number;
  readonly liveMs: number;
  /** From live to the first look at the market. */
  readonly fillMs: number;
  readonly cancelMs: number;
  readonly replaceMs: number;
}

const QUICK_LATENCY: OrderLatency = {
  routeMs: 0,
  inFlightMs: 1,
  liveMs: 1,
  fillMs: 0,
  cancelMs: 1,
  replaceMs: 1,
};

/** As recorded: received → in flight 50 ms → live 1 ms → fill 1 to 300 ms. */
export const RECORDED_LATENCY: OrderLatency = {
  routeMs: 0,
  inFlightMs: 50,
  liveMs: 1,
  fillMs: 40,
  cancelMs: 60,
  replaceMs: 80,
};

export interface EngineSettings {
  readonly latency: OrderLatency;
  /** Not documented by tastytrade: a client has to work with each of these two. */
  readonly replacementQuantity: 'remaining' | 'original';
  readonly abortedReplacementStatus: 'Rejected' | 'Cancelled';
  /** `calendar` keeps the exchanges' hours; orders outside wait in `Received`. */
  readonly session: 'always-open' | 'calendar';
  /** `shown`: a quote's size is traded once. */
  readonly liquidity: 'shown' | 'unlimited';
  /** Market orders fill this many ticks behind the touch. */
  readonly slippageTicks: number;
  /** Naked short options and shares: refused, or at 20 % of what they are about. */
  readonly shortSelling: 'refused' | 'margin';
  /** Contracts cannot be opened in their last milliseconds. */
  readonly openUntilMs: number;
  readonly venue: string;
  readonly behaviour: OrderBehaviour;
}

export const USUAL_ENGINE: EngineSettings = {
  latency: QUICK_LATENCY,
  replacementQuantity: 'remaining',
  abortedReplacementStatus: 'Rejected',
  session: 'always-open',
  liquidity: 'shown',
  slippageTicks: 0,
  shortSelling: 'refused',
  openUntilMs: 0,
  venue: 'MARKET_SIMULATOR_A',
  behaviour: {},
};
