/** Raw replies of Redis (RESP 2), read without trusting their shape. */
import type { BusEntry, Fields } from '#bus/model.ts';

export function list(reply: unknown): readonly unknown[] {
  return Array.isArray(reply) ? reply : [];
}

export function text(reply: unknown): string {
  return typeof reply === 'string' ? reply : typeof reply === 'number' ? String(reply) : '';
}

export function count(reply: unknown): number {
  const value = typeof reply === 'number' ? reply : Number(text(reply) || 0);
  return Number.isFinite(value) ? value : 0;
}

/** A flat list of names and values, as XINFO and HGETALL give it. */
export function table(reply: unknown): ReadonlyMap<string, unknown> {
  const parts = list(reply);
  const read = new Map<string, unknown>();
  for (let at = 0; at + 1 < parts.length; at += 2) read.set(text(parts[at]), parts[at + 1]);
  return read;
}

/** Entries of one stream; those that are gone come without fields and are named apart. */
export function entries(reply: unknown): {
  readonly found: readonly BusEntry[];
  readonly gone: readonly string[];
} {
  const found: BusEntry[] = [];
  const gone: string[] = [];
  for (const entry of list(reply)) {
    const [id, fields] = list(entry);
    if (Array.isArray(fields)) found.push({ id: text(id), fields: fieldsOf(fields) });
    else gone.push(text(id));
  }
  return { found, gone };
}

/** Of the one stream that XREAD and XREADGROUP were asked for; none when the wait was over. */
export function streamEntries(reply: unknown): ReturnType<typeof entries> {
  const [stream] = list(reply);
  return entries(list(stream)[1]);
}

function fieldsOf(parts: readonly unknown[]): Fields {
  return Object.fromEntries([...table(parts)].map(([name, value]) => [name, text(value)]));
}

export function flat(fields: Fields): readonly string[] {
  return Object.entries(fields).flat();
}
