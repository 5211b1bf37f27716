/** Questions people ask of the record, by name. */

export interface ReadyMade {
  readonly about: string;
  readonly sql: string;
}

/** 97.5 % quantile of the normal distribution. */
const Z = '1.959964';
/** Fewer trades than this say nothing of their mean. */
const SAMPLE_MIN = 5;

/** Trades that bought something and are over: the others have no result. */
const DONE = 'FROM trades WHERE ended IS NOT NULL AND bought > 0';

const RESULTS = (by: string) => `
WITH done AS (SELECT ${by}, result ${DONE}),
counted AS (
  SELECT ${by}, count(*) AS trades, count(*) FILTER (result > 0) AS won,
    sum(result) AS result, avg(result) AS mean, stddev_samp(result) AS deviation
  FROM done GROUP BY ${by}),
judged AS (
  SELECT *, won / trades AS share, trades - 1 AS freedom,
    ${Z} * sqrt(won / trades * (1 - won / trades) / trades
      + ${Z}^2 / (4 * trades^2)) / (1 + ${Z}^2 / trades) AS share_half,
    (won / trades + ${Z}^2 / (2 * trades)) / (1 + ${Z}^2 / trades) AS share_centre
  FROM counted),
spread AS (
  SELECT *, CASE WHEN trades >= ${SAMPLE_MIN} THEN deviation / sqrt(trades) *
    (${Z} + (${Z}^3 + ${Z}) / (4 * freedom)
      + (5 * ${Z}^5 + 16 * ${Z}^3 + 3 * ${Z}) / (96 * freedom^2)) END AS mean_half
  FROM judged)
SELECT ${by}, trades, won, round(share, 3) AS won_share,
  round(share_centre - share_half, 3) AS won_share_from,
  round(share_centre + share_half, 3) AS won_share_to,
  result::DECIMAL(27,2) AS result, round(mean, 2) AS mean_result,
  round(mean - mean_half, 2) AS mean_from, round(mean + mean_half, 2) AS mean_to
FROM spread ORDER BY result DESC, ${by}`;

const SLIPPAGE = `
SELECT trades.author, count(DISTINCT trade_id) AS trades, sum(fills.quantity) AS contracts,
  round(sum((fills.price - alert_price) * fills.quantity) / sum(fills.quantity), 4)
    AS mean_per_unit,
  round(100 * sum((fills.price - alert_price) * fills.quantity)
    / sum(alert_price * fills.quantity), 2) AS percent_of_alert,
  sum((fills.price - alert_price) * fills.quantity * trades.multiplier)::DECIMAL(27,2) AS dollars
FROM fills JOIN trades USING (trade_id)
WHERE fills.role = 'entry' AND alert_price IS NOT NULL
GROUP BY trades.author ORDER BY dollars DESC, trades.author`;

const SECONDS = (from: string, to: string) =>
  `epoch_ms(${to}) / 1000.0 - epoch_ms(${from}) / 1000.0`;

const TIME_TO_FILL = `
WITH timed AS (
  SELECT trades.author, ${SECONDS('received_at', 'placed_at')} AS to_order,
    ${SECONDS('placed_at', 'first_fill_at')} AS to_first_fill,
    ${SECONDS('placed_at', 'last_entry_fill_at')} AS to_last_fill
  FROM trades LEFT JOIN alerts USING (message_key)
  WHERE placed_at IS NOT NULL)
SELECT author, count(*) AS placed, count(to_first_fill) AS filled,
  round(median(to_order), 3) AS alert_to_order_s,
  round(median(to_first_fill), 3) AS order_to_first_fill_s,
  round(quantile_cont(to_first_fill, 0.9), 3) AS first_fill_p90_s,
  round(median(to_last_fill), 3) AS order_to_last_fill_s
FROM timed GROUP BY author ORDER BY author`;

const REFUSALS = `
SELECT code, count(*) AS refused, round(count(*) / sum(count(*)) OVER (), 3) AS share,
  max(received_at) AS last, arg_max(raw_text, received_at) AS example
FROM alerts WHERE outcome = 'refused' GROUP BY code ORDER BY refused DESC, code`;

export const READY_MADE: Readonly<Record<string, ReadyMade>> = {
  'author-results': {
    about:
      `what each author's trades made: how many, the share won with its 95 % interval (Wilson), ` +
      `the mean result with its 95 % interval (Student's t, from ${SAMPLE_MIN} trades on)`,
    sql: RESULTS('author'),
  },
  'channel-results': { about: 'the same for each channel', sql: RESULTS('channel') },
  slippage: {
    about: 'what entries cost beyond the price of their alert, by author',
    sql: SLIPPAGE,
  },
  'time-to-fill': {
    about: 'seconds from alert to order and from order to fill, by author: medians, and 90 %',
    sql: TIME_TO_FILL,
  },
  refusals: { about: 'what was refused, by reason, with the newest example', sql: REFUSALS },
};
