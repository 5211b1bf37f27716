import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DeskGauges } from '#app/metrics/gauges.ts';
import { createMetrics } from '#app/metrics/metrics.ts';
import { VERSION } from '#app/version.ts';
import type { DeskEntry } from '#audit/model.ts';
import { asClientOrderId, asMessageKey, asOrderId, asTradeId } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { epochMs } from '#kernel/time.ts';
import { refusedByRisk } from '../../../fixtures/desk-courses.ts';

const GAUGES: DeskGauges = {
  killState: () => 'PAUSE',
  isReady: () => true,
  openTrades: () => 2,
  unresolvedOrders: () => 1,
  oldestQuoteMs: () => null,
  journalBacklog: () => 0,
  journalFreeBytes: () => 5,
  isArmed: () => null,
  journalRecords: () => 12,
  snapshotLagRecords: () => 7,
  eventStreams: () => 3,
  sessions: () => 2,
  platforms: () => [
    { platform: 'discord', isConnected: true, quietMs: 2_000 },
    { platform: 'slack', isConnected: false, quietMs: null },
  ],
  alarms: () => [
    { name: 'not_ready', severity: 'page', state: 'acknowledged' },
    { name: 'redis_memory', severity: 'notice', state: 'off' },
  ],
  historyLagRecords: () => 4,
  historyLagSeconds: () => 1.5,
  jobs: () => [
    { name: 'backup', lastDoneAgeMs: 3_600_000, lastTookMs: 1_500, failures: 0 },
    { name: 'verify', lastDoneAgeMs: null, lastTookMs: null, failures: 2 },
  ],
  bus: () => ({
    requests: { done: 3, repeated: 0, refused: 1, unsealed: 0 },
    health: {
      store: {
        ...{ kind: 'redis', place: 'redis:6379', state: 'up', fault: null, faults: { away: 2 } },
        ...{ memoryBytes: 1_000, memoryMaxBytes: 5_000, keys: 9 },
      },
      follower: { state: 'behind', seq: 7, lagRecords: 6, lagMs: 1_500, emitted: 7, error: null },
      values: { waiting: 1, highWater: 2, dropped: 0, refused: 0 },
    },
  }),
};

const MESSAGE = asMessageKey('local:a:1');
let seq = 0;

function stamp(mono: number, run = 'r_1') {
  seq += 1;
  return { v: 1, seq, run, wall: epochMs(0), mono, actor: 'engine', message: MESSAGE } as const;
}

function received(mono: number, run?: string): DeskEntry {
  return {
    ...stamp(mono, run),
    kind: 'message.received',
    body: {
      message: {
        key: MESSAGE,
        platform: 'local',
        channelId: 'a',
        messageId: '1',
        author: { id: 'mara', kind: 'person', displayName: 'Mara', roleIds: [] },
        text: 'BTO',
        postedAt: epochMs(0),
        receivedAt: epochMs(0),
        relation: 'initial',
        dryRun: false,
      },
    },
  };
}

function intended(mono: number, run?: string): DeskEntry {
  return {
    ...stamp(mono, run),
    kind: 'order.intended',
    trade: asTradeId('t_a'),
    body: {
      at: epochMs(0),
      quote: null,
      intent: {
        op: 'submit',
        cid: asClientOrderId('c'),
        role: 'entry',
        side: 'buy',
        quantity: quantity(1),
        terms: { kind: 'limit', limit: price('1') },
        timeInForce: 'day',
      },
    },
  };
}

async function valueOf(text: Promise<{ readonly text: string }>, line: string): Promise<string> {
  const { text: all } = await text;
  return all.split('\n').find((one) => one.startsWith(`${line} `)) ?? `no ${line}`;
}

