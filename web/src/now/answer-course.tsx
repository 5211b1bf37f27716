/** What became of a message just sent: step by step, and on as the trade goes on. */
import { Button } from '@mantine/core';
import { Link } from 'wouter';
import { useLive } from '../api/live-store.ts';
import type { AnswerJson } from '../api/types.ts';
import { alertPath, tradePath } from '../shell/paths.ts';
import { courseOf } from './course.ts';
import { setDraft } from './draft.ts';

const SIGNS = { done: '✓', now: '●', failed: '✕', ahead: '○' } as const;
const TONES = { done: 'good', now: 'warn', failed: 'bad', ahead: 'quiet' } as const;
const SAYS = { done: 'done', now: 'under way', failed: 'stopped', ahead: 'to come' } as const;

export function AnswerCourse({ answer }: { readonly answer: AnswerJson }) {
  const { tradeId, reason, repairs } = answer;
  const trade = useLive(({ trades }) => (tradeId === undefined ? undefined : trades.get(tradeId)));
  const understood = useLive(({ messages }) => messages.get(answer.message)?.understood ?? null);
  return (
    <div className="stack tight" aria-live="polite" data-testid="course">
      <h3>What happened</h3>
      <ol className="course">
        {courseOf(answer, trade ?? null, understood).map(({ name, detail, state }) => (
          <li key={name} className={state}>
            <span className={TONES[state]} role="img" aria-label={SAYS[state]}>
              {SIGNS[state]}
            </span>
            <span>
              <strong>{name}</strong> {detail}
            </span>
          </li>
        ))}
      </ol>
      {reason !== undefined && (
        <p className="note">
          {reason.means} {reason.remedy}
        </p>
      )}
      <Repairs repairs={repairs} />
      <p className="small row">
        <Link href={alertPath(answer.message)}>Why, in full</Link>
        {tradeId !== undefined && <Link href={tradePath(tradeId)}>Its trade</Link>}
      </p>
    </div>
  );
}

/** Suggestions are never taken by themselves: a person puts one into the form and sends it. */
function Repairs({ repairs }: Pick<AnswerJson, 'repairs'>) {
  if (repairs.length === 0) return null;
  return (
    <ul className="stack tight">
      {repairs.map(({ text, why }) => (
        <li key={text} className="note">
          Did you mean <code>{text}</code> <span className="quiet">({why})</span>{' '}
          <Button size="compact-xs" variant="default" onClick={() => setDraft(text)}>
            Use it
          </Button>
        </li>
      ))}
    </ul>
  );
}
