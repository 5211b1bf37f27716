/** The parts of the program that one process runs, and how those in different processes talk. */
import { z } from 'zod';

/** desk: journal, orders, intake. api: the page and the API, which follow a desk elsewhere. */
const PROCESS_ROLES = ['desk', 'api'] as const;

export const RolesSettingsSchema = z
  .strictObject({
    /** Both in one process, or one of them: then Redis stands between (docs/deployment.md). */
    run: z
      .array(z.enum(PROCESS_ROLES))
      .min(1, 'expected desk, api or both')
      .max(PROCESS_ROLES.length)
      .default([...PROCESS_ROLES]),
    /** A request that reaches the desk later than this is refused, never carried out late. */
    requestAgeMsMax: z.int().min(500).max(60_000).default(5_000),
    /** How long an answer of the desk is waited for; longer than requestAgeMsMax. */
    answerWithinMs: z.int().min(1_000).max(120_000).default(9_000),
  })
  .superRefine(({ requestAgeMsMax, answerWithinMs }, context) => {
    if (answerWithinMs > requestAgeMsMax) return;
    const message = `expected more than ${requestAgeMsMax}, after which the desk carries out nothing`;
    context.addIssue({ code: 'custom', path: ['answerWithinMs'], message });
  })
  .prefault({});

export type RolesSettings = z.output<typeof RolesSettingsSchema>;
