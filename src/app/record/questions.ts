/**
 * Questions to the whole record, and their answers, as they go between the desk and the thread that
 * reads. Everything is plain data.
 */

import type { AuditQuery } from '#audit/model.ts';
import type {
  AlertDetail,
  AuditRowView,
  AuthorView,
  Page,
  TradeChart,
  TradeRecordView,
} from '#operate/api/answers.ts';
import type { MessageView, TradeView } from '#operate/api.ts';

export interface ListQuery {
  /** Only what is older than this record. */
  readonly cursor: number | null;
  readonly limit: number;
  readonly from: number | null;
  /** Not included. */
  readonly to: number | null;
}

export interface AlertsQuery extends ListQuery {
  readonly outcome: string | null;
  readonly author: string | null;
  readonly channel: string | null;
  readonly code: string | null;
  readonly symbol: string | null;
  readonly words: string | null;
}

export interface TradesQuery extends ListQuery {
  readonly state: 'open' | 'ended' | null;
  readonly author: string | null;
  readonly symbol: string | null;
}

export type Question =
  | { readonly kind: 'alerts'; readonly query: AlertsQuery }
  | { readonly kind: 'alert'; readonly key: string }
  | { readonly kind: 'trades'; readonly query: TradesQuery }
  | { readonly kind: 'trade'; readonly id: string }
  | { readonly kind: 'search'; readonly query: AuditQuery }
  | { readonly kind: 'authors' }
  | { readonly kind: 'verify' }
  | {
      readonly kind: 'export';
      readonly format: ExportFormat;
      readonly from: number | null;
      readonly to: number | null;
    };

export type ExportFormat = 'jsonl' | 'csv';

export interface Verified {
  readonly records: number;
  readonly segments: number;
  readonly firstBad: {
    readonly segment: string;
    readonly offset: number;
    readonly seq: number;
    readonly reason: string;
    readonly detail: string;
  } | null;
}

/** What each question is answered with; `null`: there is no such thing on record. */
export interface Answers {
  readonly alerts: Page<MessageView>;
  readonly alert: Omit<AlertDetail, 'reason'> | null;
  readonly trades: Page<TradeView>;
  readonly trade: {
    readonly trade: TradeView;
    readonly records: readonly TradeRecordView[];
    readonly chart: TradeChart;
  } | null;
  readonly search: Page<AuditRowView>;
  readonly authors: { readonly items: readonly AuthorView[]; readonly records: number };
  readonly verify: Verified;
  /** Lines go before it, in pieces. */
  readonly export: null;
}

/** From the desk to the thread. `go`: the next piece of an export may come. */
export type ToThread =
  | { readonly id: number; readonly ask: Question; readonly toSeq: number }
  | { readonly id: number; readonly go: true }
  | { readonly id: number; readonly stop: true };

/** From the thread to the desk. */
export type FromThread =
  | { readonly id: number; readonly kind: 'progress'; readonly records: number }
  | { readonly id: number; readonly kind: 'lines'; readonly text: string }
  | { readonly id: number; readonly kind: 'answer'; readonly value: unknown }
  | { readonly id: number; readonly kind: 'failed'; readonly detail: string };
