/** Settings of the connection to tastytrade. Secrets are not among them. */
import { z } from 'zod';

const whole = (least: number, most: number) => z.number().int().min(least).max(most);

export const TastytradeSettingsSchema = z
  .strictObject({
    /** Another REST host than the environment's own; with sandbox and rehearsal only. */
    apiUrl: z.string().max(2_048).nullable().default(null),
    /** Another account stream than the environment's own; goes with `apiUrl`. */
    streamerUrl: z.string().max(2_048).nullable().default(null),
    /** The account orders are placed in, as in 5WT00000. */
    account: z
      .string()
      .regex(/^[A-Z0-9]{4,16}$/, 'an account number as in 5WT00000')
      .nullable()
      .default(null),
    /** Sent as User-Agent; strikewire/VERSION when null. The venue refuses calls without one. */
    userAgent: z
      .string()
      .regex(/^[\w.-]{1,64}\/[\w.+-]{1,64}$/, 'a product and a version as in desk/1.0')
      .nullable()
      .default(null),
    /** Sent as Accept-Version (YYYYMMDD); none when null. */
    acceptVersion: z
      .string()
      .regex(/^\d{8}$/, 'a version as in 20260427')
      .nullable()
      .default(null),
    connectWithinMs: whole(200, 20_000).default(4_000),
    /** An order that has waited this long for a token or a free connection is not sent. */
    sendWithinMs: whole(200, 10_000).default(4_000),
    /** From sending an order to giving up its answer; the desk's quarantine must be longer. */
    orderWithinMs: whole(500, 15_000).default(10_000),
    /** The same for one try of a question. */
    queryWithinMs: whole(500, 60_000).default(8_000),
    /** How often a question is asked before it counts as unanswered. */
    queryTries: whole(1, 6).default(3),
    /** Calls at the same time; one of them is kept free for orders. */
    callsMax: whole(2, 16).default(5),
    /** Rows asked for at once of a list; the venue gives at most 200. */
    pageSize: whole(1, 200).default(200),
    /** Underlyings whose option chains are kept in memory for the day. */
    chainsMax: whole(1, 500).default(60),
  })
  .prefault({});

export type TastytradeSettings = z.infer<typeof TastytradeSettingsSchema>;
