/** Rows as COPY's text format and as array literals: the two ways many rows go in at once. */
import type { Cell } from '#history/model.ts';

const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
};

const FIRST_BYTES = 64 * 1024;
/** No character takes more in UTF-8 for each unit of a text. */
const UNIT_BYTES = 3;

/** As much as goes out at once. */
const PIECE_BYTES = 192 * 1024;

/** Rows as lines of COPY, a piece at a time: the first is on its way before the last is made. */
export function* copyPieces(
  rows: readonly Readonly<Record<string, Cell>>[],
  columns: readonly string[],
): Generator<Uint8Array<ArrayBuffer>> {
  let piece = new CopyText();
  for (const row of rows) {
    piece.add(row, columns);
    if (piece.bytes.length < PIECE_BYTES) continue;
    yield piece.bytes;
    piece = new CopyText();
  }
  if (piece.bytes.length > 0) yield piece.bytes;
}

/** Lines of COPY as the bytes that are sent, written once. */
export class CopyText {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #used = 0;

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#used);
  }

  add(row: Readonly<Record<string, Cell>>, columns: readonly string[]): void {
    let line = '';
    for (let at = 0; at < columns.length; at += 1) {
      if (at > 0) line += '\t';
      line += copyCell(row[columns[at] ?? ''] ?? null);
    }
    line += '\n';
    const most = this.#used + line.length * UNIT_BYTES;
    if (most > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(2 * most);
      this.#bytes.copy(grown, 0, 0, this.#used);
      this.#bytes = grown;
    }
    this.#used += this.#bytes.write(line, this.#used);
  }
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
