/**
 * What each character beyond ASCII means to the parser.
 *
 * It stands for an ASCII character that differs in width or form alone, or is a sign of its own
 * (kept as a placeholder from the private-use area), or is nothing at all, or is a reason not to
 * trust the text. Look-alikes of Latin letters are never folded: `ВТО` in Cyrillic is not BTO, and
 * digits of other scripts are not digits.
 */

/** Placeholders of clean text. Private-use characters of a message itself become `sign`. */
export const PLACEHOLDER = {
  /** An emoji or symbol without a meaning here: it separates words. */
  sign: 0xe000,
  /** Green dot, play button: some authors' word for buying. */
  openSign: 0xe001,
  /** Red dot, stop button. */
  closeSign: 0xe002,
  /** Cross, prohibition sign. */
  cancelSign: 0xe003,
  /** Eyes. */
  watchSign: 0xe004,
  /** Check mark: what stands beside it is done. */
  doneSign: 0xe009,
  arrow: 0xe005,
  /** Three dots in one character: where a client cuts a quoted text. */
  ellipsis: 0xe006,
  /** A number or currency that cannot be read for certain. */
  unclear: 0xe007,
  /** A letter that no symbol and no keyword contains. */
  letter: 0xe008,
  half: 0xe010,
  third: 0xe011,
  twoThirds: 0xe012,
  quarter: 0xe013,
  threeQuarters: 0xe014,
} as const;

/** Characters that leave no trace in clean text. */
export const NOTHING = 0;
/** Not characters: reasons to refuse the text they stand in. */
export const STRUCK_THROUGH = -1;
export const DIRECTION_CHANGED = -2;
export const LOOKALIKE = -3;

const SPACE = 0x20;
const APOSTROPHE = 0x27;
const HYPHEN = 0x2d;
const QUOTE = 0x22;
const SLASH = 0x2f;
const SMALL_X = 0x78;

type Range = readonly [from: number, to: number, code: number];

