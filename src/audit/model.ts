/**
 * The nouns of the audit: what a person reads from the record.
 *
 * A *story* is what has been recorded of one message or one trade so far, read from the records
 * alone and independently of the trade core. Stories are values: the next record makes a new one.
 */
import type { ChatMessage, Reading, Repair, Verdict } from '#alerts/model.ts';
import type { Recorded } from '#events/record.ts';
import type { MessageKey, TradeId } from '#kernel/ids.ts';
import type { Money, Price } from '#kernel/price.ts';
import type { Quantity } from '#kernel/quantity.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { Quote } from '#market/quote.ts';
import type { TickGrid } from '#market/tick-grid.ts';
import type {
  DeskRecord,
  EntryPhase,
  TradeClose,
  TradeEndReason,
  TradeOrder,
} from '#orders/model.ts';
import type { OrderTerms } from '#orders/ports.ts';
import type {
  ClosePlan,
  EntryPlan,
  EntryPolicy,
  ExitPolicy,
  GateResult,
  Sizing,
} from '#risk/model.ts';

export type DeskEntry = Recorded<DeskRecord>;

/** Rules of the trade core that telling its story needs; `app/` passes the core's own functions. */
export interface TradeRules {
  /** orders/discovery/schedule.ts */
  nextStepAt(
    policy: EntryPolicy,
    progress: {
      readonly startedAt: EpochMs | null;
      readonly takenAt: EpochMs | null;
      readonly steps: number;
      readonly lastStepAt: EpochMs | null;
      readonly reachedAt: EpochMs | null;
    },
  ): EpochMs | null;
  /** orders/exits/target.ts */
  exitQuantity(policy: ExitPolicy, filled: number): Quantity;
  /** orders/exits/target.ts */
  exitPrice(
    fills: { readonly quantity: Quantity; readonly units: bigint },
    profit: ExitPolicy['profit'],
    grid: TickGrid,
  ): Price;
}

/** received: not decided yet · accepted: being acted on · previewed: a dry run, nothing sent. */
export type StoryOutcome = 'received' | 'ignored' | 'refused' | 'held' | 'accepted' | 'previewed';

export interface MessageStory {
  readonly key: MessageKey;
  /** Of the record that changed it last. */
  readonly seq: number;
  readonly badge: string;
  readonly message: ChatMessage;
  readonly outcome: StoryOutcome;
  readonly verdict: Verdict | null;
  /** Reason of the step that decided: risk's when risk did not let it pass, else the reader's. */
  readonly code: string | null;
  readonly detail: string;
  readonly reading: Pick<Reading, 'alert' | 'spans'> | null;
  /** `BTO UBER 78P 2026-12-04 @ 0.75`, or `null` when no instruction was understood. */
  readonly understood: string | null;
  readonly gates: readonly GateResult[];
  readonly sizing: Sizing | null;
  readonly repairs: readonly Repair[];
  readonly candidates: readonly string[];
  readonly preview: Preview | null;
  /** The trade it opened or closes. */
  readonly tradeId: TradeId | null;
  readonly editedAt: EpochMs | null;
  readonly editedText: string | null;
  readonly deletedAt: EpochMs | null;
  readonly refs: MessageRefs;
}

/** Where the journal holds it: sequence numbers, which `journal verify` proves. */
export interface MessageRefs {
  readonly received: number;
  readonly decided: number | null;
  readonly risk: number | null;
}

/** What a dry run would have sent. */
export interface Preview {
  readonly entry: EntryPlan | null;
  readonly close: ClosePlan | null;
  readonly contract: string | null;
  /** The exit if everything fills at the first limit; `null` when there would be none. */
  readonly exit: { readonly quantity: number; readonly limit: Price } | null;
}

export interface OrderStory
  extends Pick<
    TradeOrder,
    | 'cid'
    | 'role'
    | 'side'
    | 'quantity'
    | 'terms'
    | 'replaces'
    | 'phase'
    | 'end'
    | 'orderId'
    | 'status'
    | 'fills'
    | 'reported'
    | 'rejection'
  > {
  /** Contracts filled, by fill rows. */
  readonly filled: number;
  readonly average: Price | null;
  readonly timeInForce: 'day' | 'gtc';
  readonly intendedAt: EpochMs;
  /** When the broker first had it. */
  readonly takenAt: EpochMs | null;
  /** How often it was handed to the broker. */
  readonly sends: number;
}

export interface CloseStory extends Pick<TradeClose, 'plan' | 'requestedAt' | 'steps' | 'ended'> {
  readonly terms: OrderTerms;
  readonly why: string;
  /** What was sent for it, oldest first. */
  readonly orders: readonly OrderStory[];
  readonly sold: number;
  readonly average: Price | null;
  /** Why nothing is sent for it yet, as was told last; `null` once something is. */
  readonly waits: string | null;
}

/**
 * entering: the entry can still fill · holding: filled, nothing rests at the broker · exiting: an
 * exit rests · closing: being sold on someone's word · attention: a person must look · done.
 */
export type StoryPhase = 'entering' | 'holding' | 'exiting' | 'closing' | 'attention' | 'done';

