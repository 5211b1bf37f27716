/**
 * The audit as it is kept for years: one row per record, typed, in columns.
 *
 * Names are SQL's. Amounts are decimal strings, instants ISO 8601 in UTC: whoever keeps the rows
 * gives them exact types. Every field of R-16 is here, and what the views `trades`, `orders`,
 * `fills` and `alerts` are made of.
 */
import type { AuditAlert, AuditRow } from './model.ts';

export interface KeptAlert extends Omit<AuditAlert, 'priceHigh'> {
  readonly price_high: string | null;
}

export interface KeptOrder {
  readonly role: string;
  readonly side: string;
  readonly client_order_id: string;
  readonly order_id: string | null;
  readonly quantity: number;
  /** `null` for a market order. */
  readonly price: string | null;
  readonly state: string;
  readonly time_in_force: string;
  readonly intended_at: string;
  /** When the broker first had it. */
  readonly taken_at: string | null;
  readonly filled: number;
  readonly average: string | null;
}

export interface KeptFill {
  readonly fill_id: string;
  readonly client_order_id: string;
  readonly role: string;
  readonly side: string;
  readonly quantity: number;
  readonly price: string;
  readonly at: string;
}

/** The message a record goes back to, as it stood then. */
export interface KeptMessage {
  readonly platform: string;
  readonly author_id: string;
  readonly author_name: string;
  readonly posted_at: string;
  readonly received_at: string;
  readonly outcome: string;
  readonly detail: string;
}

/** The trade a record belongs to, as it stood then. */
export interface KeptTrade {
  /** The message that opened it. */
  readonly message_key: string;
  /** `platform:user id`. */
  readonly author: string;
  readonly channel: string;
  readonly underlying: string;
  readonly multiplier: number;
  readonly planned: number;
  readonly alert_price: string | null;
  readonly first_limit: string;
  readonly collar: string;
  readonly opened_at: string;
  readonly placed_at: string | null;
  readonly phase: string;
  /** Why the entry ended; `null` while it can fill. */
  readonly entry_end: string | null;
  readonly steps: number;
  readonly bought: number;
  readonly average_entry: string | null;
  readonly exit_target: number;
  readonly sold: number;
  readonly held: number;
  readonly sold_elsewhere: number;
  readonly blocked: string | null;
  readonly ended: string | null;
  readonly result: string | null;
}

export interface KeptRow {
  readonly seq: number;
  readonly recorded_at: string;
  readonly run: string;
  readonly kind: string;
  readonly badge: string;
  readonly text: string;
  readonly actor: string;
  readonly user_id: string | null;
  readonly channel_id: string | null;
  readonly message_key: string | null;
  readonly raw_text: string | null;
  readonly parsed: KeptAlert | null;
  readonly verdict: string | null;
  readonly code: string | null;
  readonly trade_id: string | null;
  readonly symbol: string | null;
  readonly contract: string | null;
  readonly quantity: number | null;
  readonly quantity_inputs: readonly { readonly label: string; readonly value: string }[];
  readonly quantity_bound: string | null;
  readonly entry_orders: readonly KeptOrder[];
  readonly exit_orders: readonly KeptOrder[];
  readonly fills: readonly KeptFill[];
  readonly error: string | null;
  readonly refs: AuditRow['refs'];
  readonly message: KeptMessage | null;
  readonly trade: KeptTrade | null;
}
