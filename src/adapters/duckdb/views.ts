/**
 * The tables people ask: `audit`, and what is read off it. `audit` is a row per record, each with
 * its trade and message as they stood then; the others take the newest row of each.
 */
import { COLUMNS } from './columns.ts';
import { literal } from './session.ts';

export function viewsOver(files: readonly string[]): readonly string[] {
  const columns = Object.keys(COLUMNS).join(', ');
  const audit =
    files.length === 0
      ? `SELECT ${Object.entries(COLUMNS).map(nothing).join(', ')} WHERE false`
      : `SELECT ${columns} FROM read_parquet([${files.map(literal).join(', ')}])`;
  return [`CREATE VIEW audit AS ${audit}`, TRADES, ORDERS, FILLS, ALERTS];
}

function nothing([name, type]: readonly [string, string]): string {
  return `NULL::${type} AS ${name}`;
}

const LATEST_TRADES = `
  SELECT trade_id, arg_max(badge, seq) AS badge, arg_max(symbol, seq) AS symbol,
    arg_max(contract, seq) AS contract,
    arg_max(trade, seq) AS trade, arg_max(entry_orders, seq) AS entry_orders,
    arg_max(exit_orders, seq) AS exit_orders, arg_max(fills, seq) AS fills,
    min(recorded_at) FILTER (kind = 'trade.ended') AS ended_at
  FROM audit WHERE trade IS NOT NULL GROUP BY trade_id`;

const TRADES = `
CREATE VIEW trades AS
WITH latest AS (${LATEST_TRADES}),
counted AS (
  SELECT *,
    coalesce(list_sum(list_transform(list_filter(fills, lambda f: f.side = 'buy'),
      lambda f: f.price * f.quantity)), 0) * trade.multiplier AS cost,
    coalesce(list_sum(list_transform(list_filter(fills, lambda f: f.side = 'sell'),
      lambda f: f.price * f.quantity)), 0) * trade.multiplier AS proceeds,
    list_min(list_transform(list_filter(fills, lambda f: f.role = 'entry'), lambda f: f.at))
      AS first_fill_at,
    list_max(list_transform(list_filter(fills, lambda f: f.role = 'entry'), lambda f: f.at))
      AS last_entry_fill_at
  FROM latest)
SELECT trade_id, trade.message_key AS message_key, badge, symbol, contract,
  trade.author AS author, trade.channel AS channel, trade.underlying AS underlying,
  trade.multiplier AS multiplier, trade.planned AS planned, trade.alert_price AS alert_price,
  trade.first_limit AS first_limit, trade.collar AS collar, trade.opened_at AS opened_at,
  trade.placed_at AS placed_at, first_fill_at, last_entry_fill_at, ended_at,
  trade.phase AS phase, trade.entry_end AS entry_end, trade.steps AS steps,
  trade.bought AS bought, trade.average_entry AS average_entry,
  trade.exit_target AS exit_target, trade.sold AS sold, trade.held AS held,
  trade.sold_elsewhere AS sold_elsewhere, cost::DECIMAL(27,9) AS cost,
  proceeds::DECIMAL(27,9) AS proceeds, trade.blocked AS blocked, trade.ended AS ended,
  trade.result AS result
FROM counted`;

const ORDERS = `
CREATE VIEW orders AS
WITH latest AS (${LATEST_TRADES})
SELECT trade_id, symbol, contract, badge, trade.author AS author, trade.channel AS channel,
  unnest(list_concat(entry_orders, exit_orders), recursive := true)
FROM latest`;

const FILLS = `
CREATE VIEW fills AS
WITH latest AS (${LATEST_TRADES})
SELECT trade_id, symbol, contract, badge, trade.author AS author, trade.channel AS channel,
  trade.multiplier AS multiplier, unnest(fills, recursive := true)
FROM latest`;

const ALERTS = `
CREATE VIEW alerts AS
WITH latest AS (
  SELECT message_key, arg_max(message, seq) AS message, arg_max(parsed, seq) AS parsed,
    arg_max(badge, seq) AS badge, arg_max(channel_id, seq) AS channel_id,
    arg_max(raw_text, seq) AS raw_text, arg_max(verdict, seq) AS verdict,
    arg_max(code, seq) AS code, arg_max(trade_id, seq) AS trade_id, max(seq) AS seq
  FROM audit WHERE message IS NOT NULL AND message_key IS NOT NULL GROUP BY message_key)
SELECT message_key, badge, message.platform AS platform, channel_id,
  message.author_id AS author_id, message.author_name AS author_name,
  message.posted_at AS posted_at, message.received_at AS received_at, raw_text, verdict, code,
  message.outcome AS outcome, message.detail AS detail, parsed.text AS instruction,
  parsed.action AS action, parsed.symbol AS symbol, parsed.price AS price, trade_id, seq
FROM latest`;

/** What a query may name, for help and complaints. */
export const VIEWS = ['audit', 'trades', 'orders', 'fills', 'alerts'] as const;
