/**
 * How rows of the audit are found: what occurs among every 128 records, noted once for all of them.
 *
 * A search first asks which of these chunks can hold what it looks for, by user, symbol, trade, kind
 * and channel and by the letters of its words, and then reads those alone. That costs a record far
 * less to write than indices over every row, and finding nothing costs next to nothing.
 *
 * Rule  a chunk may be noted for what is not in it, never the other way round: rows are judged
 *       again when they are read.
 */
import type { AuditQuery } from '#audit/model.ts';
import { type EpochMs, formatInstant } from '#kernel/time.ts';
import type { RowOf } from './model.ts';
import type { RowLists } from './row-lists.ts';

const CHUNK_RECORDS = 128;
/** So many letters in a row are looked for together. */
const GRAM = 3;
const BYTES = 1_024;
/** A place among 8,192 bits is the top of a 32-bit hash. */
const SHIFT = 19;

export function chunkOf(seq: number): number {
  return Math.floor(seq / CHUNK_RECORDS);
}

/** The records of a chunk, both included. */
export function recordsOf(chunk: number): { readonly from: number; readonly to: number } {
  const from = chunk * CHUNK_RECORDS;
  return { from, to: from + CHUNK_RECORDS - 1 };
}

/** How a row is found by a user, or a symbol, that its own columns do not name. */
export function userTag(user: string): string {
  return `user:${user}`;
}

export function symbolTag(symbol: string): string {
  return `symbol:${symbol}`;
}

/** A value that every chunk with a matching row is noted under, or a range of such values. */
export type Wanted = string | { readonly from: string; readonly below: string };

export function wantedBy({ user, symbol, trade, kind, channel }: AuditQuery): readonly Wanted[] {
  const wanted: Wanted[] = [];
  if (user !== undefined) wanted.push(userTag(user));
  if (symbol !== undefined) wanted.push(symbolTag(symbol.toUpperCase()));
  if (trade !== undefined) wanted.push(`trade:${trade}`);
  if (channel !== undefined) wanted.push(`channel:${channel}`);
  // The character after the dot ends the range of what begins with the part before it.
  if (kind?.includes('.') === true) wanted.push(`kind:${kind}`);
  else if (kind !== undefined) wanted.push({ from: `kind:${kind}.`, below: `kind:${kind}/` });
  return wanted;
}

/** The bits that every chunk with these words has; `null` for words too short to tell. */
export function bitsOf(words: string): string | null {
  if (words.length < GRAM) return null;
  const bits = new Uint8Array(BYTES);
  addGrams(bits, words);
  return written(bits);
}

interface Chunk {
  first: EpochMs;
  last: EpochMs;
  readonly bits: Uint8Array;
  readonly values: Set<string>;
  /** Of messages, which many records share. */
  readonly texts: Set<string>;
}

/** What occurs in the chunks of a batch; the store adds it to what it has of them. */
export class Chunks {
  readonly #chunks = new Map<number, Chunk>();

  note(row: RowOf<'audit'>, at: EpochMs, tags: readonly string[]): void {
    const chunk = this.#chunkAt(chunkOf(row.seq ?? 0), at);
    chunk.first = at < chunk.first ? at : chunk.first;
    chunk.last = at > chunk.last ? at : chunk.last;
    const { values } = chunk;
    values.add(`kind:${row.kind}`);
    if (row.user_id !== null) values.add(userTag(row.user_id));
    if (row.channel_id !== null) values.add(`channel:${row.channel_id}`);
    if (row.trade_id !== null) values.add(`trade:${row.trade_id}`);
    if (row.symbol !== null) values.add(symbolTag(row.symbol));
    if (row.underlying !== null) values.add(symbolTag(row.underlying));
    for (const tag of tags) values.add(tag);
    if (row.text !== null) addGrams(chunk.bits, row.text);
    const { raw_text: said } = row;
    if (said === null || chunk.texts.has(said)) return;
    chunk.texts.add(said);
    addGrams(chunk.bits, said);
  }

  addTo(rows: RowLists): void {
    for (const [chunk, { first, last, bits, values }] of this.#chunks) {
      const [firstAt, lastAt] = [formatInstant(first), formatInstant(last)];
      const own = { chunk, first_at: firstAt, last_at: lastAt };
      rows.add('audit_chunks', { ...own, words: written(bits) });
      for (const value of values) rows.add('audit_values', { value, chunk });
    }
  }

  #chunkAt(number: number, at: EpochMs): Chunk {
    const known = this.#chunks.get(number);
    if (known !== undefined) return known;
    const bits = new Uint8Array(BYTES);
    const chunk = {
      first: at,
      last: at,
      bits,
      values: new Set<string>(),
      texts: new Set<string>(),
    };
    this.#chunks.set(number, chunk);
    return chunk;
  }
}

/** Two bits for every three letters in a row: one alone would be set by chance too often. */
function addGrams(bits: Uint8Array, text: string): void {
  const lower = text.toLowerCase();
  let gram = (lower.charCodeAt(0) << 8) ^ lower.charCodeAt(1);
  for (let at = GRAM - 1; at < lower.length; at += 1) {
    gram = ((gram << 8) ^ lower.charCodeAt(at)) & 0xff_ff_ff;
    const one = Math.imul(gram, 0x9e_37_79_b1);
    setBit(bits, one >>> SHIFT);
    setBit(bits, Math.imul(one ^ (one >>> 15), 0x85_eb_ca_6b) >>> SHIFT);
  }
}

function setBit(bits: Uint8Array, place: number): void {
  bits[place >>> 3] = (bits[place >>> 3] ?? 0) | (1 << (place & 7));
}

/** As SQL takes a bit string: hexadecimal after an `x`. */
function written(bits: Uint8Array): string {
  return `x${Buffer.from(bits.buffer).toString('hex')}`;
}
