/**
 * How rows of the audit are found: what occurs among every 128 records, noted once for all of them.
 *
 * A search first asks which of these chunks can hold what it looks for, by user, symbol, trade,
 * kind and channel and by the letters of its words, and then reads those alone. That costs a
 * record far less to write than indices over every row, and finding nothing costs next to nothing.
 *
 * Rule  a chunk may be noted for what is not in it, never the other way round: rows are judged
 *       again when they are read.
 */
import type { AuditQuery } from '#audit/model.ts';
import { type EpochMs, formatInstant } from '#kernel/time.ts';
import type { RowOf } from './model.ts';
import type { RowLists } from './row-lists.ts';

const CHUNK_RECORDS = 128;
/** So many letters in a row are looked for together; fewer only where no more are asked for. */
const GRAM = 3;
const LETTERS = 128;
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

/** The bits that every chunk with these words has; `null` for no words. */
export function bitsOf(words: string): string | null {
  if (words === '') return null;
  const bits = new Uint8Array(BYTES);
  const short = new ShortGrams();
  addGrams(bits, short, words);
  if (words.length < GRAM) short.addTo(bits, words.length);
  return written(bits);
}

interface Chunk {
  first: EpochMs;
  last: EpochMs;
  readonly bits: Uint8Array;
  readonly short: ShortGrams;
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
    if (row.text !== null) addGrams(chunk.bits, chunk.short, row.text);
    const { raw_text: said } = row;
    if (said === null || chunk.texts.has(said)) return;
    chunk.texts.add(said);
    addGrams(chunk.bits, chunk.short, said);
  }

  addTo(rows: RowLists): void {
    for (const [chunk, { first, last, bits, short, values }] of this.#chunks) {
      short.addTo(bits, 1);
      short.addTo(bits, 2);
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
      short: new ShortGrams(),
      values: new Set<string>(),
      texts: new Set<string>(),
    };
    this.#chunks.set(number, chunk);
    return chunk;
  }
}

/** Letters, and pairs of them, noted once for a chunk. Those beyond ASCII share a place with it. */
class ShortGrams {
  readonly #letters = new Uint8Array(LETTERS);
  readonly #pairs = new Uint8Array(LETTERS * LETTERS);

  note(before: number, letter: number): void {
    const own = letter % LETTERS;
    this.#letters[own] = 1;
    if (before >= 0) this.#pairs[(before % LETTERS) * LETTERS + own] = 1;
  }

  addTo(bits: Uint8Array, length: number): void {
    const noted = length === 1 ? this.#letters : this.#pairs;
    // No three letters make such a number.
    const above = length * 0x1_00_00_00;
    for (let at = noted.indexOf(1); at >= 0; at = noted.indexOf(1, at + 1)) {
      addGram(bits, above + at);
    }
  }
}

function addGrams(bits: Uint8Array, short: ShortGrams, text: string): void {
  const lower = text.toLowerCase();
  let gram = 0;
  let before = -1;
  for (let at = 0; at < lower.length; at += 1) {
    const letter = lower.charCodeAt(at);
    short.note(before, letter);
    before = letter;
    gram = ((gram << 8) ^ letter) & 0xff_ff_ff;
    if (at >= GRAM - 1) addGram(bits, gram);
  }
}

/** Three bits each: fewer would be set by chance too often. */
function addGram(bits: Uint8Array, gram: number): void {
  const one = Math.imul(gram, 0x9e_37_79_b1);
  const two = Math.imul(one ^ (one >>> 15), 0x85_eb_ca_6b);
  setBit(bits, one >>> SHIFT);
  setBit(bits, two >>> SHIFT);
  setBit(bits, Math.imul(two ^ (two >>> 13), 0xc2_b2_ae_35) >>> SHIFT);
}

function setBit(bits: Uint8Array, place: number): void {
  bits[place >>> 3] = (bits[place >>> 3] ?? 0) | (1 << (place & 7));
}

/** As SQL takes a bit string: hexadecimal after an `x`. */
function written(bits: Uint8Array): string {
  return `x${Buffer.from(bits.buffer).toString('hex')}`;
}
