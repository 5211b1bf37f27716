/**
 * The text of a message as a reader sees it, character by character tied to the raw text.
 *
 * In    the raw text, with the platform's markup, mentions, emoji, look-alikes and invisibles.
 * Out   plain ASCII plus the placeholders of `characters.ts`, and for each character its place in
 *       the raw text; or the defect for which the text is not to be read at all.
 * Rule  fails closed: what cannot be an ASCII character by width or form alone becomes a sign that
 *       no field accepts. Quoted lines are somebody else's and vanish; struck-through text means
 *       "withdrawn" and spoils the message. Every raw character is visited once.
 */
import type { Platform, Span } from '../../model.ts';
import {
  DIRECTION_CHANGED,
  LOOKALIKE,
  NOTHING,
  PLACEHOLDER,
  readCodePoint,
  STRUCK_THROUGH,
} from './characters.ts';
import { hasLoneStar, type MarkupContext, markupAt } from './markup.ts';

export const TEXT_LENGTH_MAX = 4000;

export type TextDefect =
  | 'text_too_long'
  | 'struck_through'
  | 'text_direction_changed'
  | 'lookalike_letters';

export interface CleanText {
  readonly text: string;
  /** Raw offset of each character and, last, of the end; `null` when clean and raw are the same. */
  readonly offsets: Int32Array | null;
  readonly defect: TextDefect | null;
}

export function cleanText(raw: string, platform: Platform | null): CleanText {
  if (raw.length > TEXT_LENGTH_MAX) return { text: '', offsets: null, defect: 'text_too_long' };
  return isPlain(raw) ? { text: raw, offsets: null, defect: null } : rewrite(raw, platform);
}

/** The raw characters behind those of the clean text from `from` up to, not including, `to`. */
export function rawSpan(clean: CleanText, from: number, to: number): Span {
  if (clean.offsets === null) return { from, to };
  const last = clean.offsets[Math.max(from, to - 1)] ?? 0;
  return { from: clean.offsets[from] ?? last, to: last + 1 };
}

// ASCII characters that are, or may begin, markup. Line feed is none.
const MAY_BE_MARKUP = markupTable();

function markupTable(): Uint8Array {
  const table = new Uint8Array(128);
  table.fill(1, 0, 0x20);
  for (const character of '&<*_`~|[\\\u007f') table[character.charCodeAt(0)] = 1;
  table[0x0a] = 0;
  return table;
}

function isPlain(raw: string): boolean {
  let lineStart = true;
  for (let at = 0; at < raw.length; at += 1) {
    const code = raw.charCodeAt(at);
    if (code >= 0x80 || MAY_BE_MARKUP[code] === 1) return false;
    if (code === 0x3e && lineStart) return false;
    // An emoji code or an address has a letter or a slash right behind its colon.
    if (code === 0x3a && isColonMarkup(raw, at)) return false;
    if (code !== 0x20) lineStart = code === 0x0a;
  }
  return true;
}

function isColonMarkup(raw: string, at: number): boolean {
  const next = raw.charCodeAt(at + 1);
  // / + - and everything from ; upward
  return next === 0x2f || next > 0x3a || next === 0x2b || next === 0x2d;
}

interface Draft {
  readonly codes: Uint16Array;
  readonly offsets: Int32Array;
  length: number;
  defect: TextDefect | null;
}

function rewrite(raw: string, platform: Platform | null): CleanText {
  const draft: Draft = {
    codes: new Uint16Array(raw.length),
    offsets: new Int32Array(raw.length + 1),
    length: 0,
    defect: null,
  };
  const context: MarkupContext = { platform, hasLoneStar: hasLoneStar(raw) };
  let at = 0;
  while (at < raw.length && draft.defect === null) {
    const markup = markupAt(raw, at, context);
    if (markup === null) {
      at += writeCharacter(draft, raw, at);
    } else if (markup.kind === 'struck_through') {
      draft.defect = 'struck_through';
    } else {
      if (markup.code !== NOTHING) write(draft, markup.code, at);
      at = markup.to;
    }
  }
  draft.offsets[draft.length] = raw.length;
  return {
    text: String.fromCharCode(...draft.codes.subarray(0, draft.length)),
    offsets: draft.offsets.subarray(0, draft.length + 1),
    defect: draft.defect,
  };
}

function write(draft: Draft, code: number, at: number): void {
  draft.codes[draft.length] = code;
  draft.offsets[draft.length] = at;
  draft.length += 1;
}

/** Writes what the character stands for and says how many raw units it takes. */
function writeCharacter(draft: Draft, raw: string, at: number): number {
  const point = raw.codePointAt(at) ?? 0;
  if (point < 0x80) {
    write(draft, point < 0x20 && point !== 0x0a ? 0x20 : point, at);
    return 1;
  }
  const code = readCodePoint(point);
  if (code === STRUCK_THROUGH) draft.defect = 'struck_through';
  else if (code === DIRECTION_CHANGED) draft.defect = 'text_direction_changed';
  else if (code === LOOKALIKE) draft.defect = 'lookalike_letters';
  else if (isKeycap(point)) draft.codes[Math.max(0, draft.length - 1)] = PLACEHOLDER.unclear;
  else if (code !== NOTHING) write(draft, code, at);
  return point > 0xffff ? 2 : 1;
}

/** The frame of a keycap emoji: it makes the digit before it a picture. */
function isKeycap(point: number): boolean {
  return point === 0x20e3;
}
