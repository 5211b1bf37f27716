/** What became of a message just sent: step by step, and on as the trade goes on. */
import { Link } from 'wouter';
import { useLive } from '../api/live-store.ts';
import type { AnswerJson } from '../api/types.ts';
import { Repair } from '../parts/message-acts.tsx';
import { alertPath, tradePath } from '../shell/paths.ts';
import { courseOf } from './course.ts';

const SIGNS = { done: '✓', now: '●', failed: '✕', ahead: '○' } as const;
const TONES = { done: 'good', now: 'warn', failed: 'bad', ahead: 'quiet' } as const;
const SAYS = { done: 'done', now: 'under way', failed: 'stopped', ahead: 'to come' } as const;

export function AnswerCourse({ answer }: { readonly answer: AnswerJson }) {
  const { tradeId, reason, repairs, verdict } = answer;
  const isTaken = verdict === 'order' || verdict === 'exit';
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
      {reason !== undefined && !isTaken && (
        <p className="note">
          {reason.means} {reason.remedy}
        </p>
      )}
      {repairs.map((repair) => (
        <Repair key={repair.text} repair={repair} />
      ))}
      <p className="small row">
        <Link href={alertPath(answer.message)}>Why, in full</Link>
        {tradeId !== undefined && <Link href={tradePath(tradeId)}>Its trade</Link>}
      </p>
    </div>
  );
}
