/** How routes are declared: strict, so that a misspelt field is an error and not a default. */
import { z } from 'zod';
import { TEXT_BYTES_MAX } from '#journal/ports.ts';
import type { EpochMs } from '#kernel/time.ts';
import { readMarketTime } from '#market/market-time.ts';

export const NOTHING = z.strictObject({});
const NO_BODY = z.undefined();

/** A question: nothing is changed by it. */
export const QUESTION = {
  method: 'GET',
  params: NOTHING,
  query: NOTHING,
  body: NO_BODY,
  key: 'none',
} as const;

/** Something done: on record with who did it, and once per idempotency key. */
export const ACT = { method: 'POST', params: NOTHING, query: NOTHING, key: 'needed' } as const;

/** As scripts of earlier versions give it: the key is honoured where there is one. */
export const OLD_ACT = { ...ACT, key: 'taken' } as const;

/** A platform's id; no colon, because ids are joined by colons. */
export const ID = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/, 'expected 1 to 64 of A-Z a-z 0-9 . _ -');

/** `local:options-floor:abc`, as the snapshot has it. */
export const MESSAGE_KEY = z
  .string()
  .regex(/^[a-z]+(?::[A-Za-z0-9._-]{1,64}){2,3}$/, 'expected a message key');
export const TRADE_ID = z.string().regex(/^t_[a-z2-7]{16}$/, 'expected a trade such as t_…');

/** Why, for the record. */
export const REASON = z.string().trim().max(500);
/** Where an act without a reason makes no sense on record. */
export const REASON_NEEDED = REASON.min(3, 'expected a reason of at least 3 characters');
export const REASON_BODY = z.strictObject({ reason: REASON.default('') });
export const REASON_NEEDED_BODY = z.strictObject({ reason: REASON_NEEDED });

/** What was done, and in what words. */
export const DONE = z.strictObject({ done: z.literal(true), detail: z.string() });

const TEXT_LENGTH_MAX = 16_000;

/** No longer than a record has room for: control characters take six bytes there. */
export const MESSAGE_TEXT = z
  .string()
  .min(1, 'expected a message, was empty')
  .max(TEXT_LENGTH_MAX, `expected at most ${TEXT_LENGTH_MAX} characters`)
  .refine((text) => bytesAsJson(text) <= TEXT_BYTES_MAX, {
    error: `expected at most ${TEXT_BYTES_MAX} bytes as JSON`,
  });

function bytesAsJson(text: string): number {
  return new TextEncoder().encode(JSON.stringify(text)).length;
}

/** An instant, or a date: then that time of it in New York. */
export function marketTime(timeOfDay: `${number}:${number}`) {
  return z
    .string()
    .max(40)
    .transform((text, context): EpochMs => {
      const at = readMarketTime(text, timeOfDay);
      if (at !== null) return at;
      context.addIssue('expected an ISO instant with a zone, or a date such as 2025-12-02');
      return z.NEVER;
    });
}

/** How many of a list, in an address. */
export function limitField(most: number, usual: number) {
  return z
    .string()
    .regex(/^\d{1,4}$/, `expected a whole number from 1 to ${most}`)
    .transform(Number)
    .pipe(z.int().min(1).max(most))
    .default(usual);
}

/** Where the page before ended: an older record's sequence number, not to be made up. */
export const CURSOR = z
  .string()
  .regex(/^\d{1,15}$/, 'expected the "next" of the page before')
  .transform(Number);

/** Newest first; `next` asks for what is older, `null` when there is nothing. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), next: z.string().nullable() });
}

export const PAGE_QUERY = {
  cursor: CURSOR.exactOptional(),
  limit: limitField(200, 50),
};

/** From (included) up to (not included); a date is included whole. */
export const RANGE_QUERY = {
  from: marketTime('00:00').exactOptional(),
  to: marketTime('24:00').exactOptional(),
};

/** Words to look for, in any case. */
export const WORDS = z.string().trim().min(1).max(200);
