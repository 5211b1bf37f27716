/**
 * What the roles say to each other over the bus: a request that another role forwards, and the
 * desk's answer. Both are sealed texts: who can write to Redis cannot ask anything of the desk.
 */
import { z } from 'zod';
import type { Fields, Stream } from '#bus/model.ts';
import { isSealed, type Seal, type SealedAs } from '../bus/seal.ts';

/** One request per entry; the desk is the only one to take them. */
export const REQUESTS: Stream = { name: 'requests', limit: 1_000, idleMs: null };

const ANSWERS_IDLE_MS = 3_600_000;

/** Where a process hears its answers. */
export function answersTo(instance: string): Stream {
  return { name: `answers:${instance}`, limit: 1_000, idleMs: ANSWERS_IDLE_MS };
}

const HttpAct = z.object({
  op: z.literal('http'),
  /** Who the forwarding process has let in; what he may do, the desk decides. */
  caller: z.string(),
  /** He has a second factor and has not given it lately. */
  needsCode: z.boolean(),
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
  /** With its query. */
  path: z.string(),
  /** `null` without one. */
  body: z.unknown().default(null),
  /** The caller's `Idempotency-Key`, or `null`. */
  key: z.string().nullable(),
});
const RecordsAct = z.object({ op: z.literal('records'), from: z.int().min(1) });

export type Act = z.output<typeof HttpAct> | z.output<typeof RecordsAct>;
export type HttpActAsked = z.output<typeof HttpAct>;

/** What is asked, of which run of the desk, when by that desk's own clock. */
export const Asked = z.object({
  id: z.string(),
  /** The run it is meant for: another one never carries it out. */
  to: z.string(),
  /** Where the answer is waited for. */
  from: z.string(),
  at: z.number(),
  act: z.discriminatedUnion('op', [HttpAct, RecordsAct]),
});
export type Asked = z.output<typeof Asked>;

/**
 * too_late: it took longer to arrive than a request may · ahead: it is of the future, so the clocks
 * differ · other_run: the desk was restarted since · busy: too many at once.
 */
const REFUSALS = ['too_late', 'ahead', 'other_run', 'busy'] as const;
export type AskRefusal = (typeof REFUSALS)[number];

export const Answered = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('answered'), id: z.string(), status: z.number(), text: z.string() }),
  z.object({ kind: z.literal('refused'), id: z.string(), reason: z.enum(REFUSALS) }),
]);
export type Answered = z.output<typeof Answered>;

/** What the desk says of itself every second. */
export const Status = z.object({
  run: z.string(),
  /** By the desk's machine clock, in ms. */
  at: z.number(),
  /** Whether it takes requests of other roles: no more once it is being stopped. */
  takes: z.boolean(),
  ready: z.boolean(),
  reasons: z.array(z.string()),
  /** Sequence number of its last record on disk. */
  seq: z.number(),
  /** The desk's own time, which a demonstration shifts. */
  clock: z.string(),
  quotes: z.record(z.string(), z.unknown()),
});
export type Status = z.output<typeof Status>;

export function sealed(seal: Seal, as: SealedAs, value: object): Fields {
  const text = JSON.stringify(value);
  return { text, mac: seal(as, text) };
}

/** `null` for what carries no right seal or does not read. */
export function unsealed<Schema extends z.ZodType>(
  seal: Seal,
  as: SealedAs,
  { fields, schema }: { readonly fields: Fields; readonly schema: Schema },
): z.output<Schema> | null {
  const { text = '', mac = '' } = fields;
  if (!isSealed(seal, as, text, mac)) return null;
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
