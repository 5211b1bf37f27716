/** The nouns of the trade core: trades, their orders, and every record they are rebuilt from. */
import type { AlertRecord } from '#alerts/model.ts';
import type { Draft } from '#events/record.ts';
import type { ClientOrderId, OrderId, OrderRole, TradeId } from '#kernel/ids.ts';
import type { Money } from '#kernel/price.ts';
import type { Quantity } from '#kernel/quantity.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { InstrumentSymbol } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';
import type { ClosePlan, EntryPlan, RiskRecord } from '#risk/model.ts';
import type { Fill, NotSentReason, OrderStatus, OrderTerms, Rejection, Side } from './ports.ts';

/**
 * intended: on record, not yet answered by the broker.
 * unsent: known not to have arrived; may be sent again under the same id.
 * unknown: may or may not be live; counts as live until the broker's own list says otherwise.
 * live: the broker holds it. terminal: it can fill no more (late fill rows still count).
 */
export const ORDER_PHASES = ['intended', 'unsent', 'unknown', 'live', 'terminal'] as const;
export type OrderPhase = (typeof ORDER_PHASES)[number];

export const ORDER_ENDS = [
  'filled',
  'cancelled',
  'rejected',
  'expired',
  'removed',
  'absent',
  'not_sent',
] as const;
export type OrderEnd = (typeof ORDER_ENDS)[number];

/** A cancel or replace asked for and not yet seen through. */
export interface PendingChange {
  readonly kind: 'cancel' | 'replace';
  /** When it was first asked for, and when last. */
  readonly since: EpochMs;
  readonly at: EpochMs;
  /** `null` while it is still in the hands of the adapter. */
  readonly answer: Answer['kind'] | null;
}

/**
 * Whether a cancel of this desk may have ended an order. unanswered: it has been asked for, and
 * nothing before could have. A cancel that the broker refused has ended nothing.
 */
export type OwnCancel = 'none' | 'unanswered' | 'possible';

/** One order as this desk knows it. Never forgotten while its trade lives. */
export interface TradeOrder {
  readonly cid: ClientOrderId;
  readonly role: OrderRole;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly terms: OrderTerms;
  readonly replaces: ClientOrderId | null;
  readonly intendedAt: EpochMs;
  readonly phase: OrderPhase;
  readonly end: OrderEnd | null;
  readonly orderId: OrderId | null;
  /** The broker's last word on it, and the broker's own time of that. */
  readonly status: OrderStatus | null;
  readonly statedAt: EpochMs | null;
  readonly editable: boolean;
  /** Distinct by fill id. */
  readonly fills: readonly Fill[];
  /** Largest filled count the broker has stated; can run ahead of the fills. */
  readonly reported: number;
  readonly pending: PendingChange | null;
  readonly ownCancel: OwnCancel;
  /** Must be read again before anything is decided on it. */
  readonly doubtful: boolean;
  readonly misses: {
    readonly count: number;
    readonly firstAt: EpochMs;
    readonly lastAt: EpochMs;
  } | null;
  /** Sends that provably did not arrive. */
  readonly unsentTries: number;
  readonly retryAt: EpochMs | null;
  readonly rejection: Rejection | null;
  readonly firstSeenAt: EpochMs | null;
  readonly changedAt: EpochMs;
}

export const ENTRY_END_REASONS = [
  'filled',
  'window_over',
  'rejected',
  'not_sent',
  'author_exit',
  'operator',
  'kill_state',
  'message_deleted',
  'shutdown',
  'session_over',
  'cancelled_elsewhere',
] as const;
export type EntryEndReason = (typeof ENTRY_END_REASONS)[number];

export type EntryPhase =
  | { readonly kind: 'open' }
  | { readonly kind: 'ending'; readonly reason: EntryEndReason }
  | { readonly kind: 'ended'; readonly reason: EntryEndReason };

/** A close in progress: what is to be sold beyond the resting exit. */
export interface TradeClose {
  readonly plan: ClosePlan;
  readonly requestedAt: EpochMs;
  readonly wanted: OrderTerms;
  readonly steps: number;
  readonly lastStepAt: EpochMs | null;
  /** Orders sent for it, oldest first. Closes run one after another. */
  readonly orders: readonly ClientOrderId[];
  readonly ended: boolean;
}

export const TRADE_END_REASONS = ['no_fill', 'sold', 'expired', 'closed_elsewhere'] as const;
export type TradeEndReason = (typeof TRADE_END_REASONS)[number];

