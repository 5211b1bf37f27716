/** Settings of the connection to Discord. The bot's token is a secret and not among them. */
import { z } from 'zod';

const whole = (least: number, most: number) => z.int().min(least).max(most);

export const DiscordSettingsSchema = z
  .strictObject({
    /** Another API host than Discord's own, as in http://127.0.0.1:8080/api, without a version. */
    apiUrl: z
      .url({ protocol: /^https?$/ })
      .max(2_048)
      .nullable()
      .default(null),
    /** Servers whose ids are listed; empty: the servers of the configured channels. */
    servers: z
      .array(z.string().regex(/^\d{1,20}$/, 'a server id: digits only'))
      .max(100)
      .default([]),
    /** Name of the slash command that holds all others. */
    command: z
      .string()
      .regex(/^[a-z0-9_-]{1,32}$/, 'lower-case letters, digits, - and _')
      .default('tt'),
    /** From sending a request to giving up its answer. */
    requestWithinMs: whole(500, 30_000).default(8_000),
    /** From logging in to the session's being ready; then it is tried anew. */
    connectWithinMs: whole(1_000, 120_000).default(30_000),
    /** How long the library may take to find its way back before it is started anew. */
    reconnectWithinMs: whole(1_000, 300_000).default(45_000),
    /** The first pause between tries; each is twice the one before, up to five minutes. */
    retryAfterMs: whole(10, 60_000).default(1_000),
    /**
     * At a start, what was said so long before the last message on record is looked at again:
     * while history could not be had, a later message may have been recorded before an earlier one.
     */
    overlapMs: whole(0, 3_600_000).default(120_000),
    /** How long new messages wait for older ones that are still being fetched. */
    holdWithinMs: whole(0, 10_000).default(2_000),
  })
  .prefault({});

export type DiscordSettings = z.output<typeof DiscordSettingsSchema>;
