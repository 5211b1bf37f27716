/** The nouns of risk: limits, gates, plans, approval, kill states. */
import type { Action, ParsedAlert } from '#alerts/model.ts';
import type { Draft } from '#events/record.ts';
import type { IsoDate } from '#kernel/calendar.ts';
import type { MessageKey, TradeId } from '#kernel/ids.ts';
import type { BasisPoints } from '#kernel/percent.ts';
import type { Money, Price } from '#kernel/price.ts';
import type { Quantity } from '#kernel/quantity.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { AssetClass, Instrument } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';

export const ENVIRONMENTS = ['simulated', 'sandbox', 'rehearsal', 'production'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** From least to most severe; the table of what each permits is in `kill-state.ts`. */
export const KILL_STATES = ['ACTIVE', 'PAUSE', 'REDUCE_ONLY', 'HALT', 'FLATTEN'] as const;
export type KillState = (typeof KILL_STATES)[number];

/** How an entry is worked: numbers of R-09, all configurable. */
export interface EntryPolicy {
  /** From the first placement to the first price step. */
  readonly waitMs: number;
  /** From the first placement to the cancel. */
  readonly windowMs: number;
  readonly stepsMax: number;
  readonly convert: 'market' | 'marketable-limit' | 'never';
  /** Converts when the ask is at most this many ticks above the working limit. */
  readonly convertWithinTicks: number;
}

/** How a filled entry is taken off: numbers of R-10, all configurable. */
export interface ExitPolicy {
  /** Share of the filled quantity to sell at the target, rounded down to whole contracts. */
  readonly fraction: BasisPoints;
  /** 100 % sells at twice the average fill. */
  readonly profit: BasisPoints;
  /** A smaller exit is not placed. */
  readonly quantityMin: Quantity;
  readonly timeInForce: 'day' | 'gtc';
  /** How long further fills are gathered before an exit is (re)sized. */
  readonly gatherMs: number;
}

/** Everything an entry needs; executed only when `Approved`. */
export interface EntryPlan {
  readonly tradeId: TradeId;
  readonly message: MessageKey;
  /** `platform:user id` of the author. */
  readonly author: string;
  readonly channel: string;
  readonly environment: Environment;
  readonly dryRun: boolean;
  readonly instrument: Instrument;
  readonly quantity: Quantity;
  /** First limit, on the grid. */
  readonly limit: Price;
  /** No limit of this entry may exceed it. */
  readonly collar: Price;
  readonly alertPrice: Price | null;
  /** What one future ties up, in dollars; `null` for what is paid for in full. */
  readonly marginEach: Money | null;
  readonly entry: EntryPolicy;
  readonly exit: ExitPolicy;
}

/** Closing (part of) an open trade: an author's STC, an operator's close, a flatten. */
export interface ClosePlan {
  readonly tradeId: TradeId;
  readonly message: MessageKey | null;
  readonly quantity: Quantity;
  /** `all`: whatever is held once the entry has ended, even if that is more than `quantity`. */
  readonly scope: 'all' | 'part';
  /** First limit of the sell, on the grid; at least one tick. */
  readonly limit: Price;
  /** No limit of this close goes below it. */
  readonly floor: Price;
  readonly entry: EntryPolicy;
}

declare const approved: unique symbol;
/** Checked against every gate. Minted by `risk/approve.ts` alone; `orders` accepts nothing else. */
export type Approved<T> = T & { readonly [approved]: true };

export const GATES = [
  'kill_state',
  'arming',
  'age',
  'action',
  'asset_class',
  'instrument',
  'session',
  'quote',
  'spread',
  'deviation',
  'price_minimum',
  'collar',
  'account',
  'size',
  'allocation',
  'premium_trade',
  'premium_open',
  'open_trades',
  'open_per_underlying',
  'open_per_instrument',
  'trades_per_day',
  'trades_per_user_hour',
  'order_rate',
  'buying_power',
  'daily_loss',
  'unresolved',
  'reconciled',
] as const;
export type GateName = (typeof GATES)[number];

export interface GateResult {
  readonly gate: GateName;
  /** hold: an operator may let it through; nothing is sent until then. */
  readonly outcome: 'pass' | 'refuse' | 'hold';
  /** Stable reason code; equals the gate's name when it passes. */
  readonly code: string;
  /** What was compared, with the numbers: `spread 0.12 ≤ 0.18 (20 % of mid 0.90)`. */
  readonly detail: string;
}

/** As it goes on record: of a gate that passed, its outcome and code go without saying. */
export type RecordedGate = GateResult | Pick<GateResult, 'gate' | 'detail'>;

export function recordedGates(gates: readonly GateResult[]): readonly RecordedGate[] {
  return gates.map((result) => {
    const { gate, detail } = result;
    return result.outcome === 'pass' ? { gate, detail } : result;
  });
}

/** As it was judged; records from before the short form spell out what passed as well. */
export function gateResults(recorded: readonly RecordedGate[]): readonly GateResult[] {
  return recorded.map((result) =>
    'outcome' in result ? result : { ...result, outcome: 'pass', code: result.gate },
  );
}

/** One line of the sizing arithmetic, as a person reads it. */
export interface SizingLine {
  readonly label: string;
  readonly value: string;
}

export interface Sizing {
  readonly quantity: Quantity;
  /** Which line decided the quantity. */
  readonly bound: string;
  readonly lines: readonly SizingLine[];
}

/** The account as the broker last said, and what this desk has reserved of it since. */
export interface AccountFigures {
  /** First balance of the trading day. */
  readonly initialBuyingPower: Money;
  readonly availableBuyingPower: Money;
  /** Debits of our own orders the broker may not have counted yet. */
  readonly pendingDebit: Money;
  /** Why the venue lets the account open nothing now; absent when it does. */
  readonly restriction?: string;
  readonly day: IsoDate;
  readonly readAt: EpochMs;
}

/** What is open and what has happened today, counted over this desk's own trades. */
export interface BookFigures {
  readonly openTrades: number;
  readonly openOnUnderlying: number;
  readonly openOnInstrument: number;
  readonly premiumOpen: Money;
  readonly tradesToday: number;
  readonly tradesByAuthorLastHour: number;
  /** Mutations sent in the last 60 s. */
  readonly mutationsLastMinute: number;
  readonly mutationsLastSecond: number;
  /** Orders rejected in the last 5 minutes without one accepted since. */
  readonly rejectsInARow: number;
  /** Realised and open result of today; negative is a loss. */
  readonly dayResult: Money;
  readonly unresolvedOrders: number;
  readonly oldestUnresolvedMs: number;
  /** False until the start-up reconciliation has succeeded. */
  readonly reconciled: boolean;
}

/** What an admin made of this run; the rules are in `arming.ts`. */
export interface Armed {
  /** Last four characters of the account. */
  readonly account: string;
  readonly until: EpochMs;
}

/** Whether entries are allowed as far as arming goes. */
export type ArmingState = 'not_needed' | 'armed' | 'disarmed';

/** Everything an entry decision reads. Recorded with it, so that it can be judged later. */
export interface EntryFacts {
  readonly now: EpochMs;
  /** Last instant at which the alert or signal may still be acted on. */
  readonly validUntil: EpochMs;
  readonly killState: KillState;
  readonly arming: ArmingState;
  readonly alert: ParsedAlert;
  readonly instrument: Instrument;
  readonly quote: Quote | null;
  readonly account: AccountFigures;
  readonly book: BookFigures;
}

/** Who asks for an entry, for whom, and what it may be. */
export interface EntryRequest {
  readonly tradeId: TradeId;
  readonly message: MessageKey;
  /** `platform:user id` of the author. */
  readonly author: string;
  readonly channel: string;
  readonly environment: Environment;
  readonly dryRun: boolean;
  /** What the channel or strategy may do. */
  readonly allowed: {
    readonly actions: readonly Action[];
    readonly assets: readonly AssetClass[];
  };
  /** Gates an operator has let through after a hold; none at first. */
  readonly released: readonly GateName[];
}

export type EntryDecision =
  | {
      readonly kind: 'approved';
      readonly plan: Approved<EntryPlan>;
      readonly gates: readonly GateResult[];
      readonly sizing: Sizing;
    }
  | {
      /** `code` is that of the first gate that refused, or, with none refusing, held. */
      readonly kind: 'refused' | 'held';
      readonly code: string;
      readonly gates: readonly GateResult[];
      readonly sizing: Sizing | null;
    };

export interface CloseRequest {
  readonly tradeId: TradeId;
  readonly message: MessageKey | null;
  /** `author`: an STC · `operator`: asked for and confirmed by hand, or by flattening. */
  readonly by: 'author' | 'operator';
  readonly environment: Environment;
  readonly quantity: number;
  readonly scope: ClosePlan['scope'];
}

export interface CloseFacts {
  readonly now: EpochMs;
  readonly killState: KillState;
  readonly instrument: Instrument;
  readonly quote: Quote | null;
  /** Filled by this trade's entry and not yet sold. */
  readonly openQuantity: number;
}

export type CloseDecision =
  | {
      readonly kind: 'approved';
      readonly plan: Approved<ClosePlan>;
      readonly gates: readonly GateResult[];
    }
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly gates: readonly GateResult[];
    };

export type RiskRecord =
  | Draft<
      'risk.decided',
      {
        readonly outcome: 'approved' | 'refused' | 'held';
        /** Code of the first gate that did not pass, or `approved`. */
        readonly code: string;
        readonly gates: readonly RecordedGate[];
        readonly sizing: Sizing | null;
        readonly quote: Quote | null;
        /** `null` when the broker had not said yet. */
        readonly account: AccountFigures | null;
        readonly book: BookFigures;
      }
    >
  | Draft<'buying_power.captured', { readonly day: IsoDate; readonly amount: Money }>
  | Draft<
      'kill_state.changed',
      { readonly from: KillState; readonly to: KillState; readonly reason: string }
    >
  | Draft<'arming.armed', Armed & { readonly certificate: string; readonly at: EpochMs }>
  | Draft<'arming.disarmed', { readonly reason: string; readonly at: EpochMs }>;
