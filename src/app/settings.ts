/** Settings of the desk as a whole, which no single step owns. */
import { z } from 'zod';
import { ENVIRONMENTS } from '#risk/model.ts';

export const DESK_SETTINGS = {
  /** Which broker and which rules: docs/tastytrade.md. */
  environment: z.enum(ENVIRONMENTS).default('simulated'),
  /** true: every message takes the whole path and no order is sent. */
  dryRun: z.boolean().default(false),
  data: z
    .strictObject({
      /** Where the journal, keys and exports live; made when missing. */
      directory: z.string().min(1).max(1_024).default('data'),
    })
    .prefault({}),
  market: z
    .strictObject({
      /** simulated: a calibrated model. recorded: a real recorded day, replayed. */
      source: z.enum(['simulated', 'recorded']).default('simulated'),
      /** The same seed gives the same market and the same chat. */
      seed: z.int().min(0).max(4_294_967_295).default(1),
      /** market_hours: when New York is closed, the simulation runs on a shifted clock. */
      clock: z.enum(['market_hours', 'real']).default('market_hours'),
    })
    .prefault({}),
  chat: z
    .strictObject({
      /** demo: invented people post alerts and chatter. none: the room stays silent. */
      script: z.enum(['demo', 'none']).default('demo'),
      /** From the start to the first message of the script. */
      firstAfterMs: z.int().min(0).max(600_000).default(2_500),
      /** Mean time between messages of the script. */
      everyMs: z.int().min(200).max(600_000).default(5_000),
      /** Orders by command are confirmed. real: where orders are real. always: elsewhere too. */
      confirmOrders: z.enum(['real', 'always']).default('real'),
    })
    .prefault({}),
  stores: z
    .strictObject({
      /** auto: PostgreSQL where STRIKEWIRE_DATABASE_URL is set, else embedded. none: no SQL. */
      sql: z.enum(['auto', 'none']).default('auto'),
      /** Of the tables in PostgreSQL; every desk has a schema of its own. */
      schema: z
        .string()
        .regex(/^[a-z][a-z0-9_]{0,30}$/, 'expected a name such as strikewire, in small letters')
        .default('strikewire'),
      retention: z
        .strictObject({
          /** Days that SQL history is kept; the journal keeps everything. */
          historyDays: z.int().min(7).max(3_650).default(730),
          /** Days that results of certifications are kept there. */
          testResultDays: z.int().min(1).max(3_650).default(30),
        })
        .prefault({}),
    })
    .prefault({}),
  log: z
    .strictObject({
      /** Least severity that is logged. */
      level: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
      /** auto: a file in the data directory when a person watches, else stderr. */
      destination: z.enum(['auto', 'stderr', 'file']).default('auto'),
    })
    .prefault({}),
} as const;
