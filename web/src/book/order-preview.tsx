/** What an order would become: how it is read, and what stops it. */
import { Button } from '@mantine/core';
import { useLive } from '../api/live-store.ts';
import type { AnswerJson } from '../api/types.ts';
import { courseOf } from '../now/course.ts';
import { Gates } from '../parts/reasons.tsx';

interface OrderPreviewProps {
  readonly answer: AnswerJson;
  /** Takes a suggestion into the form. */
  readonly onUse: (text: string) => void;
}

export function OrderPreview({ answer, onUse }: OrderPreviewProps) {
  const { gates, reason, repairs, verdict } = answer;
  const understood = useLive(({ messages }) => messages.get(answer.message)?.understood ?? null);
  const isTaken = verdict === 'order' || verdict === 'exit';
  return (
    <div className="stack tight" aria-live="polite">
      {courseOf(answer, null, understood).map(({ name, detail, state }) => (
        <p key={name} className={state === 'failed' ? 'bad' : undefined}>
          <strong>{name}</strong> {detail}
        </p>
      ))}
      {reason !== undefined && !isTaken && (
        <p className="note">
          {reason.means} {reason.remedy}
        </p>
      )}
      {repairs.map(({ text, why }) => (
        <p key={text} className="note">
          Did you mean <code>{text}</code> <span className="quiet">({why})</span>{' '}
          <Button size="compact-xs" variant="default" onClick={() => onUse(text)}>
            Use it
          </Button>
        </p>
      ))}
      {gates.length > 0 && (
        <details>
          <summary>Every gate ({gates.length})</summary>
          <Gates gates={gates} />
        </details>
      )}
    </div>
  );
}