/** Ascending and disjoint; what stands in none of them is decided by its Unicode category. */
const RANGES: readonly Range[] = [
  [0x80, 0x9f, SPACE],
  [0xa0, 0xa0, SPACE],
  [0xad, 0xad, NOTHING],
  [0xb4, 0xb4, APOSTROPHE],
  [0xbc, 0xbc, PLACEHOLDER.quarter],
  [0xbd, 0xbd, PLACEHOLDER.half],
  [0xbe, 0xbe, PLACEHOLDER.threeQuarters],
  [0xc0, 0xd6, PLACEHOLDER.letter],
  [0xd7, 0xd7, SMALL_X],
  [0xd8, 0xf6, PLACEHOLDER.letter],
  [0xf8, 0x24f, PLACEHOLDER.letter],
  [0x250, 0x2af, LOOKALIKE],
  [0x335, 0x338, STRUCK_THROUGH],
  [0x34f, 0x34f, NOTHING],
  [0x370, 0x3ff, LOOKALIKE],
  [0x400, 0x52f, LOOKALIKE],
  [0x530, 0x58f, LOOKALIKE],
  [0x61c, 0x61c, NOTHING],
  [0x13a0, 0x13ff, LOOKALIKE],
  [0x180e, 0x180e, NOTHING],
  [0x1d00, 0x1dbf, LOOKALIKE],
  [0x1e00, 0x1eff, PLACEHOLDER.letter],
  [0x1f00, 0x1fff, LOOKALIKE],
  [0x2000, 0x200a, SPACE],
  [0x200b, 0x200f, NOTHING],
  [0x2010, 0x2015, HYPHEN],
  [0x2018, 0x201b, APOSTROPHE],
  [0x201c, 0x201f, QUOTE],
  [0x2026, 0x2026, PLACEHOLDER.ellipsis],
  [0x2028, 0x2029, 0x0a],
  [0x202a, 0x202e, DIRECTION_CHANGED],
  [0x202f, 0x202f, SPACE],
  [0x2032, 0x2032, APOSTROPHE],
  [0x2044, 0x2044, SLASH],
  [0x205f, 0x205f, SPACE],
  [0x2060, 0x2065, NOTHING],
  [0x2066, 0x2069, DIRECTION_CHANGED],
  [0x206a, 0x206f, NOTHING],
  [0x20e3, 0x20e3, PLACEHOLDER.unclear],
  [0x2100, 0x2121, LOOKALIKE],
  [0x2122, 0x2122, PLACEHOLDER.sign],
  [0x2123, 0x2138, LOOKALIKE],
  [0x2139, 0x2139, PLACEHOLDER.sign],
  [0x213a, 0x214f, LOOKALIKE],
  [0x2153, 0x2153, PLACEHOLDER.third],
  [0x2154, 0x2154, PLACEHOLDER.twoThirds],
  [0x2192, 0x2192, PLACEHOLDER.arrow],
  [0x21d2, 0x21d2, PLACEHOLDER.arrow],
  [0x2212, 0x2212, HYPHEN],
  [0x2215, 0x2215, SLASH],
  [0x23f9, 0x23f9, PLACEHOLDER.closeSign],
  [0x2460, 0x249b, PLACEHOLDER.unclear],
  [0x249c, 0x24e9, LOOKALIKE],
  [0x25b6, 0x25b6, PLACEHOLDER.openSign],
  [0x2611, 0x2611, PLACEHOLDER.doneSign],
  [0x26d4, 0x26d4, PLACEHOLDER.cancelSign],
  [0x2705, 0x2705, PLACEHOLDER.doneSign],
  [0x2714, 0x2714, PLACEHOLDER.doneSign],
  [0x2716, 0x2716, PLACEHOLDER.cancelSign],
  [0x274c, 0x274c, PLACEHOLDER.cancelSign],
  [0x274e, 0x274e, PLACEHOLDER.cancelSign],
  [0x2794, 0x2794, PLACEHOLDER.arrow],
  [0x2798, 0x27af, PLACEHOLDER.arrow],
  [0x27b1, 0x27be, PLACEHOLDER.arrow],
  [0x2c80, 0x2cff, LOOKALIKE],
  [0x3000, 0x3000, SPACE],
  [0xa4d0, 0xa4ff, LOOKALIKE],
  [0xa640, 0xa69f, LOOKALIKE],
  [0xa720, 0xa7ff, LOOKALIKE],
  [0xab30, 0xabbf, LOOKALIKE],
  [0xe000, 0xf8ff, PLACEHOLDER.sign],
  [0xfb00, 0xfb06, LOOKALIKE],
  [0xfe00, 0xfe0f, NOTHING],
  [0xfeff, 0xfeff, NOTHING],
  [0xfff9, 0xfffb, NOTHING],
  [0x10280, 0x1031f, LOOKALIKE],
  [0x10400, 0x1044f, LOOKALIKE],
  [0x104b0, 0x104ff, LOOKALIKE],
  [0x1d400, 0x1d7cb, LOOKALIKE],
  [0x1f100, 0x1f10a, PLACEHOLDER.unclear],
  [0x1f110, 0x1f189, LOOKALIKE],
  [0x1f440, 0x1f440, PLACEHOLDER.watchSign],
  [0x1f51f, 0x1f51f, PLACEHOLDER.unclear],
  [0x1f534, 0x1f534, PLACEHOLDER.closeSign],
  [0x1f6ab, 0x1f6ab, PLACEHOLDER.cancelSign],
  [0x1f6d1, 0x1f6d1, PLACEHOLDER.closeSign],
  [0x1f7e2, 0x1f7e2, PLACEHOLDER.openSign],
  [0xe0000, 0xe0fff, NOTHING],
];

const FULL_WIDTH_FIRST = 0xff01;
const FULL_WIDTH_LAST = 0xff5e;
const FULL_WIDTH_SHIFT = 0xfee0;

const NUMBER_OR_CURRENCY = /^[\p{N}\p{Sc}]$/u;
const LETTER = /^\p{L}$/u;
const MARK = /^\p{M}$/u;
const IGNORED = /^[\p{Cf}\p{Default_Ignorable_Code_Point}]$/u;
const BLANK = /^\p{Z}$/u;

/** What a code point of 0x80 or more stands for: a character code, `NOTHING` or a defect. */
export function readCodePoint(point: number): number {
  if (point >= FULL_WIDTH_FIRST && point <= FULL_WIDTH_LAST) return point - FULL_WIDTH_SHIFT;
  const ranged = inRanges(point);
  if (ranged !== null) return ranged;
  const character = String.fromCodePoint(point);
  if (NUMBER_OR_CURRENCY.test(character)) return PLACEHOLDER.unclear;
  if (LETTER.test(character)) return PLACEHOLDER.letter;
  // An accent laid over a plain letter makes it another letter.
  if (MARK.test(character)) return LOOKALIKE;
  if (IGNORED.test(character)) return NOTHING;
  return BLANK.test(character) ? SPACE : PLACEHOLDER.sign;
}

function inRanges(point: number): number | null {
  let low = 0;
  let high = RANGES.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const range = RANGES[middle];
    if (range === undefined) return null;
    if (point < range[0]) high = middle - 1;
    else if (point > range[1]) low = middle + 1;
    else return range[2];
  }
  return null;
}
