/**
 * The dashboard for Grafana, made from a table of what it shows, so that a person can read and
 * change it. `npm run document` writes deploy/grafana/dashboards/strikewire.json; a test compares.
 */

/** Units as Grafana calls them. */
type Unit = 'short' | 's' | 'bytes' | 'ops' | 'percentunit' | 'bool_yes_no';
type Kind = 'stat' | 'timeseries';

/** A query, and how its lines are called. */
type Query = readonly [expr: string, legend: string];

interface Panel {
  readonly title: string;
  readonly kind: Kind;
  readonly unit: Unit;
  /** Of twenty-four. */
  readonly width: number;
  readonly says: string;
  readonly queries: readonly Query[];
  /** From here on it is red. */
  readonly redFrom?: number;
  readonly words?: Readonly<Record<string, string>>;
}

interface Section {
  readonly title: string;
  readonly panels: readonly Panel[];
}

const stat = { kind: 'stat', unit: 'short', width: 4 } as const;
const graph = { kind: 'timeseries', unit: 'short', width: 12 } as const;
const of = (metric: string): string => `strikewire_${metric}{instance=~"$instance"}`;
const rate = (metric: string, by: string): string =>
  `sum by (${by}) (rate(${of(metric)}[$__rate_interval]))`;
const p99 = (metric: string, by = 'le'): string =>
  `histogram_quantile(0.99, ${rate(`${metric}_bucket`, by)})`;

