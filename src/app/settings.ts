/** Settings of the desk as a whole, which no single step owns. */
import { z } from 'zod';
import { ENVIRONMENTS } from '#risk/model.ts';

export const DESK_SETTINGS = {
  /** Which broker and rules. This version has `simulated` only. */
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
