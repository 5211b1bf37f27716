/**
 * Payloads: one record as text, chained to the one before it.
 *
 * Each payload carries `prev`, the SHA-256 of the payload before it, over all segments; the first
 * carries `GENESIS`. Changing, removing or inserting a record breaks the chain at the next one.
 */
import { decodeCanonical, isKeyed, writeCanonical } from '#events/codec.ts';
import { RECORD_VERSION, type Recorded } from '#events/record.ts';
import type { Sink } from '#events/sink.ts';
import { asMessageKey, asTradeId } from '#kernel/ids.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { epochMs } from '#kernel/time.ts';

/** What the first record of a journal carries as `prev`. */
export const GENESIS = '0'.repeat(64);

export interface Link {
  readonly record: Recorded;
  readonly prev: string;
}

export type PayloadFault =
  | { readonly kind: 'newer_version'; readonly version: number }
  | { readonly kind: 'not_a_record'; readonly detail: string };

/** The canonical JSON of a record and its `prev`, the keys in their sorted order. */
export function writePayload(sink: Sink, record: Recorded, prev: string): void {
  const { trade, message } = record;
  sink.ascii('{"actor":');
  sink.quoted(record.actor);
  sink.ascii(',"body":');
  writeCanonical(sink, record.body);
  sink.ascii(',"kind":');
  sink.quoted(record.kind);
  if (message !== undefined) {
    sink.ascii(',"message":');
    sink.quoted(message);
  }
  sink.ascii(',"mono":');
  sink.number(record.mono);
  sink.ascii(',"prev":');
  sink.quoted(prev);
  sink.ascii(',"run":');
  sink.quoted(record.run);
  sink.ascii(',"seq":');
  sink.number(record.seq);
  if (trade !== undefined) {
    sink.ascii(',"trade":');
    sink.quoted(trade);
  }
  sink.ascii(',"v":');
  sink.number(record.v);
  sink.ascii(',"wall":');
  sink.number(record.wall);
  sink.ascii('}');
}

export function decodePayload(text: string): Result<Link, PayloadFault> {
  const decoded = decodeCanonical(text);
  if (!decoded.ok) return err({ kind: 'not_a_record', detail: decoded.error.detail });
  const fields = decoded.value;
  if (!isKeyed(fields)) return err({ kind: 'not_a_record', detail: 'expected an object' });
  const version = fields['v'];
  if (typeof version === 'number' && version > RECORD_VERSION) {
    return err({ kind: 'newer_version', version });
  }
  return readEnvelope(fields);
}

/**
 * The canonical text of the record alone; `null` where the payload is not as it is written here.
 * What follows `prev` holds no object: its last place is the payload's own.
 */
export function recordTextOf(payload: string, { prev }: Link): string | null {
  const own = `,"prev":"${prev}"`;
  const at = payload.lastIndexOf(own);
  return at < 0 ? null : payload.slice(0, at) + payload.slice(at + own.length);
}

/** A record from its own canonical text, as others are told it: outside the chain. */
export function decodeRecord(text: string): Result<Recorded, PayloadFault> {
  const decoded = decodeCanonical(text);
  if (!decoded.ok) return err({ kind: 'not_a_record', detail: decoded.error.detail });
  if (!isKeyed(decoded.value)) return err({ kind: 'not_a_record', detail: 'expected an object' });
  const link = readEnvelope({ ...decoded.value, prev: GENESIS });
  return link.ok ? ok(link.value.record) : link;
}

function readEnvelope(fields: Record<string, unknown>): Result<Link, PayloadFault> {
  const { v, seq, run, wall, mono, kind, body, actor, trade, message, prev } = fields;
  if (!isNumber(v) || !isNumber(seq) || !isNumber(wall) || !isNumber(mono)) {
    return err({ kind: 'not_a_record', detail: 'expected numbers v, seq, wall and mono' });
  }
  if (!isText(run) || !isText(kind) || !isText(actor) || !isText(prev)) {
    return err({ kind: 'not_a_record', detail: 'expected texts run, kind, actor and prev' });
  }
  if ((trade !== undefined && !isText(trade)) || (message !== undefined && !isText(message))) {
    return err({ kind: 'not_a_record', detail: 'expected texts trade and message, if any' });
  }
  const record: Recorded = {
    kind,
    body,
    actor,
    ...(trade === undefined ? null : { trade: asTradeId(trade) }),
    ...(message === undefined ? null : { message: asMessageKey(message) }),
    v,
    seq,
    run,
    wall: epochMs(wall),
    mono,
  };
  return ok({ record, prev });
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
