/**
 * The nouns of history: the SQL tables as the projection fills them.
 *
 * Everything in them is copied from the journal, which stays the truth: a table may be behind, or
 * wiped and filled again. docs/stores.md says what each is for.
 */
import type { RowHead, Told } from '#audit/model.ts';
import { fromEpochDay, type IsoDate } from '#kernel/calendar.ts';
import type { EpochMs } from '#kernel/time.ts';

/** Raised whenever the same records make other rows: an older store is then filled anew. */
export const ROWS_VERSION = 3;

/**
 * `instant`: ISO 8601 in UTC · `exact`: a decimal string · `json`: its text · `written`: JSON that
 * is kept as its text, which a server takes in a third of the time · `bits`: hexadecimal after an
 * `x`.
 */
export type ColumnType =
  | 'text'
  | 'whole'
  | 'flag'
  | 'instant'
  | 'date'
  | 'exact'
  | 'json'
  | 'written'
  | 'bits';

export interface Table {
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly key: readonly string[];
  /** `append`: a row never changes. `replace`: the newest row under a key counts. */
  readonly grows: 'append' | 'replace';
  /** Of a replaced row: `null` leaves what stood there. */
  readonly held: readonly string[];
  /** Of a replaced row: it stays when the new one has a lower `seq`. */
  readonly newestBySeq?: true;
  /** Of a replaced row: what becomes of what stood there and what comes. */
  readonly joined?: Readonly<Record<string, 'sum' | 'least' | 'greatest' | 'either'>>;
}

const AUDIT = {
  columns: {
    seq: 'whole',
    at: 'instant',
    run: 'text',
    kind: 'text',
    badge: 'text',
    text: 'text',
    actor: 'text',
    user_id: 'text',
    channel_id: 'text',
    message_key: 'text',
    raw_text: 'text',
    parsed: 'written',
    verdict: 'text',
    code: 'text',
    trade_id: 'text',
    symbol: 'text',
    /** Underlying of the trade, or the symbol as the alert has it. */
    underlying: 'text',
    contract: 'text',
    quantity: 'whole',
    quantity_inputs: 'written',
    quantity_bound: 'text',
    entry_orders: 'written',
    exit_orders: 'written',
    fills: 'written',
    error: 'text',
    received_seq: 'whole',
    decided_seq: 'whole',
    risk_seq: 'whole',
    opened_seq: 'whole',
    /** Further users and symbols it is found by: `|user:42|symbol:XSP|`; almost always `null`. */
    also: 'text',
    /** The record itself, as the journal holds it. */
    record: 'json',
  },
  key: ['seq', 'at'],
  grows: 'append',
  held: [],
} as const satisfies Table;

const ALERTS = {
  columns: {
    message_key: 'text',
    seq: 'whole',
    at: 'instant',
    badge: 'text',
    platform: 'text',
    channel_id: 'text',
    message_id: 'text',
    author_id: 'text',
    author_name: 'text',
    relation: 'text',
    posted_at: 'instant',
    text: 'text',
    outcome: 'text',
    verdict: 'text',
    code: 'text',
    detail: 'text',
    understood: 'text',
    alert: 'json',
    spans: 'json',
    repairs: 'json',
    candidates: 'json',
    trade_id: 'text',
    edited_at: 'instant',
    edited_text: 'text',
    deleted_at: 'instant',
    received_seq: 'whole',
    decided_seq: 'whole',
    risk_seq: 'whole',
  },
  key: ['message_key'],
  grows: 'replace',
  held: [],
  newestBySeq: true,
} as const satisfies Table;

const DECISIONS = {
  columns: {
    seq: 'whole',
    at: 'instant',
    message_key: 'text',
    trade_id: 'text',
    outcome: 'text',
    code: 'text',
    quantity: 'whole',
    quantity_bound: 'text',
    gates: 'json',
    sizing: 'json',
    bid: 'exact',
    ask: 'exact',
    available_buying_power: 'exact',
    premium_open: 'exact',
    day_result: 'exact',
    open_trades: 'whole',
    trades_today: 'whole',
  },
  key: ['seq'],
  grows: 'append',
  held: [],
} as const satisfies Table;

const TRADES = {
  columns: {
    trade_id: 'text',
    seq: 'whole',
    at: 'instant',
    /** Of its opening, in New York. */
    day: 'date',
    badge: 'text',
    environment: 'text',
    message_key: 'text',
    author: 'text',
    channel_id: 'text',
    symbol: 'text',
    underlying: 'text',
    contract: 'text',
    asset: 'text',
    quantity: 'whole',
    first_limit: 'exact',
    collar: 'exact',
    alert_price: 'exact',
    phase: 'text',
    entry: 'text',
    entry_reason: 'text',
    steps: 'whole',
    bought: 'whole',
    average_entry: 'exact',
    exit_target: 'whole',
    exit_sold: 'whole',
    average_exit: 'exact',
    close_sold: 'whole',
    average_close: 'exact',
    held: 'whole',
    sold_elsewhere: 'whole',
    blocked: 'text',
    ended: 'text',
    ended_at: 'instant',
    result: 'exact',
    risk_seq: 'whole',
    opened_seq: 'whole',
  },
  key: ['trade_id'],
  grows: 'replace',
  held: ['ended_at'],
} as const satisfies Table;

