/** Text from outside, made safe and short enough to show. */

/** Control characters, line ends, and what steers or hides text without showing itself. */
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu;
const INVISIBLE = /[\p{Cf}\p{Co}]/gu;
/** Accents stack on one character without end; two are enough for every script we may meet. */
const STACKED_MARKS = /(\p{Mn}{2})\p{Mn}+/gu;

/**
 * On one line, without anything a terminal or a chat would obey: control and escape characters,
 * bidirectional overrides, zero-width characters. Blanks run together.
 */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(INVISIBLE, '')
    .replace(STACKED_MARKS, '$1')
    .replace(BREAKS, ' ')
    .trim();
}

/** At most `lengthMax` UTF-16 units, the last of them `…` when something was cut. */
export function clip(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const cut = text.slice(0, Math.max(0, lengthMax - 1));
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}

const FAILURE_MAX = 500;

/** What was thrown, as words that a record, an answer and a log have room for. */
export function failureText(error: unknown): string {
  return clip(oneLine(String(error)), FAILURE_MAX);
}

/** A stable code as words: `exit_refused_twice` reads `exit refused twice`. */
export function words(code: string): string {
  return code.replaceAll('_', ' ');
}
