/** A state in a word, with a colour and a sign for it. */
import type { ReactNode } from 'react';

export type Tone = 'good' | 'bad' | 'warn' | 'info' | 'plain';

const SIGNS: Readonly<Record<Tone, string>> = {
  good: '✓',
  bad: '✕',
  warn: '!',
  info: '●',
  plain: '',
};

interface ChipProps {
  readonly tone?: Tone;
  readonly title?: string | undefined;
  readonly children: ReactNode;
}

export function Chip({ tone = 'plain', title, children }: ChipProps) {
  return (
    <span className={`chip ${tone}`} title={title}>
      {SIGNS[tone] !== '' && <span aria-hidden>{SIGNS[tone]}</span>}
      {children}
    </span>
  );
}
