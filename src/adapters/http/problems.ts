/** Errors as RFC 9457 problem documents: a stable code, a sentence, never a stack trace. */
import { JournalUnwritable } from '#journal/ports.ts';

import type { Caller } from '#operate/model.ts';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
}

export interface FieldError {
  /** JSON pointer into the body: `/text`. */
  readonly pointer: string;
  readonly detail: string;
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Every refusal of the HTTP side: stable code, status, title. */
export const PROBLEMS = {
  malformed: { status: 400, title: 'The request cannot be read' },
  unauthenticated: { status: 401, title: 'A valid key is needed' },
  forbidden: { status: 403, title: 'Not permitted' },
  wrong_host: { status: 403, title: 'Not reachable under this name' },
  cross_site: { status: 403, title: 'Requests from other sites are refused' },
  not_found: { status: 404, title: 'There is nothing here' },
  method_not_allowed: { status: 405, title: 'This method is not offered here' },
  timed_out: { status: 408, title: 'The request took too long to arrive' },
  refused: { status: 409, title: 'The desk refused' },
  body_too_large: { status: 413, title: 'The body is too large' },
  wrong_content_type: { status: 415, title: 'The body must be JSON' },
  invalid: { status: 422, title: 'The body does not fit' },
  too_many_attempts: { status: 429, title: 'Too many failed attempts' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  internal: { status: 500, title: 'The desk failed to answer' },
  not_recorded: { status: 503, title: 'The desk records nothing more' },
  not_ready: { status: 503, title: 'The desk cannot trade yet' },
  too_many_streams: { status: 503, title: 'Too many event streams are open' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

export function problem(
  code: ProblemCode,
  detail: string,
  errors?: readonly FieldError[],
): Problem {
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
