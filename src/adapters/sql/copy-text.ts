/** Rows as COPY's text format and as array literals: the two ways many rows go in at once. */
import type { Cell } from '#history/model.ts';

const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
};

/** One line, with its end. */
export function copyLine(cells: readonly Cell[]): string {
  let line = '';
  for (let at = 0; at < cells.length; at += 1) {
    if (at > 0) line += '\t';
    line += copyCell(cells[at] ?? null);
  }
  return `${line}\n`;
}

function copyCell(cell: Cell): string {
  if (cell === null) return '\\N';
  if (typeof cell !== 'string') return String(cell);
  return SPECIAL.test(cell) ? cell.replace(/[\\\t\n\r]/g, (found) => ESCAPES[found] ?? '') : cell;
}

/** `{1,2,NULL}` or `{"a","b"}`, to be cast to an array of the column's type. */
export function arrayLiteral(cells: readonly Cell[]): string {
  return `{${cells.map(arrayCell).join(',')}}`;
}

function arrayCell(cell: Cell): string {
  if (cell === null) return 'NULL';
  if (typeof cell !== 'string') return String(cell);
  return `"${cell.replace(/["\\]/g, (found) => `\\${found}`)}"`;
}