describe('metrics', () => {
  it('count what was recorded', async () => {
    const metrics = createMetrics(GAUGES);
    metrics.count(received(10), 2);
    metrics.count(intended(14), 2);
    const seen: DeskEntry = {
      ...stamp(15),
      kind: 'order.seen',
      body: {
        at: epochMs(0),
        source: 'stream',
        sighting: {
          cid: asClientOrderId('c'),
          orderId: asOrderId('o'),
          status: 'working',
          quantity: quantity(5),
          filled: 0,
          fills: [],
          editable: true,
          rejection: null,
          statedAt: epochMs(0),
        },
      },
    };
    metrics.count(seen, 2);
    const line = async (name: string) => valueOf(metrics.render(), `strikewire_${name}`);
    expect(await line('messages_total{platform="local"}')).toMatch(/ 1$/);
    expect(await line('order_requests_total{op="submit",role="entry"}')).toMatch(/ 1$/);
    expect(await line('records_total{kind="order.seen"}')).toMatch(/ 1$/);
    expect(await line('alert_to_order_seconds_bucket{le="0.005"}')).toMatch(/ 1$/);
    expect(await line('alert_to_order_seconds_bucket{le="0.002"}')).toMatch(/ 0$/);
  });

  it('measure an alert to its first order, inside one run only', async () => {
    const metrics = createMetrics(GAUGES);
    metrics.count(received(10), 2);
    metrics.count(intended(14), 2);
    metrics.count(intended(20), 2);
    metrics.count(received(1_000, 'r_1'), 2);
    metrics.count(intended(5, 'r_2'), 2);
    const count = await valueOf(metrics.render(), 'strikewire_alert_to_order_seconds_count');
    expect(count).toMatch(/ 1$/);
  });

  it('show the desk as it is when asked', async () => {
    const metrics = createMetrics(GAUGES);
    const line = async (name: string) => valueOf(metrics.render(), `strikewire_${name}`);
    expect(await line('kill_state')).toMatch(/ 1$/);
    expect(await line('open_trades')).toMatch(/ 2$/);
    expect(await line('quote_age_seconds')).toMatch(/ Nan$/);
  });

  it('count what each gate said, and what was asked again', async () => {
    const metrics = createMetrics(GAUGES);
    for (const entry of refusedByRisk().entries) metrics.count(entry, 2);
    metrics.count(intended(14), 2);
    metrics.count(intended(16), 2);
    const { text } = await metrics.render();
    expect(text).toContain('strikewire_risk_gates_total{gate="kill_state",outcome="pass"} 1\n');
    expect(text).toContain('strikewire_risk_gates_total{gate="spread",outcome="refuse"} 1\n');
    expect(text).toContain('strikewire_order_retries_total{op="submit"} 1\n');
  });

  it('count logins and refusals by their code', async () => {
    const metrics = createMetrics(GAUGES);
    const login = { method: 'POST', route: '/api/v1/session' } as const;
    metrics.countAnswer({ ...login, status: 200, code: null });
    metrics.countAnswer({ ...login, status: 401, code: 'unauthenticated' });
    metrics.countAnswer({ method: 'GET', route: '/api/v1/session', status: 200, code: null });
    const { text } = await metrics.render();
    expect(text).toContain('strikewire_logins_total{outcome="accepted"} 1\n');
    expect(text).toContain('strikewire_logins_total{outcome="refused"} 1\n');
    expect(text).toContain('strikewire_http_refusals_total{code="unauthenticated"} 1\n');
    expect(text).toContain(
      'strikewire_http_requests_total{route="/api/v1/session",status="200"} 2\n',
    );
  });

  it('show which alarms are raised, acknowledged or not, and which platforms answer', async () => {
    const { text } = await createMetrics(GAUGES).render();
    expect(text).toContain('strikewire_alarm_raised{alarm="not_ready",severity="page"} 1\n');
    expect(text).toContain('strikewire_alarm_raised{alarm="redis_memory",severity="notice"} 0\n');
    expect(text).toContain('strikewire_platform_connected{platform="discord"} 1\n');
    expect(text).toContain('strikewire_platform_connected{platform="slack"} 0\n');
    expect(text).toContain('strikewire_platform_quiet_seconds{platform="slack"} Nan\n');
    expect(text).toContain(`strikewire_build_info{version="${VERSION}"} 1\n`);
    expect(text).toContain('strikewire_armed Nan\n');
  });

  it('do not grow from being read', async () => {
    const metrics = createMetrics(GAUGES);
    await metrics.render();
    const { text } = await metrics.render();
    expect(text).toContain('strikewire_bus_faults_total{kind="away"} 2\n');
    expect(text).toContain('strikewire_bus_requests_total{outcome="done"} 3\n');
  });

  it('show how each job is doing', async () => {
    const { text } = await createMetrics(GAUGES).render();
    expect(text).toContain('strikewire_job_last_done_age_seconds{name="backup"} 3600\n');
    expect(text).toContain('strikewire_job_last_done_age_seconds{name="verify"} Nan\n');
    expect(text).toContain('strikewire_job_failures{name="verify"} 2\n');
  });

  it('are documented, every one of them and no other', async () => {
    const document = readFileSync(new URL('../../../../docs/metrics.md', import.meta.url), 'utf8');
    const documented = [...document.matchAll(/^\| `(strikewire_\w+)` \|/gm)].map(
      ([, name]) => name,
    );
    const { text } = await createMetrics(GAUGES).render();
    const made = [...text.matchAll(/^# TYPE (strikewire_\w+)/gm)]
      .map(([, name]) => name)
      .filter((name) => !/^strikewire_(?:process|nodejs)_/.test(name ?? ''));
    expect(new Set(documented)).toEqual(new Set(made));
  });

  it('label nothing with an identifier', async () => {
    const metrics = createMetrics(GAUGES);
    metrics.count(received(1), 2);
    metrics.count(intended(2), 2);
    expect((await metrics.render()).text).not.toMatch(/mara|t_a|local:a/i);
  });
});
