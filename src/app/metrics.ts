/**
 * Prometheus metrics, counted from durable records and read off the running desk.
 *
 * Names and meanings are documented in docs/metrics.md, which a test holds to this file. No label
 * carries an identifier: no account, author, channel, trade or symbol (F213).
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Recorded } from '#events/record.ts';
import type { MessageKey } from '#kernel/ids.ts';
import type { DeskRecord } from '#orders/model.ts';
import { KILL_STATES, type KillState } from '#risk/model.ts';

/** What is asked of the running desk whenever somebody reads the metrics. */
export interface DeskGauges {
  killState(): KillState;
  isReady(): boolean;
  openTrades(): number;
  /** Orders whose fate the broker has not told yet. */
  unresolvedOrders(): number;
  /** Age of the stalest quote an open trade depends on, in ms; `null` without one. */
  oldestQuoteMs(): number | null;
  journalBacklog(): number;
  journalFreeBytes(): number | null;
  eventStreams(): number;
}

export interface Metrics {
  /** Counts one durable record, in journal order. */
  count(record: Recorded<DeskRecord>): void;
  /** How long a record took from being made to being on disk. */
  observeDurable(ms: number): void;
  countRequest(route: string, status: number): void;
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}

const LATENCY_S = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const DURABLE_S = [0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];
const PENDING_MAX = 10_000;

export function createMetrics(gauges: DeskGauges): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'strikewire_' });
  registerGauges(registry, gauges);
  const meters = createMeters(registry);
  return {
    count: createCounting(meters),
    observeDurable: (ms) => meters.durable.observe(Math.max(0, ms) / 1_000),
    countRequest: (route, status) => meters.requests.inc({ route, status: String(status) }),
    async render() {
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

type Meters = ReturnType<typeof createMeters>;

function createMeters(registry: Registry) {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labels: readonly Label[]) =>
    new Counter({ name: `strikewire_${name}`, help, labelNames: [...labels], registers });
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name: `strikewire_${name}`, help, buckets, registers });
  return {
    records: counter('records_total', 'Records made durable.', ['kind']),
    messages: counter('messages_total', 'Chat messages received.', ['platform']),
    verdicts: counter('verdicts_total', 'Messages decided.', ['verdict']),
    refusals: counter('refusals_total', 'Messages refused.', ['code']),
    risk: counter('risk_decisions_total', 'Risk decisions.', ['outcome', 'code']),
    trades: counter('trades_opened_total', 'Trades opened.', []),
    ended: counter('trades_ended_total', 'Trades ended.', ['reason']),
    entries: counter('entries_ended_total', 'Entries ended.', ['reason']),
    orders: counter('order_requests_total', 'Requests to the broker.', ['op', 'role']),
    answers: counter('order_answers_total', "The broker's answers.", ['op', 'kind']),
    steps: counter('price_steps_total', 'Price discovery steps.', ['of']),
    converted: counter('entries_converted_total', 'Entries converted to market.', []),
    fills: counter('fills_total', 'Fills.', []),
    contracts: counter('filled_quantity_total', 'Contracts or shares filled.', []),
    incidents: counter('incidents_total', 'Incidents raised.', ['code']),
    reconciles: counter('reconcile_total', 'Reconciliations.', ['outcome']),
    requests: counter('http_requests_total', 'HTTP requests answered.', ['route', 'status']),
    alertToOrder: histogram(
      'alert_to_order_seconds',
      'From a message received to its first order request on record.',
      LATENCY_S,
    ),
    durable: histogram(
      'journal_durable_seconds',
      'From a record made to the record on disk.',
      DURABLE_S,
    ),
  };
}