const SECTIONS: readonly Section[] = [
  {
    title: 'Now',
    panels: [
      {
        ...{ ...stat, title: 'Ready' },
        says: 'The desk agrees with the broker and can trade. No: see /readyz.',
        queries: [[of('ready'), '']],
        words: { '0': 'NO', '1': 'yes' },
      },
      {
        ...{ ...stat, title: 'Kill state', redFrom: 1 },
        says: 'Anything but ACTIVE: no entries are taken.',
        queries: [[of('kill_state'), '']],
        words: { '0': 'ACTIVE', '1': 'PAUSE', '2': 'REDUCE_ONLY', '3': 'HALT', '4': 'FLATTEN' },
      },
      {
        ...{ ...stat, title: 'Alarms raised', redFrom: 1 },
        says: 'Built-in alarms that hold now; docs/alarms.md says what to do about each.',
        queries: [[`sum(${of('alarm_raised')})`, '']],
      },
      {
        ...{ ...stat, title: 'Open trades' },
        says: 'Trades that have not ended.',
        queries: [[of('open_trades'), '']],
      },
      {
        ...{ ...stat, title: 'Orders of unknown fate', redFrom: 1 },
        says: 'They count as live. More than a moment: look at the broker.',
        queries: [[of('unresolved_orders'), '']],
      },
      {
        ...{ ...stat, title: 'Version' },
        says: 'Which Strikewire runs.',
        queries: [[of('build_info'), '{{version}}']],
      },
    ],
  },
  {
    title: 'Alerts and orders',
    panels: [
      {
        ...{ ...graph, title: 'Messages', unit: 'ops' },
        says: 'Chat messages a second, by platform. Flat at 0 while people talk: not heard.',
        queries: [[rate('messages_total', 'platform'), '{{platform}}']],
      },
      {
        ...{ ...graph, title: 'What became of them', unit: 'ops' },
        says: 'Verdicts a second.',
        queries: [[rate('verdicts_total', 'verdict'), '{{verdict}}']],
      },
      {
        ...{ ...graph, title: 'Risk gates that did not pass', unit: 'ops' },
        says: 'Which limits say no. One that always does is set too tight, or right.',
        queries: [
          [
            `sum by (gate, outcome) (rate(strikewire_risk_gates_total{instance=~"$instance",outcome!="pass"}[$__rate_interval]))`,
            '{{gate}} {{outcome}}',
          ],
        ],
      },
      {
        ...{ ...graph, title: 'Requests to the broker', unit: 'ops' },
        says: 'Orders, replacements and cancels a second, and those made again.',
        queries: [
          [rate('order_requests_total', 'op'), '{{op}}'],
          [rate('order_retries_total', 'op'), '{{op}} again'],
        ],
      },
      {
        ...{ ...graph, title: "The broker's answers", unit: 'ops' },
        says: 'Rejected: it says why at the trade. Ambiguous: it is looked up.',
        queries: [[rate('order_answers_total', 'kind'), '{{kind}}']],
      },
      {
        ...{ ...graph, title: 'Price discovery and fills', unit: 'ops' },
        says: 'Steps of entries and closes, conversions to the market, fills.',
        queries: [
          [rate('price_steps_total', 'of'), 'steps of {{of}}'],
          [rate('entries_converted_total', 'instance'), 'converted'],
          [rate('fills_total', 'instance'), 'fills'],
        ],
      },
    ],
  },
  {
    title: 'Time',
    panels: [
      {
        ...{ ...graph, title: 'Alert to order, 99th percentile', unit: 's' },
        says: 'From a message received to its first order on record. Over 0.25 s for long is told.',
        queries: [[p99('alert_to_order_seconds'), 'p99']],
      },
      {
        ...{ ...graph, title: 'Stages of an alert, 99th percentile', unit: 's' },
        says: 'Which part takes the time; docs/metrics.md says where each begins and ends.',
        queries: [[p99('stage_seconds', 'le, stage'), '{{stage}}']],
      },
      {
        ...{ ...graph, title: 'Age of the stalest quote', unit: 's' },
        says: 'Of open trades. Grows at night; while the market is open it stays in seconds.',
        queries: [[of('quote_age_seconds'), '']],
      },
      {
        ...{ ...graph, title: 'Event loop, 99th percentile', unit: 's' },
        says: 'How late the process is with everything. Over 1 s is an alarm.',
        queries: [[of('nodejs_eventloop_lag_p99_seconds'), '']],
      },
    ],
  },
  {
    title: 'Record and stores',
    panels: [
      {
        ...{ ...graph, title: 'Audit: records a second', unit: 'ops' },
        says: 'Every decision is a record. How many there are stands in journal_records.',
        queries: [[rate('records_total', 'instance'), 'records']],
      },
      {
        ...{ ...graph, title: 'Audit: time to disk, 99th percentile', unit: 's' },
        says: 'No order leaves before its record is on disk. Over 0.1 s for long is told.',
        queries: [[p99('journal_durable_seconds'), 'p99']],
      },
      {
        ...{ ...graph, title: 'Records behind' },
        says: 'What the disk, SQL, Redis and the newest snapshot do not hold yet.',
        queries: [
          [of('journal_backlog_records'), 'disk'],
          [of('history_lag_records'), 'SQL'],
          [of('bus_lag_records'), 'Redis'],
          [of('snapshot_lag_records'), 'snapshot'],
        ],
      },
      {
        ...{ ...graph, title: 'SQL: a write, 99th percentile', unit: 's' },
        says: 'One step of the history to its commit. No order waits for it.',
        queries: [[p99('history_write_seconds'), 'p99']],
      },
      {
        ...{ ...graph, title: 'Memory of Redis', unit: 'bytes' },
        says: 'Used, and what it may use; 0: no limit.',
        queries: [
          [of('bus_memory_bytes'), 'used'],
          [of('bus_memory_max_bytes'), 'allowed'],
        ],
      },
      {
        ...{ ...graph, title: 'Free space under the journal', unit: 'bytes' },
        says: 'Under 256 MiB no entry is taken.',
        queries: [[of('journal_free_bytes'), '']],
      },
    ],
  },
  {
    title: 'People and upkeep',
    panels: [
      {
        ...{ ...graph, title: 'Chat platforms connected' },
        says: '1: connected.',
        queries: [[of('platform_connected'), '{{platform}}']],
      },
      {
        ...{ ...graph, title: 'Pages' },
        says: 'Logged in, and with the live view open.',
        queries: [
          [of('sessions'), 'sessions'],
          [of('event_streams'), 'live views'],
        ],
      },
      {
        ...{ ...graph, title: 'Requests refused', unit: 'ops' },
        says: 'By code; docs/troubleshooting.md says what each means.',
        queries: [
          [rate('http_refusals_total', 'code'), '{{code}}'],
          [
            `sum(rate(strikewire_logins_total{instance=~"$instance",outcome="refused"}[$__rate_interval]))`,
            'logins',
          ],
        ],
      },
      {
        ...{ ...graph, title: 'Since jobs were last done', unit: 's' },
        says: 'Those of the night stay below a day and a half.',
        queries: [[of('job_last_done_age_seconds'), '{{name}}']],
      },
      {
        ...{ ...graph, title: 'Incidents' },
        says: 'Since the start. Each is for a person: docs/troubleshooting.md.',
        queries: [[of('incidents_total'), '{{code}}']],
      },
      {
        ...{ ...graph, title: 'Memory of the process', unit: 'bytes' },
        says: 'Level over days. One that only grows is a defect.',
        queries: [[of('process_resident_memory_bytes'), 'resident']],
      },
    ],
  },
];

