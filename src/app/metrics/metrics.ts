/**
 * Prometheus metrics, counted from durable records and read off the running desk.
 *
 * Names and meanings are documented in docs/metrics.md, which a test holds to this folder. No label
 * carries an identifier: no account, author, channel, trade or symbol (F213).
 */
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Answered } from '#adapters/http/desk.ts';
import type { Recorded } from '#events/record.ts';
import type { DeskRecord } from '#orders/model.ts';
import type { HistoryMeters } from '../history/desk-history.ts';
import { countAnswer, createCounting } from './counting.ts';
import { type DeskGauges, registerGauges } from './gauges.ts';
import { createMeters } from './meters.ts';
import { Stages } from './stages.ts';

export interface Metrics {
  /** Counts one durable record, in journal order; `waitedMs` from its being made to that. */
  count(record: Recorded<DeskRecord>, waitedMs: number): void;
  /** Counts one answer over HTTP. */
  countAnswer(answered: Pick<Answered, 'method' | 'route' | 'status' | 'code'>): void;
  readonly history: HistoryMeters;
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Gauges under the names of counters; the same figures stand by kind under better ones. */
const MISNAMED = ['active_handles_total', 'active_requests_total', 'active_resources_total'];

export function createMetrics(gauges: DeskGauges): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'strikewire_' });
  for (const name of MISNAMED) registry.removeSingleMetric(`strikewire_nodejs_${name}`);
  registerGauges(registry, gauges);
  const meters = createMeters(registry);
  const count = createCounting(meters);
  const stages = new Stages((stage, ms) => {
    meters.stages.observe({ stage }, Math.max(0, ms) / 1_000);
  });
  return {
    count(record, waitedMs) {
      count(record);
      stages.take(record, waitedMs);
      meters.durable.observe(Math.max(0, waitedMs) / 1_000);
    },
    countAnswer: (answered) => countAnswer(meters, answered),
    history: {
      wrote(records, ms) {
        meters.historyRecords.inc(records);
        meters.historyWrite.observe(ms / 1_000);
      },
      failed: (code) => meters.historyFaults.inc({ code }),
    },
    async render() {
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
