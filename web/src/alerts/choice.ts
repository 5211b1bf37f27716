/** Which messages are chosen: by what became of them, and by words. */
import type { MessageView } from '../api/types.ts';

export const KINDS = ['all', 'instructions', 'traded', 'held', 'refused', 'chatter'] as const;
type Kind = (typeof KINDS)[number];

export interface MessageChoice {
  readonly kind: Kind;
  /** In any case; of the text, the author, the channel or the code. */
  readonly words: string;
}

export const NO_CHOICE: MessageChoice = { kind: 'all', words: '' };

const FITS: Readonly<Record<Kind, (message: MessageView) => boolean>> = {
  all: () => true,
  instructions: ({ verdict }) => verdict !== null && verdict !== 'chatter',
  traded: ({ outcome }) => outcome === 'accepted' || outcome === 'previewed',
  held: ({ outcome }) => outcome === 'held',
  refused: ({ outcome }) => outcome === 'refused',
  chatter: ({ verdict }) => verdict === 'chatter',
};

export function fits(message: MessageView, { kind, words }: MessageChoice): boolean {
  if (!FITS[kind](message)) return false;
  const wanted = words.trim().toLowerCase();
  const { text, author, channel, code, understood } = message;
  return (
    wanted === '' ||
    [text, author.name, author.id, channel, code ?? '', understood ?? ''].some((said) =>
      said.toLowerCase().includes(wanted),
    )
  );
}
