/**
 * What is tried at a venue before an account with money is traded, and what each of it proves.
 *
 * In the order in which they run: later ones use what earlier ones have found and left.
 */
import type { Scenario } from './model.ts';

export const SCENARIO_IDS = [
  'token',
  'token_refused',
  'account',
  'trading_status',
  'balances',
  'positions',
  'clock',
  'session',
  'equity',
  'chain',
  'streamer_symbol',
  'future',
  'quote_token',
  'quote_equity',
  'quote_option',
  'quote_reconnect',
  'snapshot',
  'dry_run',
  'dry_run_refused',
  'tick_table',
  'limit_live',
  'limit_found',
  'edit',
  'edit_again',
  'put',
  'cancel',
  'cancel_terminal',
  'absent',
  'duplicate_identifier',
  'rejected',
  'strict_close',
  'stream_reconnect',
  'fill',
  'fill_rows',
  'partial_fill',
  'position_held',
  'exit_working',
  'exit_cancelled',
  'close',
  'paging',
  'stream_complete',
  'nothing_left',
] as const;
export type ScenarioId = (typeof SCENARIO_IDS)[number];

const QUICK_MS = 20_000;
const ORDER_MS = 45_000;
const FILL_MS = 90_000;

type Figures = readonly [proves: string, need: 'required' | 'optional', withinMs: number];

const FIGURES: Readonly<Record<ScenarioId, Figures>> = {
  token: ['An access token is had, kept, and renewed when it was refused.', 'required', QUICK_MS],
  token_refused: [
    'A wrong refresh token is told as refused, and the good one goes on.',
    'required',
    QUICK_MS,
  ],
  account: ['The configured account is ours and open.', 'required', QUICK_MS],
  trading_status: ['The account may open positions in options.', 'required', QUICK_MS],
  balances: ['Buying power, net liquidation and cash are read.', 'required', QUICK_MS],
  positions: ['The positions of the account are read.', 'required', QUICK_MS],
  clock: ["This machine's clock agrees with the venue's within 2 s.", 'required', QUICK_MS],
  session: ["The venue's session is the one of our calendar.", 'optional', QUICK_MS],
  equity: ['A share is found, with its tick table.', 'required', QUICK_MS],
  chain: ['Options are found exactly or not at all.', 'required', QUICK_MS],
  streamer_symbol: ["The venue's streamer symbols are those of our rule.", 'required', QUICK_MS],
  future: ['The front future is found, with what a point is worth.', 'optional', QUICK_MS],
  quote_token: [
    'A quote token is had, and tells whether quotes are delayed.',
    'required',
    QUICK_MS,
  ],
  quote_equity: ['Fresh quotes of a share arrive.', 'optional', ORDER_MS],
  quote_option: ['Fresh, sound quotes of an option arrive.', 'optional', ORDER_MS],
  quote_reconnect: ['The quote stream comes back with its subscriptions.', 'required', ORDER_MS],
  snapshot: ['Quotes by request stand in for the stream.', 'optional', QUICK_MS],
  dry_run: ['The venue would take an order of ours, and says its cost.', 'required', QUICK_MS],
  dry_run_refused: ['An order beyond the buying power is refused, by code.', 'required', QUICK_MS],
  tick_table: ['The tick table is the one the venue holds orders to.', 'optional', QUICK_MS],
  limit_live: ['A limit far from the market is acknowledged, and works.', 'required', ORDER_MS],
  limit_found: ['An order is found by our own identifier, once.', 'required', QUICK_MS],
  edit: ['A new price makes a new order; the old one ends; never two work.', 'required', ORDER_MS],
  edit_again: [
    'An edited order can be edited again, and is found each time.',
    'required',
    ORDER_MS,
  ],
  put: ['A replacement by PUT does what an edit does.', 'optional', ORDER_MS],
  cancel: ['A cancel ends in cancelled, with nothing filled.', 'required', ORDER_MS],
  cancel_terminal: ['The cancel of an order that has ended is refused.', 'required', QUICK_MS],
  absent: ['An identifier that was never sent is told as absent.', 'required', QUICK_MS],
  duplicate_identifier: ['Two orders of one identifier are both found.', 'required', ORDER_MS],
  rejected: ['An order the venue cannot take is told as rejected.', 'required', ORDER_MS],
  strict_close: ['A close without a position is refused, and opens nothing.', 'required', ORDER_MS],
  stream_reconnect: ['The account stream comes back and goes on telling.', 'required', ORDER_MS],
  fill: ['A marketable limit fills at its limit or better.', 'required', FILL_MS],
  fill_rows: ['Each fill has an id of its own, and they add up.', 'required', QUICK_MS],
  partial_fill: ['An order in part filled tells what is left.', 'optional', FILL_MS],
  position_held: ['What was bought is told as held.', 'required', ORDER_MS],
  exit_working: ['An exit at twice the price works, strictly closing.', 'required', ORDER_MS],
  exit_cancelled: ['An exit is taken back, and the position stays.', 'required', ORDER_MS],
  close: ['What was bought is sold, and the position is gone.', 'required', FILL_MS],
  paging: ['A list of many pages is read whole.', 'optional', QUICK_MS],
  stream_complete: ['The account stream told of every order of this run.', 'required', QUICK_MS],
  nothing_left: ['Nothing of this run is left: no order, no position.', 'required', ORDER_MS],
};

export const SCENARIOS: readonly Scenario<ScenarioId>[] = SCENARIO_IDS.map((id) => {
  const [proves, need, withinMs] = FIGURES[id];
  return { id, proves, required: need === 'required', withinMs };
});

export function isScenarioId(text: string): text is ScenarioId {
  return SCENARIO_IDS.some((id) => id === text);
}
