/**
 * The views of the desk: what the snapshot, the event stream and the lists hand out.
 *
 * Everything here is ready for `JSON.stringify`: prices and money are decimal strings, instants are
 * ISO 8601 in UTC, contracts carry the name a person would say (`UBER 78P 2026-12-04`). Fields are
 * added, never renamed or given another meaning. Nothing here holds a secret; an account shows as
 * its last four characters, inside the badge.
 */
import { z } from 'zod';
import { ALERT_FIELDS, VERDICTS } from '#alerts/model.ts';
import { ORDER_ENDS, ORDER_PHASES } from '#orders/model.ts';
import { GATES, KILL_STATES } from '#risk/model.ts';

export const DECIMAL = z.string().describe('A decimal, exact: "0.75".');
export const INSTANT = z.string().describe('ISO 8601 in UTC: "2026-12-02T15:30:00.000Z".');
export const COUNT = z.number();
const SEQ = z.number().describe('Sequence number of the record.');
const DAY = z.string().describe('A trading day in New York: "2026-12-02".');

export const KILL_STATE = z.enum(KILL_STATES);

export const ACCOUNT_FIGURES = z.strictObject({
  day: DAY,
  initialBuyingPower: DECIMAL.describe('First balance of the trading day: sizing starts from it.'),
  availableBuyingPower: DECIMAL.nullable(),
  pendingDebit: DECIMAL.nullable(),
  premiumOpen: DECIMAL.nullable(),
  dayResult: DECIMAL.nullable().describe(
    'Realised and open result of the day when last decided on; negative is a loss.',
  ),
  readAt: INSTANT.nullable(),
});

/** Counted over the whole journal. */
export const COUNTERS = z.strictObject({
  messages: COUNT,
  instructions: COUNT.describe('Read as something to do, whatever became of it.'),
  refused: COUNT.describe('Looked like an instruction and refused, by the reader or by risk.'),
  chatter: COUNT,
  trades: COUNT,
  openTrades: COUNT,
  ordersSent: COUNT.describe('Orders the broker was asked to place.'),
  priceSteps: COUNT,
  fills: COUNT,
  incidents: COUNT,
});

export const JOURNAL_VIEW = z.strictObject({
  writable: z.boolean(),
  lastSeq: COUNT,
  durableSeq: COUNT,
  freeBytes: COUNT.nullable(),
  fault: z.string().nullable(),
  space: z.enum(['ample', 'low', 'short', 'unknown']).exactOptional(),
  waitingMs: COUNT.exactOptional().describe(
    'How long the oldest record not yet durable has waited.',
  ),
  reservedBytes: COUNT.exactOptional().describe('Kept back for acts that reduce risk.'),
});

/** The line at the top of the page. */
export const DESK_LINE = z.strictObject({
  seq: z.number().describe('Sequence number of the last record counted in.'),
  clock: INSTANT.describe("The desk's own time, which a demonstration or a recorded day shifts."),
  environment: z.string().describe('DRY-RUN, SIM, SANDBOX, REHEARSAL or LIVE ****1234.'),
  startedAt: INSTANT.nullable(),
  version: z.string().nullable(),
  killState: KILL_STATE,
  killReason: z.string().nullable().describe('In the words of whoever set it.'),
  account: ACCOUNT_FIGURES.nullable().describe('As of the last decision that read it.'),
  counters: COUNTERS,
  journal: JOURNAL_VIEW.nullable(),
});

/**
 * What became of a message.
 * received: not decided yet · ignored: nothing to do · refused · held: waits for an operator ·
 * accepted: an instruction, being acted on · previewed: a dry run, nothing was sent.
 */
export const MESSAGE_OUTCOMES = [
  'received',
  'ignored',
  'refused',
  'held',
  'accepted',
  'previewed',
] as const;

/** An instruction as `strikewire parse` prints it: amounts are JSON numbers here. */
export const ALERT_JSON = z.strictObject({
  action: z.enum(['BTO', 'STC', 'STO', 'BTC']),
  asset: z.enum(['option', 'equity', 'future', 'future_option']),
  symbol: z.string(),
  strike: z.number().nullable(),
  right: z.enum(['C', 'P']).nullable(),
  expiry: z.string().nullable(),
  quantity: z.number().nullable(),
  price: z.number().nullable(),
  price_high: z.number().exactOptional(),
  partial: z.literal(true).exactOptional(),
});

