/**
 * What the real desk has recorded of one message, to be had again as often as wanted: with other
 * messages, trades, orders and fills, at another time, and otherwise to the letter.
 */
import { decodeCanonical, encodeCanonical } from '#events/codec.ts';
import type { Draft, Recorded } from '#events/record.ts';
import { asMessageKey, asTradeId, messageKey, tradeId } from '#kernel/ids.ts';
import { invariant } from '#kernel/invariant.ts';
import type { DeskRecord } from '#orders/model.ts';

/** One record with the place and time it has in its course. */
interface Step {
  readonly kind: string;
  readonly actor: string;
  readonly hasTrade: boolean;
  readonly hasMessage: boolean;
  /** Milliseconds since the course began. */
  readonly afterMs: number;
  readonly body: string;
}

export interface Course {
  readonly steps: readonly Step[];
  readonly message: string;
  readonly trade: string | null;
  readonly startedAt: number;
  /** Number of the record before the first. */
  readonly seqBefore: number;
  readonly lengthMs: number;
}

export interface Timed {
  readonly afterMs: number;
  readonly draft: Draft;
}

/** An instant as JSON holds it, and nothing else that looks like one. */
const INSTANT = /(?<=[:,[])1[5-9]\d{11}(?=[,}\]])/g;

/** The records that belong to a message, from the first to the last. */
export function courseOf(records: readonly Recorded<DeskRecord>[]): Course {
  const own = records.filter(({ message }) => message !== undefined);
  const [first] = own;
  invariant(first?.message !== undefined, 'a course begins with a message');
  const trade = own.find((record) => record.kind === 'trade.opened')?.trade ?? null;
  const steps = own.map((record) => ({
    kind: record.kind,
    actor: record.actor,
    hasTrade: record.trade !== undefined,
    hasMessage: record.message !== undefined,
    afterMs: record.wall - first.wall,
    body: encodeCanonical(record.body),
  }));
  return {
    ...{ steps, trade, message: first.message, startedAt: first.wall, seqBefore: first.seq - 1 },
    lengthMs: steps.at(-1)?.afterMs ?? 0,
  };
}

/** The course once more, as the `n`th, begun at that time with that record. */
export function again(course: Course, n: number, startedAt: number, seqBefore: number): Timed[] {
  const [, , messageId = ''] = course.message.split(':');
  const key = messageKey('local', 'room', `m${n}`);
  const trade = tradeId(key);
  const byMs = startedAt - course.startedAt;
  return course.steps.map(({ body, kind, actor, hasTrade, hasMessage, afterMs }) => {
    let text = body
      .replace(INSTANT, (at) => String(Number(at) + byMs))
      .replaceAll(course.message, key)
      .replaceAll(`"messageId":"${messageId}"`, `"messageId":"m${n}"`)
      .replaceAll(/"(orderId|fillId)":"/g, `"$1":"${n}-`)
      .replace(
        /"risk":(\d+)/,
        (_, seq: string) => `"risk":${Number(seq) - course.seqBefore + seqBefore}`,
      );
    if (course.trade !== null) text = text.replaceAll(course.trade, trade);
    const decoded = decodeCanonical(text);
    invariant(decoded.ok, 'a record reads back whatever its ids are');
    const draft: Draft = {
      ...{ kind, actor, body: decoded.value },
      ...(hasTrade && { trade: asTradeId(trade) }),
      ...(hasMessage && { message: asMessageKey(key) }),
    };
    return { afterMs, draft };
  });
}