export interface Trade {
  readonly id: TradeId;
  readonly plan: EntryPlan;
  readonly openedAt: EpochMs;
  readonly entry: EntryPhase;
  /** What the working entry should be: the planner brings the broker to it. */
  readonly wanted: OrderTerms;
  readonly steps: number;
  readonly lastStepAt: EpochMs | null;
  /** The entry went to the market: its price is not changed any more. */
  readonly hasConverted: boolean;
  readonly orders: readonly TradeOrder[];
  readonly closes: readonly TradeClose[];
  /** Since when filled contracts wait for their exit. */
  readonly uncoveredSince: EpochMs | null;
  /** Contracts of ours that left the account by other hands. */
  readonly soldElsewhere: number;
  /** Why a person must look; the desk sends nothing more than cancels for it. */
  readonly blocked: string | null;
  /** Exits refused since one was last taken. */
  readonly exitRejections: number;
  readonly ended: TradeEndReason | null;
  readonly endedAt: EpochMs | null;
}

export type OrderIntent =
  | {
      readonly op: 'submit';
      readonly cid: ClientOrderId;
      readonly role: OrderRole;
      readonly side: Side;
      readonly quantity: Quantity;
      readonly terms: OrderTerms;
      readonly timeInForce: 'day' | 'gtc';
    }
  | {
      readonly op: 'replace';
      readonly cid: ClientOrderId;
      readonly replaces: ClientOrderId;
      readonly orderId: OrderId;
      readonly terms: OrderTerms;
    }
  | { readonly op: 'cancel'; readonly cid: ClientOrderId; readonly orderId: OrderId };

export type Answer =
  | { readonly kind: 'acked'; readonly orderId: OrderId }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  | { readonly kind: 'not_sent'; readonly reason: NotSentReason; readonly detail: string }
  | { readonly kind: 'ambiguous'; readonly detail: string };

/** What the broker said of one order, reduced to what was new. */
export interface Sighting {
  readonly cid: ClientOrderId;
  readonly orderId: OrderId;
  readonly status: OrderStatus;
  /** The broker's own time of this statement: it orders the statements of one order, no more. */
  readonly statedAt: EpochMs;
  readonly quantity: Quantity;
  readonly filled: number;
  readonly fills: readonly Fill[];
  readonly editable: boolean;
  readonly rejection: Rejection | null;
}

type At<Body> = Body & { readonly at: EpochMs };

/** Records that change a trade. `at` is the desk's time of it, the only time `apply` reads. */
export type TradeRecord =
  | Draft<'trade.opened', At<{ readonly plan: EntryPlan; readonly risk: number }>>
  | Draft<'order.intended', At<{ readonly intent: OrderIntent; readonly quote: Quote | null }>>
  | Draft<
      'order.answered',
      At<{ readonly cid: ClientOrderId; readonly op: OrderIntent['op']; readonly answer: Answer }>
    >
  | Draft<'order.seen', At<{ readonly sighting: Sighting; readonly source: SightingSource }>>
  | Draft<'order.missed', At<{ readonly cid: ClientOrderId }>>
  | Draft<'order.ended', At<{ readonly cid: ClientOrderId; readonly end: 'absent' | 'not_sent' }>>
  | Draft<
      'entry.stepped',
      At<{ readonly step: number; readonly terms: OrderTerms; readonly quote: Quote }>
    >
  | Draft<'entry.converted', At<{ readonly terms: OrderTerms; readonly quote: Quote }>>
  | Draft<'entry.ending', At<{ readonly reason: EntryEndReason }>>
  | Draft<
      'entry.ended',
      At<{ readonly reason: EntryEndReason; readonly filled: number; readonly exitTarget: number }>
    >
  | Draft<'close.requested', At<{ readonly plan: ClosePlan; readonly why: string }>>
  | Draft<
      'close.stepped',
      At<{ readonly step: number; readonly terms: OrderTerms; readonly quote: Quote }>
    >
  | Draft<'close.ended', At<{ readonly sold: number }>>
  | Draft<'position.reduced', At<{ readonly by: number; readonly net: number }>>
  | Draft<'trade.blocked', At<{ readonly reason: string }>>
  | Draft<'trade.released', At<{ readonly reason: string }>>
  | Draft<'trade.ended', At<{ readonly reason: TradeEndReason; readonly result: Money }>>;

export const SIGHTING_SOURCES = ['answer', 'stream', 'poll', 'look_up'] as const;
export type SightingSource = (typeof SIGHTING_SOURCES)[number];

/** interrupted: the desk stopped, or the job took too long. */
export type JobOutcome = 'done' | 'failed' | 'interrupted';

