/** What a channel lets the parser conclude from what is not written. */
import { z } from 'zod';

const SYMBOL = /^[A-Z]{1,6}(\/[A-Z])?$/;

export const ParsePolicySchema = z.strictObject({
  /** The expiry of an option entry that names none. */
  expiryWhenMissing: z.enum(['refuse', '0dte', 'weekly']).default('refuse'),
  /** A full contract with a price and no verb opens a position. */
  verblessOpens: z.boolean().default(false),
  /** "added", "adding" open a position; otherwise they are refused. */
  addedOpens: z.boolean().default(true),
  /** "12.18" next to a contract is the 18th of December, never a price. */
  dottedDates: z.boolean().default(false),
  /** The underlying of an option that names none. */
  defaultSymbol: z.string().regex(SYMBOL).nullable().default(null),
  /** What an unmarked option price counts: dollars per share, or per contract of 100. */
  premiumUnit: z.enum(['per_share', 'per_contract']).default('per_share'),
  /** Words of this channel, besides "loading" and the like, that announce an entry to come. */
  prepareWords: z.array(z.string().trim().toLowerCase().min(2)).default([]),
  /** What may be traded here. */
  assets: z
    .array(z.enum(['option', 'equity', 'future', 'future_option']))
    .min(1)
    .default(['option']),
});

export type ParsePolicy = Readonly<z.infer<typeof ParsePolicySchema>>;

export const DEFAULT_PARSE_POLICY: ParsePolicy = ParsePolicySchema.parse({});

/** Every asset class: for saying what a message means, before a channel says what it may trade. */
export const WIDE_PARSE_POLICY: ParsePolicy = ParsePolicySchema.parse({
  assets: ['option', 'equity', 'future', 'future_option'],
});
