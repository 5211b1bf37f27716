/** How much the bus holds, and how long it waits. Redis itself is given by STRIKEWIRE_REDIS_URL. */
import { z } from 'zod';

export const BusSettingsSchema = z
  .strictObject({
    /** What every key begins with: one per desk where several share a Redis. */
    namespace: z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/, 'expected 1 to 40 of a-z 0-9 -')
      .default('strikewire'),
    /** Newest records kept for followers; one that is further behind asks the desk. */
    recordsMax: z.int().min(1_000).max(1_000_000).default(20_000),
    /** Newest audit rows kept hot. */
    auditMax: z.int().min(100).max(100_000).default(1_000),
    /** Of each table of latest values so many are kept. */
    valuesMax: z.int().min(100).max(100_000).default(5_000),
    connectWithinMs: z.int().min(100).max(30_000).default(2_000),
    /** From sending a command to giving up its answer. */
    commandWithinMs: z.int().min(50).max(30_000).default(500),
    /** Commands under way at once; more are refused at once. */
    commandsMax: z.int().min(10).max(100_000).default(1_000),
    /** Longest pause between two tries to connect. */
    retryMsMax: z.int().min(100).max(60_000).default(5_000),
    /** The desk's hold on the record in the store lasts so long after its last word. */
    leaseMs: z.int().min(2_000).max(120_000).default(15_000),
    /** A lag that lasts so long is an incident. */
    behindMs: z.int().min(1_000).max(3_600_000).default(30_000),
  })
  .prefault({});

export type BusSettings = z.output<typeof BusSettingsSchema>;
