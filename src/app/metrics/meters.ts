/** What is counted and timed, and under which names. */
import { Counter, Histogram, type Registry } from 'prom-client';
import { PLATFORMS, VERDICTS } from '#alerts/model.ts';

const LATENCY_S = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const DURABLE_S = [0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];

export type Meters = ReturnType<typeof createMeters>;

export function createMeters(registry: Registry) {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labels: readonly Label[]) =>
    new Counter({ name: `strikewire_${name}`, help, labelNames: [...labels], registers });
  const histogram = <Label extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labels: readonly Label[] = [],
  ) =>
    new Histogram({
      name: `strikewire_${name}`,
      help,
      buckets,
      labelNames: [...labels],
      registers,
    });
  const meters = {
    records: counter('records_total', 'Records made durable.', ['kind']),
    messages: counter('messages_total', 'Chat messages received.', ['platform']),
    verdicts: counter('verdicts_total', 'Messages decided.', ['verdict']),
    refusals: counter('refusals_total', 'Messages refused.', ['code']),
    risk: counter('risk_decisions_total', 'Risk decisions.', ['outcome', 'code']),
    gates: counter('risk_gates_total', 'Checks of single risk gates.', ['gate', 'outcome']),
    trades: counter('trades_opened_total', 'Trades opened.', []),
    ended: counter('trades_ended_total', 'Trades ended.', ['reason']),
    entries: counter('entries_ended_total', 'Entries ended.', ['reason']),
    orders: counter('order_requests_total', 'Requests to the broker.', ['op', 'role']),
    retries: counter('order_retries_total', 'Requests made again.', ['op']),
    answers: counter('order_answers_total', "The broker's answers.", ['op', 'kind']),
    steps: counter('price_steps_total', 'Price discovery steps.', ['of']),
    converted: counter('entries_converted_total', 'Entries converted to market.', []),
    fills: counter('fills_total', 'Fills.', []),
    contracts: counter('filled_quantity_total', 'Contracts or shares filled.', []),
    incidents: counter('incidents_total', 'Incidents raised.', ['code']),
    reconciles: counter('reconcile_total', 'Reconciliations.', ['outcome']),
    notices: counter('notices_total', 'Posts to chats.', ['outcome']),
    snapshots: counter('snapshots_total', 'Snapshots of the state.', ['outcome']),
    refused: counter('http_refusals_total', 'HTTP requests refused.', ['code']),
    logins: counter('logins_total', 'Logins of the page.', ['outcome']),
    requests: counter('http_requests_total', 'HTTP requests answered.', ['route', 'status']),
    historyRecords: counter('history_records_total', 'Records written to the SQL history.', []),
    historyFaults: counter('history_faults_total', 'Failures of the SQL history.', ['code']),
    historyWrite: histogram(
      'history_write_seconds',
      'One step of the SQL history, from its being sent to its commit.',
      LATENCY_S,
    ),
    alertToOrder: histogram(
      'alert_to_order_seconds',
      'From a message received to its first order request on record.',
      LATENCY_S,
    ),
    stages: histogram('stage_seconds', 'Stages of an alert.', LATENCY_S, ['stage']),
    durable: histogram(
      'journal_durable_seconds',
      'From a record made to the record on disk.',
      DURABLE_S,
    ),
  };
  showKnown(meters);
  return meters;
}

type Made = Readonly<Record<'messages' | 'verdicts' | 'answers' | 'steps' | 'logins', Counter>>;

/** From 0 on: what appears first at 1 has not grown, as far as Prometheus can see. */
function showKnown({ messages, verdicts, answers, steps, logins }: Made): void {
  for (const platform of PLATFORMS) messages.inc({ platform }, 0);
  for (const verdict of VERDICTS) verdicts.inc({ verdict }, 0);
  for (const op of ['submit', 'replace', 'cancel']) {
    for (const kind of ['acked', 'rejected', 'not_sent', 'ambiguous']) answers.inc({ op, kind }, 0);
  }
  for (const purpose of ['entry', 'close']) steps.inc({ of: purpose }, 0);
  for (const outcome of ['accepted', 'refused']) logins.inc({ outcome }, 0);
}
