/** A text cut where its marks begin and end. */
import type { MessageView } from '../api/types.ts';

export interface Piece {
  readonly text: string;
  /** The field read from it; `null` for what lies between. */
  readonly field: string | null;
  readonly from: number;
}

/** In order; spans that overlap an earlier one or leave the text are not marked. */
export function piecesOf(text: string, spans: MessageView['spans']): readonly Piece[] {
  const fields = Object.entries(spans)
    .flatMap(([field, given]) => (given === undefined ? [] : [{ field, ...given }]))
    .toSorted((a, b) => a.from - b.from || a.to - b.to);
  const pieces: Piece[] = [];
  let at = 0;
  for (const { field, from, to } of fields) {
    if (from < at || to > text.length || to <= from) continue;
    if (from > at) pieces.push({ text: text.slice(at, from), field: null, from: at });
    pieces.push({ text: text.slice(from, to), field, from });
    at = to;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), field: null, from: at });
  return pieces;
}
