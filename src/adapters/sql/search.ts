/**
 * Search in the audit, newest first.
 *
 * The chunks that can hold what is looked for are asked for newest first, a few and then ever more
 * at a time, and only their rows are read, until there are enough. What is found is what a search
 * of the journal finds.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { AuditQuery, AuditRow } from '#audit/model.ts';
import {
  bitsOf,
  chunkOf,
  recordsOf,
  symbolTag,
  userTag,
  type Wanted,
  wantedBy,
} from '#history/finding.ts';
import { epochMs, formatInstant } from '#kernel/time.ts';

const LIMIT_DEFAULT = 100;
/** One more than is ever shown tells whether there is more. */
const LIMIT_MAX = 1_001;
/** Chunks that are read first, and by how much more each time after: a statement holds so many. */
const CHUNKS_FIRST = 8;
const CHUNKS_GROWTH = 4;
const CHUNKS_MAX = 128;

type Condition = RawBuilder<unknown>;

export async function searchAudit(
  db: Kysely<unknown>,
  query: AuditQuery,
): Promise<readonly AuditRow[]> {
  const limit = Math.min(query.limit ?? LIMIT_DEFAULT, LIMIT_MAX);
  const found: AuditRow[] = [];
  let below: number | null = null;
  for (let size = CHUNKS_FIRST; ; size = Math.min(size * CHUNKS_GROWTH, CHUNKS_MAX)) {
    const chunks = await chunksFor(db, query, { below, size });
    const left = limit - found.length;
    if (chunks.length > 0) found.push(...(await rowsOf(db, { ...query, limit: left }, chunks)));
    below = chunks.at(-1)?.chunk ?? 0;
    if (chunks.length < size || found.length >= limit) return found;
  }
}

const CHUNK = z.object({
  chunk: z.number(),
  /** As the database writes them. */
  first: z.string(),
  last: z.string(),
  /** Days from the first to the last, and their partitions, where there are such. */
  days: z.number(),
  first_table: z.string().nullable(),
  last_table: z.string().nullable(),
});

type Chunk = z.infer<typeof CHUNK>;

/** Chunks that can hold rows of the query, newest first. Of what is kept no longer none is left. */
async function chunksFor(
  db: Kysely<unknown>,
  query: AuditQuery,
  { below, size }: { readonly below: number | null; readonly size: number },
): Promise<readonly Chunk[]> {
  const { from, to, before, words } = query;
  const conditions: Condition[] = [
    sql`last_at >= coalesce((select kept_from::timestamptz from projection), '-infinity')`,
  ];
  if (below !== null) conditions.push(sql`chunk < ${below}`);
  if (before !== undefined) conditions.push(sql`chunk <= ${chunkOf(before)}`);
  if (from !== undefined) conditions.push(sql`last_at >= ${formatInstant(from)}::timestamptz`);
  if (to !== undefined) conditions.push(sql`first_at < ${formatInstant(to)}::timestamptz`);
  for (const wanted of wantedBy(query)) {
    conditions.push(sql`chunk in (select chunk from audit_values where ${isValue(wanted)})`);
  }
  const bits = words === undefined ? null : bitsOf(words);
  if (bits !== null) {
    const asked = sql`${bits}::text::bit(8192)`;
    conditions.push(sql`words & ${asked} = ${asked}`);
  }
  const { rows } = await sql`select chunk, first_at::text as first, last_at::text as last,
      ${dayOf('last_at')}::date - ${dayOf('first_at')}::date as days,
      ${partitionAt('first_at')} as first_table, ${partitionAt('last_at')} as last_table
    from audit_chunks where ${sql.join(conditions, sql` and `)}
    order by chunk desc limit ${size}`.execute(db);
  return z.array(CHUNK).parse(rows);
}

function dayOf(column: string): Condition {
  return sql`(${sql.ref(column)} at time zone 'UTC')`;
}

function partitionAt(column: string): Condition {
  return sql`to_regclass('audit_' || to_char(${dayOf(column)}, 'YYYYMMDD'))::text`;
}

function isValue(wanted: Wanted): Condition {
  return typeof wanted === 'string'
    ? sql`value = ${wanted}`
    : sql`value >= ${wanted.from} and value < ${wanted.below}`;
}

/** Rows that lie side by side, in a partition or, where that is not known, anywhere. */
interface Place {
  readonly table: string;
  readonly from: number;
  readonly to: number;
  readonly between: { readonly first: string; readonly last: string } | null;
}

/** To name the partition costs the planner a fraction of leaving one of hundreds. */
function placesOf(chunks: readonly Chunk[]): readonly Place[] {
  const places: Place[] = [];
  for (const { chunk, first, last, days, ...tables } of chunks) {
    const own = recordsOf(chunk);
    const { first_table: firstTable, last_table: lastTable } = tables;
    if (firstTable === null || lastTable === null || days > 1) {
      places.push({ table: 'audit', ...own, between: { first, last } });
      continue;
    }
    for (const table of new Set([lastTable, firstTable])) {
      const after = places.at(-1);
      const isNext = after?.table === table && after.from === own.to + 1;
      if (isNext) places.pop();
      places.push({ table, from: own.from, to: isNext ? after.to : own.to, between: null });
    }
  }
  return places;
}