function createCounting(meters: Meters): (record: Recorded<DeskRecord>) => void {
  const receivedAt = new Map<MessageKey, { readonly run: string; readonly mono: number }>();

  function remember(record: Recorded<DeskRecord>): void {
    if (record.message === undefined) return;
    if (receivedAt.size >= PENDING_MAX)
      receivedAt.delete(receivedAt.keys().next().value ?? record.message);
    receivedAt.set(record.message, { run: record.run, mono: record.mono });
  }

  function observeOrder(record: Recorded<DeskRecord>): void {
    if (record.message === undefined) return;
    const received = receivedAt.get(record.message);
    receivedAt.delete(record.message);
    // The monotonic clocks of two runs have nothing to do with each other.
    if (received?.run === record.run) {
      meters.alertToOrder.observe(Math.max(0, record.mono - received.mono) / 1_000);
    }
  }

  return (record) => {
    meters.records.inc({ kind: record.kind });
    if (record.kind === 'message.received') remember(record);
    if (record.kind === 'order.intended') observeOrder(record);
    countDecisions(meters, record);
    countOrders(meters, record);
    countTrades(meters, record);
  };
}

function countDecisions(meters: Meters, { kind, body }: Recorded<DeskRecord>): void {
  if (kind === 'message.received') meters.messages.inc({ platform: body.message.platform });
  if (kind === 'alert.decided') {
    meters.verdicts.inc({ verdict: body.verdict });
    if (body.verdict === 'refused') meters.refusals.inc({ code: body.code });
  }
  if (kind === 'risk.decided') meters.risk.inc({ outcome: body.outcome, code: body.code });
  if (kind === 'incident.raised') meters.incidents.inc({ code: body.code });
  if (kind === 'reconcile.passed') meters.reconciles.inc({ outcome: 'passed' });
  if (kind === 'reconcile.differed') meters.reconciles.inc({ outcome: 'differed' });
}

function countOrders(meters: Meters, { kind, body }: Recorded<DeskRecord>): void {
  if (kind === 'order.intended') {
    const { intent } = body;
    meters.orders.inc({ op: intent.op, role: intent.op === 'submit' ? intent.role : 'working' });
  }
  if (kind === 'order.answered') meters.answers.inc({ op: body.op, kind: body.answer.kind });
  if (kind === 'order.seen') {
    meters.fills.inc(body.sighting.fills.length);
    meters.contracts.inc(body.sighting.fills.reduce((sum, fill) => sum + fill.quantity, 0));
  }
}

function countTrades(meters: Meters, { kind, body }: Recorded<DeskRecord>): void {
  if (kind === 'trade.opened') meters.trades.inc();
  if (kind === 'trade.ended') meters.ended.inc({ reason: body.reason });
  if (kind === 'entry.stepped') meters.steps.inc({ of: 'entry' });
  if (kind === 'close.stepped') meters.steps.inc({ of: 'close' });
  if (kind === 'entry.converted') meters.converted.inc();
  if (kind === 'entry.ended') meters.entries.inc({ reason: body.reason });
}

function registerGauges(registry: Registry, gauges: DeskGauges): void {
  const gauge = (name: string, help: string, read: () => number | null): void => {
    const made = new Gauge({
      name: `strikewire_${name}`,
      help,
      registers: [registry],
      collect() {
        made.set(read() ?? Number.NaN);
      },
    });
  };
  gauge('kill_state', 'Kill state: 0 ACTIVE, 1 PAUSE, 2 REDUCE_ONLY, 3 HALT, 4 FLATTEN.', () =>
    KILL_STATES.indexOf(gauges.killState()),
  );
  gauge('ready', '1 once reconciled and able to trade.', () => (gauges.isReady() ? 1 : 0));
  gauge('open_trades', 'Trades not ended.', () => gauges.openTrades());
  gauge('unresolved_orders', 'Orders of unknown fate.', () => gauges.unresolvedOrders());
  gauge('quote_age_seconds', 'Age of the stalest quote of an open trade.', () =>
    seconds(gauges.oldestQuoteMs()),
  );
  gauge('journal_backlog_records', 'Records not yet on disk.', () => gauges.journalBacklog());
  gauge('journal_free_bytes', 'Free space under the journal.', () => gauges.journalFreeBytes());
  gauge('event_streams', 'Event streams open.', () => gauges.eventStreams());
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}