const ORDERS = {
  columns: {
    client_order_id: 'text',
    trade_id: 'text',
    at: 'instant',
    order_id: 'text',
    role: 'text',
    side: 'text',
    symbol: 'text',
    quantity: 'whole',
    /** `null` for a market order. */
    limit_price: 'exact',
    time_in_force: 'text',
    replaces: 'text',
    phase: 'text',
    status: 'text',
    ended: 'text',
    taken_at: 'instant',
    sends: 'whole',
    filled: 'whole',
    average: 'exact',
    rejection_code: 'text',
    rejection: 'text',
  },
  key: ['client_order_id'],
  grows: 'replace',
  held: [],
} as const satisfies Table;

const FILLS = {
  columns: {
    client_order_id: 'text',
    fill_id: 'text',
    trade_id: 'text',
    at: 'instant',
    role: 'text',
    side: 'text',
    symbol: 'text',
    quantity: 'whole',
    price: 'exact',
  },
  key: ['client_order_id', 'fill_id'],
  grows: 'replace',
  held: [],
} as const satisfies Table;

/** What was said to the outside: one row for each post that was delivered or given up. */
const PUBLICATIONS = {
  columns: {
    seq: 'whole',
    at: 'instant',
    key: 'text',
    digest: 'text',
    post_id: 'text',
    outcome: 'text',
  },
  key: ['seq'],
  grows: 'append',
  held: [],
} as const satisfies Table;

/** What people did: commands, acts, changes of the allow-list, arming. */
const ACTS = {
  columns: {
    seq: 'whole',
    at: 'instant',
    kind: 'text',
    actor: 'text',
    act: 'text',
    reason: 'text',
    trade_id: 'text',
    message_key: 'text',
    badge: 'text',
  },
  key: ['seq'],
  grows: 'append',
  held: [],
} as const satisfies Table;

const KILL_STATES = {
  columns: {
    seq: 'whole',
    at: 'instant',
    from_state: 'text',
    to_state: 'text',
    reason: 'text',
    actor: 'text',
  },
  key: ['seq'],
  grows: 'append',
  held: [],
} as const satisfies Table;

const INCIDENTS = {
  columns: { seq: 'whole', at: 'instant', code: 'text', detail: 'text', trade_id: 'text' },
  key: ['seq'],
  grows: 'append',
  held: [],
} as const satisfies Table;

const RUNS = {
  columns: {
    run: 'text',
    started_seq: 'whole',
    at: 'instant',
    version: 'text',
    epoch: 'whole',
    environment: 'text',
    ended_at: 'instant',
    ended: 'text',
  },
  key: ['run'],
  grows: 'replace',
  held: ['started_seq', 'at', 'version', 'epoch', 'environment', 'ended_at', 'ended'],
} as const satisfies Table;

/** How the audit of each UTC day lies in the sequence. */
const AUDIT_DAYS = {
  columns: { day: 'date', first_seq: 'whole', last_seq: 'whole', rows: 'whole' },
  key: ['day'],
  grows: 'replace',
  held: [],
  joined: { first_seq: 'least', last_seq: 'greatest', rows: 'sum' },
} as const satisfies Table;

/** What occurs in the chunks of `finding.ts`: when, and the bits of their words. */
const AUDIT_CHUNKS = {
  columns: { chunk: 'whole', first_at: 'instant', last_at: 'instant', words: 'bits' },
  key: ['chunk'],
  grows: 'replace',
  held: [],
  joined: { first_at: 'least', last_at: 'greatest', words: 'either' },
} as const satisfies Table;

/** Whose, and of what, the rows of a chunk are: `user:42`, `symbol:XSP`. */
const AUDIT_VALUES = {
  columns: { value: 'text', chunk: 'whole' },
  key: ['value', 'chunk'],
  grows: 'replace',
  held: [],
} as const satisfies Table;

/** In the order in which a batch is written. */
export const TABLES = {
  audit: AUDIT,
  alerts: ALERTS,
  decisions: DECISIONS,
  trades: TRADES,
  orders: ORDERS,
  fills: FILLS,
  publications: PUBLICATIONS,
  acts: ACTS,
  kill_states: KILL_STATES,
  incidents: INCIDENTS,
  runs: RUNS,
  audit_days: AUDIT_DAYS,
  audit_chunks: AUDIT_CHUNKS,
  audit_values: AUDIT_VALUES,
} as const;

export type TableName = keyof typeof TABLES;

interface CellTypes {
  readonly text: string;
  readonly whole: number;
  readonly flag: boolean;
  readonly instant: string;
  readonly date: string;
  readonly exact: string;
  readonly json: string;
  readonly written: string;
  readonly bits: string;
}

export type Cell = string | number | boolean | null;

type RowIn<Columns extends Readonly<Record<string, ColumnType>>> = {
  readonly [C in keyof Columns]: CellTypes[Columns[C]] | null;
};

export type RowOf<N extends TableName> = RowIn<(typeof TABLES)[N]['columns']>;

/** What a run of records adds to, or replaces in, each table. */
export type Rows = { readonly [N in TableName]: readonly RowOf<N>[] };

/** A record told, with its audit row; what is of its orders is taken from its trade. */
export interface Projected {
  readonly told: Told;
  readonly row: RowHead;
}

/** Of a journal, and of the store that was filled from it. */
export interface Position {
  /** SHA-256 of the canonical text of record 1: no two journals begin alike. */
  readonly journal: string;
  readonly seq: number;
  /** SHA-256 of the canonical text of the record `seq`; empty for 0. */
  readonly digest: string;
  readonly rowsVersion: number;
}

const DAY_MS = 86_400_000;

/** The day by which the audit is kept and searched. */
export function utcDay(at: EpochMs): IsoDate {
  return fromEpochDay(Math.floor(at / DAY_MS));
}