const DATASOURCE = { type: 'prometheus', uid: 'strikewire-prometheus' } as const;
const COLUMNS = 24;
const HEIGHTS: Readonly<Record<Kind | 'row', number>> = { row: 1, stat: 4, timeseries: 8 };

/** As Grafana reads it, with a line break at the end. */
export function dashboardText(): string {
  return `${JSON.stringify(dashboard(), null, 2)}\n`;
}

function dashboard() {
  return {
    uid: 'strikewire',
    title: 'Strikewire',
    tags: ['strikewire'],
    timezone: 'browser',
    editable: true,
    schemaVersion: 39,
    refresh: '15s',
    time: { from: 'now-6h', to: 'now' },
    templating: {
      list: [
        {
          ...{ name: 'instance', label: 'Desk', type: 'query', datasource: DATASOURCE },
          ...{ query: 'label_values(strikewire_ready, instance)', refresh: 2 },
          ...{ includeAll: true, multi: true, allValue: '.*' },
          current: { text: 'All', value: '$__all' },
        },
      ],
    },
    panels: panels(),
  };
}

function panels(): readonly unknown[] {
  const placed: unknown[] = [];
  let id = 0;
  let y = 0;
  for (const { title, panels: shown } of SECTIONS) {
    id += 1;
    const gridPos = { x: 0, y, w: COLUMNS, h: HEIGHTS.row };
    placed.push({ id, type: 'row', title, collapsed: false, gridPos, panels: [] });
    y += HEIGHTS.row;
    let x = 0;
    for (const panel of shown) {
      id += 1;
      const h = HEIGHTS[panel.kind];
      placed.push(panelOf(panel, { id, gridPos: { x, y, w: panel.width, h } }));
      x += panel.width;
      if (x + panel.width <= COLUMNS && panel !== shown.at(-1)) continue;
      x = 0;
      y += h;
    }
  }
  return placed;
}

function panelOf(panel: Panel, place: object): unknown {
  const { title, kind, unit, says, queries, redFrom, words } = panel;
  const steps = [
    { color: 'green', value: null },
    ...(redFrom === undefined ? [] : [{ color: 'red', value: redFrom }]),
  ];
  const options = Object.fromEntries(
    Object.entries(words ?? {}).map(([value, text]) => [value, { text }]),
  );
  return {
    ...place,
    ...{ type: kind, title, description: says, datasource: DATASOURCE },
    fieldConfig: {
      defaults: {
        unit,
        thresholds: { mode: 'absolute', steps },
        mappings: words === undefined ? [] : [{ type: 'value', options }],
      },
      overrides: [],
    },
    options: kind === 'stat' ? statOptions(title) : { tooltip: { mode: 'multi' } },
    targets: queries.map(([expr, legendFormat], at) => ({
      ...{ refId: String.fromCodePoint(65 + at), datasource: DATASOURCE, expr },
      legendFormat: legendFormat === '' ? '{{instance}}' : legendFormat,
    })),
  };
}

/** What only has a name, such as the version, is shown by it. */
function statOptions(title: string): unknown {
  const textMode = title === 'Version' ? 'name' : 'value';
  return { textMode, reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'background' };
}