const GATE_RESULT = z.strictObject({
  gate: z.enum(GATES),
  outcome: z.enum(['pass', 'refuse', 'hold']),
  code: z.string().describe("Stable reason code; equals the gate's name when it passes."),
  detail: z.string().describe('What was compared, with the numbers.'),
});

const SIZING = z.strictObject({
  quantity: z.number(),
  bound: z.string().describe('Which line decided the quantity.'),
  lines: z.array(z.strictObject({ label: z.string(), value: z.string() })),
});

/** Characters `from` up to, not including, `to` of the text (UTF-16 units), by field. */
const SPANS = z.partialRecord(
  z.enum(ALERT_FIELDS),
  z.strictObject({ from: z.number(), to: z.number() }),
);

const REPAIRS = z.array(z.strictObject({ text: z.string(), why: z.string() }));

export const MESSAGE_VIEW = z.strictObject({
  key: z.string(),
  seq: SEQ.describe('Of the record that changed it last.'),
  author: z.strictObject({ id: z.string(), name: z.string() }),
  platform: z.string(),
  channel: z.string(),
  text: z.string(),
  postedAt: INSTANT,
  receivedAt: INSTANT,
  relation: z.enum(['initial', 'reply', 'thread', 'forward', 'crosspost', 'edit']),
  badge: z.string(),
  outcome: z.enum(MESSAGE_OUTCOMES),
  verdict: z.enum(VERDICTS).nullable(),
  code: z
    .string()
    .nullable()
    .describe("Reason code of the step that decided: risk's when risk refused, else the reader's."),
  detail: z.string(),
  spans: SPANS,
  alert: ALERT_JSON.nullable(),
  understood: z.string().nullable().describe('BTO UBER 78P 2026-12-04 @ 0.75'),
  gates: z.array(GATE_RESULT),
  sizing: SIZING.nullable(),
  repairs: REPAIRS,
  candidates: z.array(z.string()),
  tradeId: z.string().nullable().describe('The trade it opened or closes.'),
  editedAt: INSTANT.nullable(),
  deletedAt: INSTANT.nullable(),
});

/**
 * entering: the entry can still fill · holding: filled, nothing rests at the broker · exiting: an
 * exit rests · closing: being sold on the author's or an operator's word · attention: a person must
 * look · done: nothing is held and nothing works.
 */
const TRADE_PHASES = ['entering', 'holding', 'exiting', 'closing', 'attention', 'done'] as const;

export const ENTRY_VIEW = z.strictObject({
  status: z.enum(['open', 'ending', 'ended']),
  reason: z.string().nullable().describe('Why it ends or ended; null while open.'),
  limit: DECIMAL.nullable().describe('The working limit; null when it is a market order.'),
  collar: DECIMAL.describe('No limit of this entry may exceed it.'),
  alertPrice: DECIMAL.nullable(),
  steps: COUNT,
  stepsMax: COUNT,
  placedAt: INSTANT.nullable(),
  windowEndsAt: INSTANT.nullable(),
  nextStepAt: INSTANT.nullable().describe('Null when none is left or the entry is over.'),
  filled: COUNT,
  averagePrice: DECIMAL.nullable(),
});

export const EXIT_VIEW = z.strictObject({
  target: COUNT.describe('Contracts to be sold at the profit target, of those filled so far.'),
  limit: DECIMAL.nullable().describe('Resting limit of the newest exit.'),
  quantity: COUNT.describe('Contracts resting or sold by exits.'),
  filled: COUNT,
  averagePrice: DECIMAL.nullable(),
  closed: COUNT.describe('Contracts sold by closes, beyond the exits.'),
  note: z
    .string()
    .nullable()
    .describe('Why there is no exit, when there is none and some are held.'),
});

export const ORDER_VIEW = z.strictObject({
  cid: z.string(),
  orderId: z.string().nullable().describe("The broker's id, once it gave one."),
  role: z.enum(['entry', 'exit', 'close']),
  side: z.enum(['buy', 'sell']),
  quantity: COUNT,
  limit: DECIMAL.nullable().describe('Null for a market order.'),
  timeInForce: z.enum(['day', 'gtc']),
  replaces: z.string().nullable().describe('The client id of the order it stands in for.'),
  placedAt: INSTANT,
  phase: z.enum(ORDER_PHASES),
  end: z.enum(ORDER_ENDS).nullable(),
  status: z.string().nullable().describe("The broker's last word on it."),
  filled: COUNT,
  averagePrice: DECIMAL.nullable(),
  rejection: z.string().nullable(),
});

