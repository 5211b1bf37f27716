/** The first tables. A migration is history: it is never changed, only followed by another. */
import { type Kysely, sql } from 'kysely';

const AUDIT = `create table audit (
  seq bigint not null, at timestamptz not null, run text not null, kind text collate "C" not null,
  badge text not null, text text not null, actor text not null, user_id text, channel_id text,
  message_key text, raw_text text, parsed jsonb, verdict text, code text, trade_id text,
  symbol text, underlying text, contract text, quantity bigint, quantity_inputs jsonb,
  quantity_bound text, entry_orders jsonb, exit_orders jsonb, fills jsonb, error text,
  received_seq bigint, decided_seq bigint, risk_seq bigint, opened_seq bigint, also text,
  record jsonb not null, primary key (seq, at)) partition by range (at)`;

const STATEMENTS: readonly string[] = [
  `create table projection (
    one boolean primary key default true check (one), journal text not null, seq bigint not null,
    digest text not null, rows_version bigint not null, kept_from date,
    updated_at timestamptz not null)`,
  AUDIT,
  'create table audit_other partition of audit default',
  'create index audit_at on audit (at)',
  'create index audit_user on audit (user_id, seq)',
  'create index audit_trade on audit (trade_id, seq) where trade_id is not null',
  'create index audit_symbol on audit (symbol, seq) where symbol is not null',
  'create index audit_underlying on audit (underlying, seq) where underlying is not null',
  'create index audit_kind on audit (kind, seq)',
  'create index audit_also on audit (seq) where also is not null',
  `create table audit_days (
    day date primary key, first_seq bigint not null, last_seq bigint not null,
    rows bigint not null)`,
  `create table alerts (
    message_key text primary key, seq bigint not null, at timestamptz, badge text, platform text,
    channel_id text, message_id text, author_id text, author_name text, relation text,
    posted_at timestamptz, text text, outcome text, verdict text, code text, detail text,
    understood text, alert jsonb, spans jsonb, repairs jsonb, candidates jsonb, trade_id text,
    edited_at timestamptz, edited_text text, deleted_at timestamptz, received_seq bigint,
    decided_seq bigint, risk_seq bigint)`,
  'create index alerts_at on alerts (at)',
  'create index alerts_author on alerts (author_id, at)',
  'create index alerts_code on alerts (code, at)',
  `create table decisions (
    seq bigint primary key, at timestamptz, message_key text, trade_id text, outcome text,
    code text, quantity bigint, quantity_bound text, gates jsonb, sizing jsonb, bid numeric,
    ask numeric, available_buying_power numeric, premium_open numeric, day_result numeric,
    open_trades bigint, trades_today bigint)`,
  'create index decisions_at on decisions (at)',
  'create index decisions_message on decisions (message_key)',
  `create table trades (
    trade_id text primary key, seq bigint not null, at timestamptz, day date, badge text,
    environment text, message_key text, author text, channel_id text, symbol text,
    underlying text, contract text, asset text, quantity bigint, first_limit numeric,
    collar numeric, alert_price numeric, phase text, entry text, entry_reason text, steps bigint,
    bought bigint, average_entry numeric, exit_target bigint, exit_sold bigint,
    average_exit numeric, close_sold bigint, average_close numeric, held bigint,
    sold_elsewhere bigint, blocked text, ended text, ended_at timestamptz, result numeric,
    risk_seq bigint, opened_seq bigint)`,
  'create index trades_day on trades (day, opened_seq)',
  'create index trades_author on trades (author, opened_seq)',
  'create index trades_channel on trades (channel_id, opened_seq)',
  'create index trades_underlying on trades (underlying, opened_seq)',
  'create index trades_open on trades (opened_seq) where ended is null',
  `create table orders (
    client_order_id text primary key, trade_id text not null, at timestamptz, order_id text,
    role text, side text, symbol text, quantity bigint, limit_price numeric, time_in_force text,
    replaces text, phase text, status text, ended text, taken_at timestamptz, sends bigint,
    filled bigint, average numeric, rejection_code text, rejection text)`,
  'create index orders_trade on orders (trade_id)',
  'create index orders_at on orders (at)',
  `create table fills (
    client_order_id text not null, fill_id text not null, trade_id text not null, at timestamptz,
    role text, side text, symbol text, quantity bigint, price numeric,
    primary key (client_order_id, fill_id))`,
  'create index fills_trade on fills (trade_id)',
  'create index fills_at on fills (at)',
  `create table publications (
    seq bigint primary key, at timestamptz, key text, digest text, post_id text, outcome text)`,
  `create table acts (
    seq bigint primary key, at timestamptz, kind text, actor text, act text, reason text,
    trade_id text, message_key text, badge text)`,
  'create index acts_actor on acts (actor, seq)',
  `create table kill_states (
    seq bigint primary key, at timestamptz, from_state text, to_state text, reason text,
    actor text)`,
  `create table incidents (
    seq bigint primary key, at timestamptz, code text, detail text, trade_id text)`,
  'create index incidents_code on incidents (code, seq)',
  `create table runs (
    run text primary key, started_seq bigint, at timestamptz, version text, epoch bigint,
    environment text, ended_at timestamptz, ended text)`,
  `create table keys (
    id text primary key, role text not null, digest text not null, created_at timestamptz)`,
  `create table certifications (
    name text primary key, at timestamptz, passed boolean not null, document jsonb not null)`,
];

export async function createTables(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
