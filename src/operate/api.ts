/**
 * What leaves the desk as JSON: to the page, to HTTP clients and to scripts.
 *
 * Everything here is ready for `JSON.stringify`: prices and money are decimal strings, instants are
 * ISO 8601 in UTC, contracts carry the name a person would say (`UBER 78P 2026-12-04`). Fields are
 * added, never renamed or given another meaning. Nothing here holds a secret; an account shows as
 * its last four characters, inside the badge.
 */
import type { Action, AlertField, Relation, Span, Verdict } from '#alerts/model.ts';
import type { AssetClass, Right } from '#market/instrument.ts';
import type { OrderEnd, OrderPhase } from '#orders/model.ts';
import type { Side } from '#orders/ports.ts';
import type { GateResult, KillState, Sizing } from '#risk/model.ts';

/** What the whole desk looks like now; `DeskUpdate`s change it from there on. */
export interface DeskSnapshot {
  readonly desk: DeskLine;
  /** Newest first, bounded. */
  readonly messages: readonly MessageView[];
  /** Open ones first, then the newest, bounded. */
  readonly trades: readonly TradeView[];
  /** Newest first, bounded. */
  readonly incidents: readonly IncidentView[];
}

/** The line at the top of the page. */
export interface DeskLine {
  /** Sequence number of the last record counted in. */
  readonly seq: number;
  /** The desk's own time, which a demonstration or a recorded day shifts. */
  readonly clock: string;
  /** `DRY-RUN`, `SIM`, `SANDBOX`, `REHEARSAL` or `LIVE ****1234`. */
  readonly environment: string;
  /** `null` until the desk has started once. */
  readonly startedAt: string | null;
  readonly version: string | null;
  readonly killState: KillState;
  /** Why it is so, in the words of whoever set it; `null` when it never changed. */
  readonly killReason: string | null;
  /** As of the last decision that read it; `null` before the first. */
  readonly account: AccountView | null;
  readonly counters: CountersView;
  /** As whoever holds the journal says; `null` in a view made from records alone. */
  readonly journal: JournalView | null;
}

export interface AccountView {
  readonly day: string;
  /** First balance of the trading day: what sizing starts from. */
  readonly initialBuyingPower: string;
  readonly availableBuyingPower: string | null;
  readonly pendingDebit: string | null;
  readonly premiumOpen: string | null;
  /** Realised and open result of the day when last decided on; negative is a loss. */
  readonly dayResult: string | null;
  readonly readAt: string | null;
}

/** Counted over the whole journal. */
export interface CountersView {
  readonly messages: number;
  /** Read as something to do, whatever became of it. */
  readonly instructions: number;
  /** Messages that look like an instruction and were refused, by the reader or by risk. */
  readonly refused: number;
  readonly chatter: number;
  readonly trades: number;
  readonly openTrades: number;
  /** Orders the broker was asked to place. */
  readonly ordersSent: number;
  readonly priceSteps: number;
  readonly fills: number;
  readonly incidents: number;
}

export interface JournalView {
  readonly writable: boolean;
  readonly lastSeq: number;
  readonly durableSeq: number;
  readonly freeBytes: number | null;
  readonly fault: string | null;
}

/**
 * What became of a message.
 * received: not decided yet · ignored: nothing to do · refused · held: waits for an operator ·
 * accepted: an instruction, being acted on · previewed: a dry run, nothing was sent.
 */
export const MESSAGE_OUTCOMES = [
  'received',
  'ignored',
  'refused',
  'held',
  'accepted',
  'previewed',
] as const;
export type MessageOutcome = (typeof MESSAGE_OUTCOMES)[number];

export interface MessageView {
  readonly key: string;
  /** Sequence number of the record that changed it last. */
  readonly seq: number;
  readonly author: { readonly id: string; readonly name: string };
  readonly platform: string;
  readonly channel: string;
  readonly text: string;
  readonly postedAt: string;
  readonly receivedAt: string;
  readonly relation: Relation;
  readonly badge: string;
  readonly outcome: MessageOutcome;
  /** The reader's verdict; `null` until decided. */
  readonly verdict: Verdict | null;
  /** Reason code of the step that decided: risk's when risk refused, else the reader's. */
  readonly code: string | null;
  readonly detail: string;
  readonly spans: SpansView;
  readonly alert: AlertJson | null;
  /** The instruction in one line, as understood: `BTO UBER 78P 2026-12-04 @ 0.75`. */
  readonly understood: string | null;
  readonly gates: readonly GateResult[];
  readonly sizing: Sizing | null;
  readonly repairs: readonly { readonly text: string; readonly why: string }[];
  readonly candidates: readonly string[];
  /** The trade it opened or closes. */
  readonly tradeId: string | null;
  readonly editedAt: string | null;
  readonly deletedAt: string | null;
}

export type SpansView = Readonly<Partial<Record<AlertField, Span>>>;

/**
 * entering: the entry can still fill · holding: filled, nothing rests at the broker · exiting: an
 * exit rests · closing: being sold on the author's or an operator's word · attention: a person must
 * look · done: nothing is held and nothing works.
 */
export const TRADE_PHASES = [
  'entering',
  'holding',
  'exiting',
  'closing',
  'attention',
  'done',
] as const;
export type TradePhase = (typeof TRADE_PHASES)[number];