export const TIMELINE_ENTRY = z.strictObject({
  seq: SEQ,
  at: INSTANT,
  kind: z.string(),
  text: z.string().describe('One plain sentence.'),
});

export const TRADE_VIEW = z.strictObject({
  id: z.string(),
  seq: SEQ.describe('Of the record that changed it last.'),
  badge: z.string(),
  message: z.string(),
  author: z.string().describe('platform:user id'),
  channel: z.string(),
  symbol: z.string(),
  contract: z.string().describe('UBER 78P 2026-12-04'),
  openedAt: INSTANT,
  phase: z.enum(TRADE_PHASES),
  quantity: COUNT.describe('What risk approved.'),
  entry: ENTRY_VIEW,
  exit: EXIT_VIEW,
  held: COUNT.describe('Held now: bought, less sold here and elsewhere.'),
  result: DECIMAL.nullable().describe('Dollars, once the trade has ended.'),
  ended: z.string().nullable().describe('How it ended.'),
  attention: z.string().nullable().describe('Why a person must look.'),
  quote: z
    .strictObject({ bid: DECIMAL, ask: DECIMAL, at: INSTANT })
    .nullable()
    .describe('The last quote a decision on this trade read.'),
  orders: z.array(ORDER_VIEW).describe('Oldest first.'),
  timeline: z.array(TIMELINE_ENTRY).describe('Oldest first, bounded: opening and newest stay.'),
});

const ACKNOWLEDGEMENT = z.strictObject({ by: z.string(), at: INSTANT, note: z.string() });

export const INCIDENT_VIEW = z.strictObject({
  seq: SEQ,
  at: INSTANT,
  code: z.string(),
  text: z.string(),
  tradeId: z.string().nullable(),
  acknowledged: ACKNOWLEDGEMENT.nullable().describe('Who has taken note; null: nobody yet.'),
});

/** What the whole desk looks like now; updates change it from there on. */
export const DESK_SNAPSHOT = z.strictObject({
  desk: DESK_LINE,
  messages: z.array(MESSAGE_VIEW).describe('Newest first, bounded.'),
  trades: z.array(TRADE_VIEW).describe('Open ones first, then the newest, bounded.'),
  incidents: z.array(INCIDENT_VIEW).describe('Newest first, bounded.'),
});

/** One change of a snapshot. Whoever misses one reads the snapshot again. */
export const DESK_UPDATE = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('message'), seq: SEQ, message: MESSAGE_VIEW }),
  z.strictObject({ kind: z.literal('trade'), seq: SEQ, trade: TRADE_VIEW }),
  z.strictObject({ kind: z.literal('incident'), seq: SEQ, incident: INCIDENT_VIEW }),
  z.strictObject({ kind: z.literal('desk'), seq: SEQ, desk: DESK_LINE }),
]);

export const INTENDED_ORDER = z.strictObject({
  role: z.enum(['entry', 'exit', 'close']),
  side: z.enum(['buy', 'sell']),
  symbol: z.string(),
  quantity: COUNT,
  limit: DECIMAL.nullable().describe('Null for a market order.'),
  note: z.string(),
});

/** What `strikewire alert --json` prints and `POST /admin/alerts/process` answers. */
export const ALERT_ANSWER = z.strictObject({
  verdict: z.enum(VERDICTS),
  code: z.string(),
  alert: ALERT_JSON.nullable(),
  sizing: SIZING.nullable(),
  gates: z.array(GATE_RESULT),
  orders: z.array(INTENDED_ORDER),
  tradeId: z.string().exactOptional(),
  environment: z.string(),
  message: z.string(),
  detail: z.string(),
  spans: SPANS,
  repairs: REPAIRS,
  candidates: z.array(z.string()),
  reason: z
    .strictObject({ means: z.string(), remedy: z.string() })
    .exactOptional()
    .describe('What the code means and what can be done about it.'),
});
