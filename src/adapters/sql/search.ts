/**
 * Search in the audit, newest first.
 *
 * The table of days says how many rows each day has and where they lie in the sequence: days are
 * asked newest first, a few and then ever more at a time, until there are enough rows. What is
 * found is what a search of the journal finds.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { AuditQuery, AuditRow } from '#audit/model.ts';
import { symbolTag, userTag } from '#history/model.ts';
import { addDays, date } from '#kernel/calendar.ts';
import { epochMs, formatInstant } from '#kernel/time.ts';

const LIMIT_DEFAULT = 100;
/** One more than is ever shown tells whether there is more. */
const LIMIT_MAX = 1_001;
/** Rows of the days that are asked first, and by how much more each time after. */
const WINDOW_ROWS = 25_000;
const WINDOW_GROWTH = 40;

type Condition = RawBuilder<unknown>;

export async function searchAudit(
  db: Kysely<unknown>,
  query: AuditQuery,
): Promise<readonly AuditRow[]> {
  const limit = Math.min(query.limit ?? LIMIT_DEFAULT, LIMIT_MAX);
  const conditions = conditionsOf(query);
  const found = new Map<number, AuditRow>();
  for (const { from, to, newestAfter } of windowsOf(await daysWithin(db, query))) {
    // Every index ends in `seq`: in its order the newest are found without reading the rest, which
    // a planner that has not counted the rows yet would not believe. Kinds of a sort are several.
    if (!isSortOfKinds(query)) await sql`set local enable_sort = off`.execute(db);
    const days = sql`at >= ${from}::timestamptz and at < ${to}::timestamptz`;
    const parts = alternativesOf(query).map(
      (alternative) => sql`(select ${COLUMNS} from audit
        where ${sql.join([days, ...conditions, ...alternative], sql` and `)}
        order by seq desc limit ${limit})`,
    );
    const { rows } = await sql`${sql.join(parts, sql` union all `)}`.execute(db);
    for (const row of rows) {
      const read = readRow(row);
      found.set(read.seq, read);
    }
    const newest = [...found.keys()].toSorted((a, b) => b - a);
    const last = newest[limit - 1];
    if (last !== undefined && newestAfter < last) break;
  }
  return [...found.values()].toSorted((a, b) => b.seq - a.seq).slice(0, limit);
}

function isSortOfKinds({ kind }: AuditQuery): boolean {
  return kind !== undefined && !kind.includes('.');
}

interface Day {
  readonly day: string;
  readonly lastSeq: number;
  readonly rows: number;
}

/** Days that can hold rows of the query, newest in the sequence first. */
async function daysWithin(
  db: Kysely<unknown>,
  { from, to, before }: AuditQuery,
): Promise<readonly Day[]> {
  const earliest = from === undefined ? null : formatInstant(from).slice(0, 10);
  const latest = to === undefined ? null : formatInstant(to).slice(0, 10);
  const { rows } = await sql`select day::text as day, last_seq as "lastSeq", rows from audit_days
    where (${earliest}::text is null or day >= ${earliest}::date)
      and (${latest}::text is null or day <= ${latest}::date)
      and (${before ?? null}::bigint is null or first_seq < ${before ?? null})
    order by last_seq desc`.execute(db);
  return z.array(z.object({ day: z.string(), lastSeq: z.number(), rows: z.number() })).parse(rows);
}

interface Window {
  /** ISO instants; `to` is not in it. */
  readonly from: string;
  readonly to: string;
  /** The newest record of all days that come after this window. */
  readonly newestAfter: number;
}

function* windowsOf(days: readonly Day[]): Iterable<Window> {
  let wanted = WINDOW_ROWS;
  for (let at = 0; at < days.length; ) {
    let rows = 0;
    const taken: string[] = [];
    for (; at < days.length && (taken.length === 0 || rows < wanted); at += 1) {
      const day = days[at];
      if (day === undefined) break;
      rows += day.rows;
      taken.push(day.day);
    }
    taken.sort();
    const [first = '', last = first] = [taken[0], taken.at(-1)];
    const to = addDays(date(last), 1);
    const newestAfter = days[at]?.lastSeq ?? 0;
    yield { from: `${first}T00:00Z`, to: `${to}T00:00Z`, newestAfter };
    wanted *= WINDOW_GROWTH;
  }
}

/** What every row must meet. */
function conditionsOf(query: AuditQuery): readonly Condition[] {
  const { trade, kind, channel, from, to, before, words } = query;
  const conditions: Condition[] = [];
  if (before !== undefined) conditions.push(sql`seq < ${before}`);
  if (channel !== undefined) conditions.push(sql`channel_id = ${channel}`);
  if (trade !== undefined) conditions.push(sql`trade_id = ${trade}`);
  if (kind !== undefined) {
    // The character after the dot ends the range of what begins with the part before it.
    const isOne = kind.includes('.');
    const ofSort = sql`kind >= ${`${kind}.`} and kind < ${`${kind}/`}`;
    conditions.push(isOne ? sql`kind = ${kind}` : ofSort);
  }
  if (from !== undefined) conditions.push(sql`at >= ${formatInstant(from)}::timestamptz`);
  if (to !== undefined) conditions.push(sql`at < ${formatInstant(to)}::timestamptz`);
  if (words !== undefined) {
    const wanted = words.toLowerCase();
    conditions.push(
      sql`(strpos(lower(text), ${wanted}) > 0 or strpos(lower(raw_text), ${wanted}) > 0)`,
    );
  }
  return conditions;
}

/** Each is a way to match, with an index of its own; a row may match several. */
function alternativesOf({ user, symbol }: AuditQuery): readonly (readonly Condition[])[] {
  const users: (readonly Condition[])[] =
    user === undefined ? [[]] : [[sql`user_id = ${user}`], [tagged(userTag(user))]];
  const wanted = symbol?.toUpperCase();
  const symbols: (readonly Condition[])[] =
    wanted === undefined
      ? [[]]
      : [
          [sql`underlying = ${wanted}`],
          // Only what is derived has a symbol other than its underlying's, and such a sign in it.
          ...(/[\s/.]/.test(wanted)
            ? [[sql`symbol = ${wanted} and symbol is distinct from underlying`]]
            : []),
          [tagged(symbolTag(wanted))],
        ];
  return users.flatMap((one) => symbols.map((other) => [...one, ...other]));
}

function tagged(tag: string): Condition {
  return sql`also is not null and strpos(also, ${`|${tag}|`}) > 0`;
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
