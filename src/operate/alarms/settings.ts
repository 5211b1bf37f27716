/** Settings of what the desk watches for: thresholds, spans, how often it is told again. */
import { z } from 'zod';
import { ALARM_NAMES } from './table.ts';

const DAY_MS = 86_400_000;

export const ALARMS_SETTINGS = z
  .strictObject({
    /** Told again after this, until somebody takes note. */
    repeatMs: z.int().min(60_000).max(DAY_MS).default(900_000),
    /** Over when it has not held for so long. */
    clearMs: z.int().min(0).max(3_600_000).default(30_000),
    /** By name, where it is to be another than the one built in: docs/alarms.md. */
    rules: z
      .partialRecord(
        z.enum(ALARM_NAMES),
        z.strictObject({
          /** false: it is not raised. */
          enabled: z.boolean().default(true),
          /** Raised past this, … */
          at: z.number().min(0).max(1_000_000_000).exactOptional(),
          /** … for so long. */
          forMs: z.int().min(0).max(DAY_MS).exactOptional(),
        }),
      )
      .default({}),
  })
  .prefault({});

export type AlarmsSettings = z.output<typeof ALARMS_SETTINGS>;