/** Records of the desk as a whole. */
export type DeskWideRecord =
  | Draft<
      'run.started',
      At<{
        readonly version: string;
        readonly epoch: number;
        readonly environment: string;
        /** A short digest of the account orders go to; absent where it is made up. */
        readonly account?: string;
      }>
    >
  | Draft<'run.ended', At<{ readonly reason: string }>>
  | Draft<
      'order.foreign',
      At<{
        readonly orderId: OrderId;
        readonly symbol: InstrumentSymbol;
        readonly side: Side;
        readonly quantity: Quantity;
        /** Of a certification, and at work no more when it was found: nobody has to look at it. */
        readonly endedOf?: 'certification';
      }>
    >
  | Draft<'clock.stepped', At<{ readonly byMs: number }>>
  | Draft<'reconcile.passed', At<{ readonly orders: number; readonly positions: number }>>
  | Draft<'reconcile.differed', At<{ readonly findings: readonly string[] }>>
  | Draft<'operator.acted', At<{ readonly act: string; readonly reason: string }>>
  | Draft<'incident.raised', At<{ readonly code: string; readonly detail: string }>>
  /** `key`: the job and the minute it was due, `parquet@2026-11-20T01:30`; no key runs twice. */
  | Draft<'job.started', At<{ readonly job: string; readonly key: string; readonly by: string }>>
  | Draft<
      'job.ended',
      At<{
        readonly job: string;
        readonly key: string;
        readonly outcome: JobOutcome;
        readonly detail: string;
        readonly ms: number;
        /** What it did, counted: `days`, `records`, `bytes`. */
        readonly figures: Readonly<Record<string, number>>;
      }>
    >
  /** Something the desk watches for has held for its time; `times`: told so often by now. */
  | Draft<
      'alarm.raised',
      At<{
        readonly alarm: string;
        readonly severity: 'page' | 'notice';
        readonly since: EpochMs;
        readonly times: number;
        readonly detail: string;
      }>
    >
  | Draft<'alarm.cleared', At<{ readonly alarm: string; readonly since: EpochMs }>>
  | Draft<'alarm.acknowledged', At<{ readonly alarm: string }>>
  | Draft<
      'alarm.tested',
      At<{
        readonly alarm: string;
        readonly severity: 'page' | 'notice';
        readonly detail: string;
      }>
    >
  /** What became of telling the receiver of record `of`. */
  | Draft<
      'alarm.told',
      At<{
        readonly of: number;
        readonly outcome: 'delivered' | 'given_up';
        readonly detail: string;
      }>
    >
  /** Somebody gave a command or pressed a button; `id` is the platform's own of that act. */
  | Draft<
      'command.received',
      At<{
        readonly platform: string;
        readonly channelId: string;
        readonly id: string;
        /** The message that held it; `null` for slash commands and buttons. */
        readonly messageId: string | null;
        readonly line: string;
      }>
    >
  /** The allow-list was changed past the configuration; the last word on each counts. */
  | Draft<
      'allow_list.changed',
      At<{
        /** `platform:user id`. */
        readonly who: string;
        readonly permission: string;
        readonly to: 'granted' | 'withdrawn';
      }>
    >
  /** An act asked for over HTTP, before it is done: under a key once, whoever repeats it. */
  | Draft<
      'request.taken',
      At<{
        /** `null`: it came without one. */
        readonly key: string | null;
        readonly digest: string;
        /** `PUT /api/v1/kill-state` */
        readonly line: string;
        readonly address: string;
        readonly requestId: string;
      }>
    >
  /** How an act over HTTP ended, or that it was denied. */
  | Draft<
      'request.answered',
      At<{
        /** `null`: it came without one. */
        readonly key: string | null;
        readonly line: string;
        readonly address: string;
        readonly requestId: string;
        readonly status: number;
        /** Of the problem; `null` when it was done. */
        readonly code: string | null;
        /** The answer as JSON, for a repeat; `null` where it is not kept. */
        readonly answer: string | null;
        /** So many within a minute, of which this was the last; absent: this one. */
        readonly times?: number;
      }>
    >
  | Draft<
      'notice.delivered',
      /** `postId`: the platform's id of the post; absent when it was given up. */
      At<{ readonly key: string; readonly digest: string; readonly postId?: string }>
    >
  /** What was made of the record up to `seq` is kept in a file of that digest and size. */
  | Draft<
      'snapshot.taken',
      At<{ readonly seq: number; readonly digest: string; readonly bytes: number }>
    >
  /** The run did not start from the snapshot of that record; `reason`: see journal/model.ts. */
  | Draft<'snapshot.refused', At<{ readonly seq: number; readonly reason: string }>>
  | Draft<
      'preview.made',
      At<{ readonly plan: EntryPlan | null; readonly close: ClosePlan | null }>
    >;

export type DeskRecord = AlertRecord | RiskRecord | TradeRecord | DeskWideRecord;
