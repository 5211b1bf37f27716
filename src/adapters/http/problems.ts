/** Errors as RFC 9457 problem documents: a stable code, a sentence, never a stack trace. */
import { JournalUnwritable } from '#journal/ports.ts';
import { type Caller, PROBLEMS, type ProblemCode } from '#operate/model.ts';
import type { ApiProblem } from '#operate/ports.ts';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors?: ApiProblem['errors'];
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

export function problem(code: ProblemCode, detail: string, errors?: ApiProblem['errors']): Problem {
  const { status, title } = PROBLEMS[code];
  const type = `urn:strikewire:problem:${code.replaceAll('_', '-')}`;
  return { type, title, status, code, detail, ...(errors === undefined ? {} : { errors }) };
}

/** Thrown inside the server alone, to leave a handler with a problem. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  /** Who was refused, when that is known. */
  readonly caller: Caller | null;

  constructor(given: Problem, caller: Caller | null = null) {
    super(given.detail);
    this.problem = given;
    this.caller = caller;
  }
}

/** The problem a framework error stands for; `internal` for everything that is a defect. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof JournalUnwritable) {
    return problem(
      'not_recorded',
      'the journal cannot be written; the desk takes its entries back',
    );
  }
  const { code, status } = facts(error);
  if (status === 413) return problem('body_too_large', 'expected a body of at most 100 KB');
  if (status === 415) {
    return problem('wrong_content_type', 'expected the content type application/json');
  }
  if (status === 408) return problem('timed_out', 'send the whole request at once');
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') {
    return problem('malformed', 'expected a JSON body, was empty');
  }
  if (code === 'FST_ERR_BAD_URL')
    return problem('malformed', 'expected a path that can be decoded');
  if (status === 414) return problem('not_found', 'no such path');
  if (status === 400) return problem('malformed', 'expected well-formed JSON');
  return problem('internal', 'the failure is in the log under this request id');
}

function facts(error: unknown): { readonly code: string; readonly status: number } {
  if (!(error instanceof Error)) return { code: '', status: 500 };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const status =
    'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  return { code, status };
}
