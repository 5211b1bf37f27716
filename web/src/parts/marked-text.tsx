/** A message as it was written, with a mark under every character something was read from. */
import type { ReactNode } from 'react';
import type { MessageView } from '../api/types.ts';
import { piecesOf } from './pieces.ts';

export function MarkedText({ text, spans }: Pick<MessageView, 'text' | 'spans'>): ReactNode {
  return (
    <p className="said">
      {piecesOf(text, spans).map((piece) =>
        piece.field === null ? (
          piece.text
        ) : (
          <mark key={piece.from} className={piece.field} title={piece.field}>
            {piece.text}
          </mark>
        ),
      )}
    </p>
  );
}
