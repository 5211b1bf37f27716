/** Shows an answer; until it is there, says so, and says plainly why when it cannot come. */
import type { ReactNode } from 'react';
import { isUnavailable, plainly } from '../api/problem.ts';
import { Empty } from './panel.tsx';

interface Asked<Answer> {
  readonly data: Answer | undefined;
  readonly error: Error | null;
}

interface AnsweredProps<Answer> {
  readonly query: Asked<Answer>;
  /** What is missing, when the desk has no such part: `Authors’ figures`. */
  readonly what: string;
  readonly children: (answer: Answer) => ReactNode;
}

export function Answered<Answer>({ query, what, children }: AnsweredProps<Answer>) {
  const { data, error } = query;
  if (error !== null && isUnavailable(error)) {
    return (
      <Empty>
        {what}: not on this desk. {plainly(error)}
      </Empty>
    );
  }
  return (
    <>
      {error !== null && (
        <p className="note bad" role="alert">
          {plainly(error)}
          {data !== undefined && ' What stands here is older.'}
        </p>
      )}
      {data === undefined ? error === null && <Empty>Asking the desk…</Empty> : children(data)}
    </>
  );
}
