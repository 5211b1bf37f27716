/**
 * Frames of the account streamer, read (developer.tastytrade.com, streaming account data).
 *
 * An answer to one of our requests has a `status`; news has a `type` and whole objects, never
 * differences. The official client also unwraps `{"results":[…]}`.
 */
import { parseInstant } from '#kernel/time.ts';
import { fieldsOf, listOf, numberOf, textOf, timeOf } from './wire.ts';

export type AccountFrame =
  | {
      readonly kind: 'answer';
      readonly action: string | null;
      /** May be missing, above all on errors. */
      readonly requestId: string | null;
      readonly isOk: boolean;
      readonly message: string;
    }
  | {
      readonly kind: 'order';
      readonly id: string;
      /** Milliseconds; `null` when it cannot be read. */
      readonly updatedAt: number | null;
      readonly raw: unknown;
    }
  | { readonly kind: 'other'; readonly type: string }
  | { readonly kind: 'malformed' };

const RESULTS_MAX = 10_000;
const TEXT_MAX = 200;

/** Every piece of news in one frame, in its order. */
export function readAccountFrame(frame: unknown): readonly AccountFrame[] {
  const results = listOf(fieldsOf(frame)?.['results']);
  if (results === null) return [readOne(frame)];
  return results.slice(0, RESULTS_MAX).map(readOne);
}

function readOne(frame: unknown): AccountFrame {
  const fields = fieldsOf(frame);
  if (fields === null) return { kind: 'malformed' };
  const type = textOf(fields['type']);
  if (type === 'Order') return readOrder(fields['data']);
  if (type !== null) return { kind: 'other', type: type.slice(0, TEXT_MAX) };
  const status = textOf(fields['status']);
  if (status === null) return { kind: 'malformed' };
  return {
    kind: 'answer',
    action: textOf(fields['action']),
    requestId: idOf(fields['request-id']),
    isOk: status === 'ok',
    message: (textOf(fields['message']) ?? '').slice(0, TEXT_MAX),
  };
}

function readOrder(data: unknown): AccountFrame {
  const fields = fieldsOf(data);
  const id = idOf(fields?.['id']);
  if (fields === null || id === null) return { kind: 'malformed' };
  const updated = fields['updated-at'];
  const updatedAt = timeOf(updated) ?? parseInstant(textOf(updated) ?? '');
  return { kind: 'order', id, updatedAt, raw: data };
}

/** Ids are numbers in recordings and text in the specification. */
function idOf(value: unknown): string | null {
  const text = textOf(value);
  if (text !== null) return text === '' || text.length > TEXT_MAX ? null : text;
  const number = numberOf(value);
  return number !== null && Number.isSafeInteger(number) ? String(number) : null;
}