async function rowsOf(
  db: Kysely<unknown>,
  query: AuditQuery & { readonly limit: number },
  chunks: readonly Chunk[],
): Promise<readonly AuditRow[]> {
  const conditions = conditionsOf(query);
  const newest = sql`order by seq desc limit ${query.limit}`;
  const parts = placesOf(chunks).map(({ table, from, to, between }) => {
    const place = [sql`seq >= ${from} and seq <= ${to}`, ...conditions];
    if (between !== null) {
      const { first, last } = between;
      place.push(sql`at >= ${first}::timestamptz and at <= ${last}::timestamptz`);
    }
    const where = sql.join(place, sql` and `);
    return sql`(select ${COLUMNS} from ${sql.table(table)} where ${where} ${newest})`;
  });
  const all = sql.join(parts, sql` union all `);
  const { rows } = await sql`select * from (${all}) as found ${newest}`.execute(db);
  return rows.map(readRow);
}

function conditionsOf(query: AuditQuery): readonly Condition[] {
  const { user, symbol, trade, kind, channel, from, to, before, words } = query;
  const conditions: Condition[] = [];
  if (before !== undefined) conditions.push(sql`seq < ${before}`);
  if (channel !== undefined) conditions.push(sql`channel_id = ${channel}`);
  if (trade !== undefined) conditions.push(sql`trade_id = ${trade}`);
  if (kind?.includes('.') === true) conditions.push(sql`kind = ${kind}`);
  else if (kind !== undefined) conditions.push(sql`starts_with(kind, ${`${kind}.`})`);
  if (from !== undefined) conditions.push(sql`at >= ${formatInstant(from)}::timestamptz`);
  if (to !== undefined) conditions.push(sql`at < ${formatInstant(to)}::timestamptz`);
  if (user !== undefined) conditions.push(sql`(user_id = ${user} or ${tagged(userTag(user))})`);
  if (symbol !== undefined) {
    const wanted = symbol.toUpperCase();
    const tag = tagged(symbolTag(wanted));
    conditions.push(sql`(underlying = ${wanted} or symbol = ${wanted} or ${tag})`);
  }
  if (words !== undefined) {
    const wanted = words.toLowerCase();
    // Only plain letters are asked for here: no locale folds them otherwise, and none is as fast.
    const holds = (column: string): Condition =>
      sql`strpos(lower(${sql.ref(column)} collate "C"), ${wanted}) > 0`;
    conditions.push(sql`(${holds('text')} or ${holds('raw_text')})`);
  }
  return conditions;
}

function tagged(tag: string): Condition {
  return sql`strpos(also, ${`|${tag}|`}) > 0`;
}

const COLUMNS = sql`seq, (extract(epoch from at) * 1000)::bigint as at, run, kind, badge, text,
  actor, user_id, channel_id, message_key, raw_text, parsed::text as parsed, verdict, code,
  trade_id, symbol, contract, quantity, quantity_inputs::text as quantity_inputs, quantity_bound,
  entry_orders::text as entry_orders, exit_orders::text as exit_orders, fills::text as fills,
  error, received_seq, decided_seq, risk_seq, opened_seq`;

const Text = z.string().nullable();
const Whole = z.number().nullable();
const Json = <T extends z.ZodType>(inner: T) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(inner);

const Order = z.object({
  role: z.enum(['entry', 'exit', 'close']),
  clientOrderId: z.string(),
  orderId: Text,
  quantity: z.number(),
  price: Text,
  state: z.string(),
});
const Fill = z.object({
  fillId: z.string(),
  role: z.enum(['entry', 'exit', 'close']),
  quantity: z.number(),
  price: z.string(),
  at: z.string(),
});
const Alert = z.object({
  text: z.string(),
  action: z.string(),
  asset: z.string(),
  symbol: z.string(),
  strike: Text,
  right: Text,
  expiry: Text,
  quantity: Whole,
  price: Text,
  priceHigh: Text,
  partial: z.boolean(),
});

const Stored = z.object({
  seq: z.number(),
  at: z.number(),
  run: z.string(),
  kind: z.string(),
  badge: z.string(),
  text: z.string(),
  actor: z.string(),
  user_id: Text,
  channel_id: Text,
  message_key: Text,
  raw_text: Text,
  parsed: Json(Alert).nullable(),
  verdict: Text,
  code: Text,
  trade_id: Text,
  symbol: Text,
  contract: Text,
  quantity: Whole,
  quantity_inputs: Json(z.array(z.object({ label: z.string(), value: z.string() }))),
  quantity_bound: Text,
  entry_orders: Json(z.array(Order)),
  exit_orders: Json(z.array(Order)),
  fills: Json(z.array(Fill)),
  error: Text,
  received_seq: Whole,
  decided_seq: Whole,
  risk_seq: Whole,
  opened_seq: Whole,
});

function readRow(raw: unknown): AuditRow {
  const row = Stored.parse(raw);
  return {
    seq: row.seq,
    at: formatInstant(epochMs(row.at)),
    run: row.run,
    kind: row.kind,
    badge: row.badge,
    text: row.text,
    actor: row.actor,
    userId: row.user_id,
    channelId: row.channel_id,
    messageKey: row.message_key,
    rawText: row.raw_text,
    parsed: row.parsed,
    verdict: row.verdict,
    code: row.code,
    tradeId: row.trade_id,
    symbol: row.symbol,
    contract: row.contract,
    quantity: row.quantity,
    quantityInputs: row.quantity_inputs,
    quantityBound: row.quantity_bound,
    entryOrders: row.entry_orders,
    exitOrders: row.exit_orders,
    fills: row.fills,
    error: row.error,
    refs: {
      received: row.received_seq,
      decided: row.decided_seq,
      risk: row.risk_seq,
      opened: row.opened_seq,
    },
  };
}
