/** Answers to questions, in the words of the ports. */
import { z } from 'zod';
import { err, ok, type Result } from '#kernel/result.ts';
import type { QueryFault } from '#orders/ports.ts';
import type { QueryFailure } from './http/judge.ts';

/** A value of the wire, or what is wrong with it. */
export type Decode<T> = (raw: unknown) => Result<T, string>;

const ITEMS = z.object({ items: z.array(z.unknown()) });

/** A failed question in the words of the ports. */
export function faultOf({ kind, detail }: QueryFailure): Result<never, QueryFault> {
  const isOwnKind = kind !== 'refused' && kind !== 'not_found';
  return err({ kind: isOwnKind ? kind : 'malformed', detail });
}

/** What a decoder makes of an answer's data. */
export function decoded<T>(data: unknown, decode: Decode<T>, name: string): Result<T, QueryFault> {
  const value = decode(data);
  return value.ok ? value : err({ kind: 'malformed', detail: `${name}: ${value.error}` });
}

/** Every row, or nothing: one that cannot be read may be the one that matters. */
export function allOf<T>(
  rows: readonly unknown[],
  decode: Decode<T>,
  name: string,
): Result<readonly T[], QueryFault> {
  const values: T[] = [];
  for (const row of rows) {
    const value = decoded(row, decode, name);
    if (!value.ok) return value;
    values.push(value.value);
  }
  return ok(values);
}

export function itemsOf<T>(
  data: unknown,
  decode: Decode<T>,
  name: string,
): Result<readonly T[], QueryFault> {
  const listed = ITEMS.safeParse(data);
  if (!listed.success) return err({ kind: 'malformed', detail: `${name}: expected items` });
  return allOf(listed.data.items, decode, name);
}
