/** How the bus is doing, as metrics. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { RequestFigures } from '../roles/request-desk.ts';
import type { BusHealth } from './desk-bus.ts';

export interface BusFigures {
  readonly health: BusHealth;
  /** `null`: nobody can ask this desk over the bus. */
  readonly requests: RequestFigures | null;
}

const OUTCOMES = ['done', 'repeated', 'refused', 'unsealed'] as const;

export function registerBus(registry: Registry, figures: () => BusFigures | null): void {
  const registers = [registry];
  const gauge = (name: string, help: string, read: (of: BusHealth) => number | null): void => {
    const made = new Gauge({
      ...{ name: `strikewire_bus_${name}`, help, registers },
      collect() {
        const now = figures();
        made.set((now === null ? null : read(now.health)) ?? Number.NaN);
      },
    });
  };
  gauge('up', '1 while the store of the bus answers.', ({ store }) => Number(store.state === 'up'));
  gauge('lag_records', 'Records it does not hold yet.', ({ follower }) => follower.lagRecords);
  gauge(
    'lag_seconds',
    'How long it has not been current.',
    ({ follower }) => follower.lagMs / 1_000,
  );
  gauge('memory_bytes', 'Memory Redis uses.', ({ store }) => store.memoryBytes);
  gauge('memory_max_bytes', 'Memory Redis may use.', ({ store }) => store.memoryMaxBytes);
  gauge('keys', 'Keys at Redis.', ({ store }) => store.keys);
  gauge('values_waiting', 'Latest values on their way.', ({ values }) => values.waiting);
  const faults = new Counter({
    ...{ name: 'strikewire_bus_faults_total', help: 'Calls that failed.', registers },
    labelNames: ['kind'],
    collect() {
      faults.reset();
      for (const [kind, times] of Object.entries(figures()?.health.store.faults ?? {})) {
        faults.inc({ kind }, times);
      }
    },
  });
  const requests = new Counter({
    ...{
      name: 'strikewire_bus_requests_total',
      help: 'Requests other roles forwarded.',
      registers,
    },
    labelNames: ['outcome'],
    collect() {
      const asked = figures()?.requests ?? null;
      requests.reset();
      if (asked === null) return;
      for (const outcome of OUTCOMES) requests.inc({ outcome }, asked[outcome]);
    },
  });
}
