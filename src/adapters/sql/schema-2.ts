/**
 * Rows of the audit are found by chunk (`history/finding.ts`) instead of by indices over each row,
 * and JSON that is read whole is kept as it was written. The audit is made anew: it is filled
 * again.
 */
import { type Kysely, sql } from 'kysely';

const STATEMENTS: readonly string[] = [
  'drop table audit',
  `create table audit (
    seq bigint not null, at timestamptz not null, run text not null, kind text collate "C" not null,
    badge text not null, text text not null, actor text not null, user_id text, channel_id text,
    message_key text, raw_text text, parsed json, verdict text, code text, trade_id text,
    symbol text, underlying text, contract text, quantity bigint, quantity_inputs json,
    quantity_bound text, entry_orders json, exit_orders json, fills json, error text,
    received_seq bigint, decided_seq bigint, risk_seq bigint, opened_seq bigint, also text,
    record jsonb not null, primary key (seq, at)) partition by range (at)`,
  'create table audit_other partition of audit default',
  'create index audit_trade on audit (trade_id, seq) where trade_id is not null',
  `create table audit_chunks (
    chunk bigint primary key, first_at timestamptz not null, last_at timestamptz not null,
    words bit(8192) not null)`,
  `create table audit_values (
    value text collate "C" not null, chunk bigint not null, primary key (value, chunk))`,
  // Without a position the store is empty, and filled from the first record on.
  'delete from projection',
];

export async function findByChunks(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
