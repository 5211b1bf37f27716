import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createMetrics, type DeskGauges } from '#app/metrics.ts';
import type { DeskEntry } from '#audit/model.ts';
import { asClientOrderId, asMessageKey, asOrderId, asTradeId } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { epochMs } from '#kernel/time.ts';

const GAUGES: DeskGauges = {
  killState: () => 'PAUSE',
  isReady: () => true,
  openTrades: () => 2,
  unresolvedOrders: () => 1,
  oldestQuoteMs: () => null,
  journalBacklog: () => 0,
  journalFreeBytes: () => 5,
  eventStreams: () => 3,
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
    metrics.count(received(10));
    metrics.count(intended(14));
    metrics.count({
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
    });
    const line = async (name: string) => valueOf(metrics.render(), `strikewire_${name}`);
    expect(await line('messages_total{platform="local"}')).toMatch(/ 1$/);
    expect(await line('order_requests_total{op="submit",role="entry"}')).toMatch(/ 1$/);
    expect(await line('records_total{kind="order.seen"}')).toMatch(/ 1$/);
    expect(await line('alert_to_order_seconds_bucket{le="0.005"}')).toMatch(/ 1$/);
    expect(await line('alert_to_order_seconds_bucket{le="0.002"}')).toMatch(/ 0$/);
  });

  it('measure an alert to its first order, inside one run only', async () => {
    const metrics = createMetrics(GAUGES);
    metrics.count(received(10));
    metrics.count(intended(14));
    metrics.count(intended(20));
    metrics.count(received(1_000, 'r_1'));
    metrics.count(intended(5, 'r_2'));
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

  it('are documented, every one of them and no other', async () => {
    const document = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
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
    metrics.count(received(1));
    metrics.count(intended(2));
    expect((await metrics.render()).text).not.toMatch(/mara|t_a|local:a/i);
  });
});