export interface TradeStory {
  readonly id: TradeId;
  /** Of the record that changed it last. */
  readonly seq: number;
  readonly badge: string;
  readonly plan: EntryPlan;
  readonly contract: string;
  /** The message that opened it, as it stood then. */
  readonly origin: MessageStory | null;
  readonly openedAt: EpochMs;
  readonly phase: StoryPhase;
  readonly entry: EntryPhase;
  /** What the working entry should be. */
  readonly terms: OrderTerms;
  readonly steps: number;
  readonly lastStepAt: EpochMs | null;
  readonly schedule: EntrySchedule;
  readonly orders: readonly OrderStory[];
  readonly closes: readonly CloseStory[];
  readonly figures: TradeFigures;
  readonly soldElsewhere: number;
  readonly blocked: string | null;
  readonly ended: TradeEndReason | null;
  readonly result: Money | null;
  /** The last one a decision on this trade read. */
  readonly quote: Quote | null;
  /** Sequence numbers of the decision behind it and of its opening. */
  readonly refs: { readonly risk: number; readonly opened: number };
}

export interface EntrySchedule {
  readonly placedAt: EpochMs | null;
  readonly windowEndsAt: EpochMs | null;
  readonly nextStepAt: EpochMs | null;
}

/** Counted over fill rows, each fill id once. Averages are rounded to 0.0001, for reading. */
export interface TradeFigures {
  readonly bought: number;
  readonly averageEntry: Price | null;
  /** Contracts that should rest at the target. */
  readonly exitTarget: number;
  /** Contracts resting in, or sold by, exit orders. */
  readonly exitPlaced: number;
  readonly exitSold: number;
  readonly averageExit: Price | null;
  readonly closeSold: number;
  readonly averageClose: Price | null;
  readonly held: number;
}

/** One record with what it belongs to, told in one plain sentence. */
export interface Told {
  readonly entry: DeskEntry;
  readonly badge: string;
  readonly text: string;
  readonly message: MessageStory | null;
  readonly trade: TradeStory | null;
}

/** One fill, as an audit row shows it. */
export interface AuditFill {
  readonly fillId: string;
  readonly role: TradeOrder['role'];
  readonly quantity: number;
  readonly price: string;
  readonly at: string;
}

/** One order, as an audit row shows it. `orderId` is the broker's, once it gave one. */
export interface AuditOrder {
  readonly role: TradeOrder['role'];
  readonly clientOrderId: string;
  readonly orderId: string | null;
  readonly quantity: number;
  /** `null` for a market order. */
  readonly price: string | null;
  readonly state: string;
}

/** The instruction as read: amounts as decimal strings, what is not written as `null`. */
export interface AuditAlert {
  readonly text: string;
  readonly action: string;
  readonly asset: string;
  readonly symbol: string;
  readonly strike: string | null;
  readonly right: string | null;
  readonly expiry: string | null;
  readonly quantity: number | null;
  readonly price: string | null;
  readonly priceHigh: string | null;
  readonly partial: boolean;
}

/** Every field of R-16, as things stood when the record was written. JSON-ready. */
export interface AuditRow {
  readonly seq: number;
  readonly at: string;
  readonly run: string;
  readonly kind: string;
  readonly badge: string;
  /** One plain sentence. */
  readonly text: string;
  /** Who caused this record: `engine`, or `platform:user id`. */
  readonly actor: string;
  /** Whose message it goes back to. */
  readonly userId: string | null;
  readonly channelId: string | null;
  readonly messageKey: string | null;
  readonly rawText: string | null;
  readonly parsed: AuditAlert | null;
  readonly verdict: string | null;
  readonly code: string | null;
  readonly tradeId: string | null;
  readonly symbol: string | null;
  readonly contract: string | null;
  readonly quantity: number | null;
  /** The sizing arithmetic line by line; the line that decided is named in `quantityBound`. */
  readonly quantityInputs: readonly { readonly label: string; readonly value: string }[];
  readonly quantityBound: string | null;
  readonly entryOrders: readonly AuditOrder[];
  /** At the profit target, and closes on someone's word. */
  readonly exitOrders: readonly AuditOrder[];
  readonly fills: readonly AuditFill[];
  readonly error: string | null;
  /** Sequence numbers of the records this one rests on; `journal verify` proves them. */
  readonly refs: {
    readonly received: number | null;
    readonly decided: number | null;
    readonly risk: number | null;
    readonly opened: number | null;
  };
}

/** All of a row but the orders and fills of its trade. */
export type RowHead = Omit<AuditRow, 'entryOrders' | 'exitOrders' | 'fills'>;

/** What to look for; what is absent does not limit. */
export interface AuditQuery {
  /** User id, as the platform gives it. */
  readonly user?: string;
  /** Underlying or full symbol, in any case. */
  readonly symbol?: string;
  readonly trade?: string;
  /** `order.intended`, or the part before the dot: `order`. */
  readonly kind?: string;
  /** Of the message or trade, as the platform names it. */
  readonly channel?: string;
  readonly from?: EpochMs;
  /** Not included. */
  readonly to?: EpochMs;
  /** Records before this one: how a next page is asked for. */
  readonly before?: number;
  /** Words that occur in the raw text or the sentence, in any case. */
  readonly words?: string;
  readonly limit?: number;
}
