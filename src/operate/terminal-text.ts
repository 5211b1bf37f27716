/** What a terminal shows: colours, widths, and lines that wrap under themselves. */

/** How marked text appears. The caller chooses: it knows the terminal and NO_COLOR. */
export interface Palette {
  readonly faint: Paint;
  readonly strong: Paint;
  readonly good: Paint;
  readonly warning: Paint;
  readonly bad: Paint;
}

type Paint = (text: string) => string;

const same = (text: string) => text;
export const PLAIN: Palette = { faint: same, strong: same, good: same, warning: same, bad: same };

const ESCAPE = '\u001B[';
const painted = (code: number) => (text: string) => `${ESCAPE}${code}m${text}${ESCAPE}0m`;
/** The sixteen colours every terminal has. */
export const COLOURED: Palette = {
  faint: painted(2),
  strong: painted(1),
  good: painted(32),
  warning: painted(33),
  bad: painted(31),
};

const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
/** East Asian wide and full-width characters, and what is drawn as a picture. */
const DOUBLE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}])$/u;

/** Columns a text without control characters takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += widthOfCharacter(character);
  return width;
}

export function widthOfCharacter(character: string): number {
  if (NO_WIDTH.test(character)) return 0;
  return DOUBLE.test(character) ? 2 : 1;
}

/** Blanks after the text up to that many columns. */
export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

/** Breaks at blanks so that no line is wider, except for a word that is. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || widthOf(longer) <= columns) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}
