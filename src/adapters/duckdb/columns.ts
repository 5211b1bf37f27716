/** The exact type of every column of the kept audit, in DuckDB's words. */
import type {
  KeptAlert,
  KeptFill,
  KeptMessage,
  KeptOrder,
  KeptRow,
  KeptTrade,
} from '#audit/ports.ts';

/** Raised whenever a column changes: days written in another shape are written again. */
export const SCHEMA_VERSION = 1;

const MONEY = 'DECIMAL(18,9)';
/** A result can be larger than any price. */
const DOLLARS = 'DECIMAL(27,9)';
const INSTANT = 'TIMESTAMPTZ';

type Columns<Row> = { readonly [Name in keyof Row]-?: string };

const ALERT: Columns<KeptAlert> = {
  text: 'VARCHAR',
  action: 'VARCHAR',
  asset: 'VARCHAR',
  symbol: 'VARCHAR',
  strike: MONEY,
  right: 'VARCHAR',
  expiry: 'DATE',
  quantity: 'INTEGER',
  price: MONEY,
  price_high: MONEY,
  partial: 'BOOLEAN',
};

const ORDER: Columns<KeptOrder> = {
  role: 'VARCHAR',
  side: 'VARCHAR',
  client_order_id: 'VARCHAR',
  order_id: 'VARCHAR',
  quantity: 'INTEGER',
  price: MONEY,
  state: 'VARCHAR',
  time_in_force: 'VARCHAR',
  intended_at: INSTANT,
  taken_at: INSTANT,
  filled: 'INTEGER',
  average: MONEY,
};

const FILL: Columns<KeptFill> = {
  fill_id: 'VARCHAR',
  client_order_id: 'VARCHAR',
  role: 'VARCHAR',
  side: 'VARCHAR',
  quantity: 'INTEGER',
  price: MONEY,
  at: INSTANT,
};

const MESSAGE: Columns<KeptMessage> = {
  platform: 'VARCHAR',
  author_id: 'VARCHAR',
  author_name: 'VARCHAR',
  posted_at: INSTANT,
  received_at: INSTANT,
  outcome: 'VARCHAR',
  detail: 'VARCHAR',
};

const TRADE: Columns<KeptTrade> = {
  message_key: 'VARCHAR',
  author: 'VARCHAR',
  channel: 'VARCHAR',
  underlying: 'VARCHAR',
  multiplier: 'INTEGER',
  planned: 'INTEGER',
  alert_price: MONEY,
  first_limit: MONEY,
  collar: MONEY,
  opened_at: INSTANT,
  placed_at: INSTANT,
  phase: 'VARCHAR',
  entry_end: 'VARCHAR',
  steps: 'INTEGER',
  bought: 'INTEGER',
  average_entry: MONEY,
  exit_target: 'INTEGER',
  sold: 'INTEGER',
  held: 'INTEGER',
  sold_elsewhere: 'INTEGER',
  blocked: 'VARCHAR',
  ended: 'VARCHAR',
  result: DOLLARS,
};

const REFS: Columns<KeptRow['refs']> = {
  received: 'BIGINT',
  decided: 'BIGINT',
  risk: 'BIGINT',
  opened: 'BIGINT',
};

export const COLUMNS: Columns<KeptRow> = {
  seq: 'BIGINT',
  recorded_at: INSTANT,
  run: 'VARCHAR',
  kind: 'VARCHAR',
  badge: 'VARCHAR',
  text: 'VARCHAR',
  actor: 'VARCHAR',
  user_id: 'VARCHAR',
  channel_id: 'VARCHAR',
  message_key: 'VARCHAR',
  raw_text: 'VARCHAR',
  parsed: struct(ALERT),
  verdict: 'VARCHAR',
  code: 'VARCHAR',
  trade_id: 'VARCHAR',
  symbol: 'VARCHAR',
  contract: 'VARCHAR',
  quantity: 'INTEGER',
  quantity_inputs: `${struct({ label: 'VARCHAR', value: 'VARCHAR' })}[]`,
  quantity_bound: 'VARCHAR',
  entry_orders: `${struct(ORDER)}[]`,
  exit_orders: `${struct(ORDER)}[]`,
  fills: `${struct(FILL)}[]`,
  error: 'VARCHAR',
  refs: struct(REFS),
  message: struct(MESSAGE),
  trade: struct(TRADE),
};

function struct(fields: Readonly<Record<string, string>>): string {
  const parts = Object.entries(fields).map(([name, type]) => `"${name}" ${type}`);
  return `STRUCT(${parts.join(', ')})`;
}
