/** Request bodies and queries: strict, so that a misspelt field is an error and not a default. */
import { z } from 'zod';
import { PLATFORMS } from '#alerts/model.ts';
import { TEXT_BYTES_MAX } from '#journal/ports.ts';
import type { EpochMs } from '#kernel/time.ts';
import { readMarketTime } from '#market/market-time.ts';
import { KILL_STATES } from '#risk/model.ts';
import { type FieldError, ProblemError, problem } from './problems.ts';

/** A platform's id; no colon, because ids are joined by colons. */
const Id = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'expected 1 to 64 of A-Z a-z 0-9 . _ -');

/** An instant, or a date: then 10:30 of that day in New York. */
const PostedAt = z
  .string()
  .max(40)
  .transform((text, context): EpochMs => {
    const at = readMarketTime(text, '10:30');
    if (at !== null) return at;
    context.addIssue('expected an ISO instant with a zone, or a date such as 2025-12-02');
    return z.NEVER;
  });

const TEXT_LENGTH_MAX = 16_000;

/** No longer than a record has room for: control characters take six bytes there. */
const Text = z
  .string()
  .min(1, 'expected a message, was empty')
  .max(TEXT_LENGTH_MAX, `expected at most ${TEXT_LENGTH_MAX} characters`)
  .refine((text) => Buffer.byteLength(JSON.stringify(text)) <= TEXT_BYTES_MAX, {
    error: `expected at most ${TEXT_BYTES_MAX} bytes as JSON`,
  });

const Reason = z.string().trim().max(500);

export const AlertBody = z.strictObject({
  text: Text,
  user_id: Id,
  channel_id: Id,
  message_id: Id.exactOptional(),
  posted_at: PostedAt.exactOptional(),
  platform: z.enum(PLATFORMS).default('local'),
  dry_run: z.boolean().default(false),
});

export const KillStateBody = z
  .strictObject({
    to: z.enum(KILL_STATES),
    reason: Reason.default(''),
    /** Flattening sells what is held: it is asked for twice. */
    confirm: z.literal('FLATTEN').exactOptional(),
  })
  .refine(({ to, confirm }) => to !== 'FLATTEN' || confirm === 'FLATTEN', {
    path: ['confirm'],
    error: 'expected FLATTEN here too, because it sells everything held',
  });

/** By the message's key, as the snapshot has it: `local:options-floor:abc`. */
export const ReleaseBody = z.strictObject({
  message: z.string().regex(/^[a-z]+(?::[A-Za-z0-9._-]{1,64}){2,3}$/, 'expected a message key'),
});

export const ActBody = z.strictObject({ reason: Reason.default('') });
export const LoginBody = z.strictObject({ key: z.string().min(1).max(200) });

export const RecentQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,4}$/, 'expected a whole number from 1 to 1000')
    .transform(Number)
    .pipe(z.int().min(1).max(1_000))
    .default(100),
});
export const NoQuery = z.strictObject({});
export const AnyQuery = z.looseObject({});
export const StreamQuery = z.strictObject({ after: z.string().max(80).exactOptional() });
export const TradePath = z.strictObject({ id: z.string().regex(/^t_[a-z2-7]{16}$/) });

/** What was sent, in the shape of the schema, or a problem that names every field at fault. */
export function read<Schema extends z.ZodType>(schema: Schema, sent: unknown): z.output<Schema> {
  const parsed = schema.safeParse(sent);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap(fieldErrors);
  throw new ProblemError(problem('invalid', errors.map(sentence).join('; '), errors));
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const at = (path: readonly PropertyKey[]) => path.map((step) => `/${String(step)}`).join('');
  if (issue.code !== 'unrecognized_keys') {
    return [{ pointer: at(issue.path), detail: issue.message }];
  }
  return issue.keys.map((key) => ({
    pointer: at([...issue.path, key.slice(0, 64)]),
    detail: 'there is no such field',
  }));
}

function sentence({ pointer, detail }: FieldError): string {
  return `${pointer === '' ? 'body' : pointer}: ${detail}`;
}
