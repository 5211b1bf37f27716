/** The store of the bus: Redis where it is configured, else this process. */
import { createMemoryBus } from '#adapters/memory/bus.ts';
import { openRedisBus } from '#adapters/redis/bus.ts';
import type { BusStore } from '#bus/ports.ts';
import type { BusSettings } from '#bus/settings.ts';
import type { Random } from '#kernel/random.ts';
import type { Secret } from '#kernel/secret.ts';
import type { Clock } from '#kernel/time.ts';
import { STATUS, TABLES } from './tables.ts';

/** Nobody outside this process follows it: what is held only serves those inside. */
const IN_PROCESS = { recordsMax: 100, auditMax: 100 } as const;

export interface StoreRequest {
  readonly url: Secret | null;
  readonly settings: BusSettings;
  readonly clock: Clock;
  readonly random: Random;
}

export interface OpenedStore {
  readonly store: BusStore;
  /** As the store has them, which may be less than configured. */
  readonly settings: BusSettings;
  /** Once the first try to reach it is over, however it ended. */
  readonly ready: Promise<void>;
}

export function openBusStore({ url, settings, clock, random }: StoreRequest): OpenedStore {
  if (url === null) {
    const own = { ...settings, ...IN_PROCESS };
    return { store: createMemoryBus(clock, own), settings: own, ready: Promise.resolve() };
  }
  const tables = [...TABLES, STATUS];
  const store = openRedisBus({ url, clock, random, settings, tables });
  return { store, settings, ready: store.ready };
}
