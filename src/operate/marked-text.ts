/** A message as it was written, with a mark under every character something was read from. */
import type { Span } from '#alerts/model.ts';
import { widthOfCharacter } from './terminal-text.ts';

const MARK = '^';
/** Wider lines go on in the next, marks and all. */
const COLUMNS_MAX = 96;
const LINES_MAX = 40;

export interface MarkedLine {
  readonly text: string;
  /** Blanks and `^`, as wide as needed; empty when nothing of the line is marked. */
  readonly marks: string;
}

/**
 * Line by line, at most 40 of at most 96 columns. Control characters show as `·`, invisible ones
 * not at all; `spans` count in UTF-16 units of the text as it was written.
 */
export function markedLines(text: string, spans: readonly Span[]): readonly MarkedLine[] {
  const lines: MarkedLine[] = [];
  let line = '';
  let marks = '';
  let columns = 0;
  let at = 0;
  const end = () => {
    lines.push({ text: line, marks: marks.trimEnd() });
    [line, marks, columns] = ['', '', 0];
  };
  for (const character of text) {
    const from = at;
    at += character.length;
    if (character === '\n') {
      end();
      continue;
    }
    const shown = visible(character);
    const width = widthOfCharacter(shown);
    if (shown === '' || character === '\r') continue;
    if (columns + width > COLUMNS_MAX) end();
    line += shown;
    marks += (isIn(spans, from) ? MARK : ' ').repeat(width);
    columns += width;
  }
  end();
  if (lines.length <= LINES_MAX) return lines;
  return [...lines.slice(0, LINES_MAX - 1), { text: '…', marks: '' }];
}

function visible(character: string): string {
  if (character === '\t' || /^\p{Zs}$/u.test(character)) return ' ';
  if (/^[\p{Cf}\p{Mn}\p{Me}]$/u.test(character)) return '';
  return /^[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]$/u.test(character) ? '·' : character;
}

function isIn(spans: readonly Span[], at: number): boolean {
  return spans.some(({ from, to }) => at >= from && at < to);
}