export interface TradeView {
  readonly id: string;
  /** Sequence number of the record that changed it last. */
  readonly seq: number;
  readonly badge: string;
  readonly message: string;
  /** `platform:user id`. */
  readonly author: string;
  readonly channel: string;
  readonly symbol: string;
  /** `UBER 78P 2026-12-04`. */
  readonly contract: string;
  readonly openedAt: string;
  readonly phase: TradePhase;
  /** What risk approved. */
  readonly quantity: number;
  readonly entry: EntryView;
  readonly exit: ExitView;
  /** Held now: bought, less sold here and elsewhere. */
  readonly held: number;
  /** Dollars, once the trade has ended. */
  readonly result: string | null;
  /** How it ended, or `null`. */
  readonly ended: string | null;
  /** Why a person must look, or `null`. */
  readonly attention: string | null;
  /** The last quote a decision on this trade read. */
  readonly quote: { readonly bid: string; readonly ask: string; readonly at: string } | null;
  /** Oldest first. */
  readonly orders: readonly OrderView[];
  /** Oldest first, bounded: the opening and the newest stay. */
  readonly timeline: readonly TimelineEntry[];
}

export interface EntryView {
  readonly status: 'open' | 'ending' | 'ended';
  /** Why it ends or ended: `filled`, `window_over` …; `null` while open. */
  readonly reason: string | null;
  /** The working limit; `null` when it works as a market order. */
  readonly limit: string | null;
  /** No limit of this entry may exceed it. */
  readonly collar: string;
  readonly alertPrice: string | null;
  readonly steps: number;
  readonly stepsMax: number;
  readonly placedAt: string | null;
  readonly windowEndsAt: string | null;
  /** Earliest next price step; `null` when none is left or the entry is over. */
  readonly nextStepAt: string | null;
  readonly filled: number;
  readonly averagePrice: string | null;
}

export interface ExitView {
  /** Contracts to be sold at the profit target, of those filled so far. */
  readonly target: number;
  /** Resting limit of the newest exit, or `null`. */
  readonly limit: string | null;
  /** Contracts resting or sold by exits. */
  readonly quantity: number;
  readonly filled: number;
  readonly averagePrice: string | null;
  /** Contracts sold by closes, beyond the exits. */
  readonly closed: number;
  /** Why there is no exit, when there is none and something is held. */
  readonly note: string | null;
}

export interface OrderView {
  readonly cid: string;
  readonly orderId: string | null;
  readonly role: 'entry' | 'exit' | 'close';
  readonly side: Side;
  readonly quantity: number;
  /** `null` for a market order. */
  readonly limit: string | null;
  readonly timeInForce: 'day' | 'gtc';
  /** The client id of the order it stands in for, or `null`. */
  readonly replaces: string | null;
  readonly placedAt: string;
  readonly phase: OrderPhase;
  readonly end: OrderEnd | null;
  /** The broker's last word on it. */
  readonly status: string | null;
  readonly filled: number;
  readonly averagePrice: string | null;
  readonly rejection: string | null;
}

export interface TimelineEntry {
  readonly seq: number;
  readonly at: string;
  readonly kind: string;
  /** One plain sentence. */
  readonly text: string;
}

export interface IncidentView {
  readonly seq: number;
  readonly at: string;
  readonly code: string;
  readonly text: string;
  readonly tradeId: string | null;
}

/** One change of a `DeskSnapshot`. Whoever misses one reads the snapshot again. */
export type DeskUpdate =
  | { readonly kind: 'message'; readonly seq: number; readonly message: MessageView }
  | { readonly kind: 'trade'; readonly seq: number; readonly trade: TradeView }
  | { readonly kind: 'incident'; readonly seq: number; readonly incident: IncidentView }
  | { readonly kind: 'desk'; readonly seq: number; readonly desk: DeskLine };

/** An instruction as `strikewire parse` prints it: amounts are JSON numbers here. */
export interface AlertJson {
  readonly action: Action;
  readonly asset: AssetClass;
  readonly symbol: string;
  readonly strike: number | null;
  readonly right: Right | null;
  readonly expiry: string | null;
  readonly quantity: number | null;
  readonly price: number | null;
  readonly price_high?: number;
  readonly partial?: true;
}

export interface IntendedOrderJson {
  readonly role: 'entry' | 'exit' | 'close';
  readonly side: Side;
  readonly symbol: string;
  readonly quantity: number;
  /** Decimal string; `null` for a market order. */
  readonly limit: string | null;
  readonly note: string;
}

/** What `strikewire alert --json` prints and `POST /admin/alerts/process` answers. */
export interface AnswerJson {
  readonly verdict: Verdict;
  readonly code: string;
  readonly alert: AlertJson | null;
  readonly sizing: Sizing | null;
  readonly gates: readonly GateResult[];
  readonly orders: readonly IntendedOrderJson[];
  readonly tradeId?: string;
  readonly environment: string;
  readonly message: string;
  readonly detail: string;
  readonly spans: SpansView;
  readonly repairs: readonly { readonly text: string; readonly why: string }[];
  readonly candidates: readonly string[];
  /** What the code means and what can be done about it; absent where there is nothing to say. */
  readonly reason?: { readonly means: string; readonly remedy: string };
}
