/** UTF-8 as it is written, piece by piece, in bytes that grow as they are needed. */

/** A UTF-16 unit takes at most three bytes of UTF-8. */
const BYTES_PER_UNIT_MAX = 3;
const ZERO = 0x30;
const DIGITS_IN_PART = 8;
const DIGITS_AT_ONCE = 10 ** DIGITS_IN_PART;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class Sink {
  #bytes: Uint8Array;
  #used = 0;

  constructor(room: Uint8Array) {
    this.#bytes = room;
  }

  /** All there is, what was written in it so far included. */
  get room(): Uint8Array {
    return this.#bytes;
  }

  get used(): number {
    return this.#used;
  }

  /** Goes on from there: what was written after it is gone, what lies between is anybody's. */
  moveTo(at: number): void {
    this.#makeRoom(at - this.#used);
    this.#used = at;
  }

  /** What was written so far. */
  get text(): string {
    return decoder.decode(this.#bytes.subarray(0, this.#used));
  }

  raw(piece: Uint8Array): void {
    const { length } = piece;
    this.#makeRoom(length);
    const bytes = this.#bytes;
    const start = this.#used;
    for (let at = 0; at < length; at += 1) bytes[start + at] = piece[at] ?? 0;
    this.#used = start + length;
  }

  /** Characters of ASCII, as they stand. */
  ascii(text: string): void {
    const { length } = text;
    this.#makeRoom(length);
    const bytes = this.#bytes;
    const start = this.#used;
    for (let at = 0; at < length; at += 1) bytes[start + at] = text.charCodeAt(at);
    this.#used = start + length;
  }

  /** A finite number, as ECMAScript writes it. */
  number(value: number): void {
    if (value >= 0 && value < DIGITS_AT_ONCE && Number.isInteger(value)) this.#digits(value, 1);
    else if (value >= 0 && Number.isSafeInteger(value)) {
      // Instants are longer than a machine word counts: in two parts.
      const low = value % DIGITS_AT_ONCE;
      this.#digits((value - low) / DIGITS_AT_ONCE, 1);
      this.#digits(low, DIGITS_IN_PART);
    } else this.ascii(String(value));
  }

  /** At least so many, zeros before it where it has fewer. */
  #digits(value: number, least: number): void {
    let count = least;
    for (let next = 10 ** least; next <= value; next *= 10) count += 1;
    this.#makeRoom(count);
    const start = this.#used;
    let rest = value | 0;
    for (let at = start + count - 1; at >= start; at -= 1) {
      const tenth = (rest / 10) | 0;
      this.#bytes[at] = ZERO + rest - 10 * tenth;
      rest = tenth;
    }
    this.#used = start + count;
  }

  /** The JSON of a text: what `JSON.stringify` makes of it. */
  quoted(text: string): void {
    const { length } = text;
    this.#makeRoom(BYTES_PER_UNIT_MAX * length + 2);
    const bytes = this.#bytes;
    let to = this.#used;
    bytes[to++] = QUOTE;
    for (let at = 0; at < length; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit >= 0x20 && unit < 0x80 && unit !== QUOTE && unit !== BACKSLASH) {
        bytes[to++] = unit;
      } else if (unit < 0x80 || (unit >= 0xd800 && unit < 0xe000)) {
        this.#escaped(text);
        return;
      } else if (unit < 0x800) {
        bytes[to++] = 0xc0 | (unit >> 6);
        bytes[to++] = 0x80 | (unit & 0x3f);
      } else {
        bytes[to++] = 0xe0 | (unit >> 12);
        bytes[to++] = 0x80 | ((unit >> 6) & 0x3f);
        bytes[to++] = 0x80 | (unit & 0x3f);
      }
    }
    bytes[to++] = QUOTE;
    this.#used = to;
  }

  /** With something in it that JSON escapes, or that takes two units. */
  #escaped(text: string): void {
    const json = JSON.stringify(text);
    this.#makeRoom(BYTES_PER_UNIT_MAX * json.length);
    this.#used += encoder.encodeInto(json, this.#bytes.subarray(this.#used)).written;
  }

  #makeRoom(more: number): void {
    const needed = this.#used + more;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = larger;
  }
}
