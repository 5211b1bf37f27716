/** Settings of the trade core: how it resolves, polls, retries and how much it may send. */
import { z } from 'zod';

const span = (least: number, most: number) => z.number().int().min(least).max(most);

export const OrdersSettingsSchema = z
  .strictObject({
    /** First part of every client order id; another desk on the account must use another. */
    idPrefix: z
      .string()
      .regex(/^[a-z][a-z0-9]{0,7}$/, 'up to 8 lower-case letters and digits')
      .default('sw'),
    /**
     * How price steps reach the broker. `edit_single` edits orders of one contract and cancels
     * larger ones, because a venue may give a replacement the size its original began with;
     * `edit` is for a venue known to give it only what is left; `cancel_new` never edits.
     */
    stepBy: z.enum(['edit_single', 'edit', 'cancel_new']).default('edit_single'),
    /** A decided entry that could not be placed for this long is given up. */
    placeWithinMs: span(500, 60_000).default(10_000),
    /** An entry's intent older than this when its turn comes is withdrawn (a slow disk, a stop). */
    sendWithinMs: span(200, 10_000).default(2_000),
    /** An act not answered in this time counts as perhaps done, a question as not. */
    answerWithinMs: span(1_000, 120_000).default(30_000),
    lookEveryMs: span(500, 60_000).default(2_000),
    looksMin: z.number().int().min(3).max(20).default(3),
    /** An order nobody can find is given up after this; longer than a request may take. */
    quarantineMs: span(5_000, 600_000).default(20_000),
    unsentTriesMax: z.number().int().min(0).max(10).default(3),
    /** Orders of a trade for one purpose: its entry, its exits, each of its closes. */
    ordersPerPurposeMax: z.number().int().min(2).max(40).default(12),
    cancelAgainMs: span(1_000, 60_000).default(5_000),
    readEveryMs: span(500, 60_000).default(1_500),
    /** After a sell that was refused or not sent, before the next; doubles with each in a row. */
    sellRetryMs: span(500, 60_000).default(2_000),
    /** Working orders are read this often while anything is being worked, … */
    pollBusyMs: span(1_000, 60_000).default(5_000),
    /** … and this often otherwise. */
    pollIdleMs: span(1_000, 300_000).default(30_000),
    positionsEveryMs: span(5_000, 600_000).default(60_000),
    balancesEveryMs: span(5_000, 600_000).default(30_000),
    /** A difference counts only when nothing of ours happened for this long. */
    settleMs: span(1_000, 60_000).default(5_000),
    /** A halt of the process longer than this asks for a full reconciliation. */
    pauseMs: span(1_000, 60_000).default(2_000),
    /** More starts than this in ten minutes without an orderly stop between: the desk pauses. */
    crashStartsMax: z.number().int().min(1).max(100).default(10),
    onShutdown: z.enum(['cancel', 'leave']).default('cancel'),
    shutdownWaitMs: span(0, 60_000).default(10_000),
  })
  .prefault({});

export type OrdersSettings = z.infer<typeof OrdersSettingsSchema>;
