/** A refusal in the desk's own words (RFC 9457), or that it could not be asked at all. */

/** `unreachable` is ours: the desk did not answer. Every other code is the desk's. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
}

export class RefusalError extends Error {
  override readonly name = 'RefusalError';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.detail);
    this.refusal = refusal;
  }
}

export const UNREACHABLE: Refusal = {
  status: 0,
  code: 'unreachable',
  title: 'The desk does not answer',
  detail:
    'The desk does not answer, and whether it took this in is not known. Sent again as it is, it is done once.',
};

/** Whether no answer came, so that nobody knows whether an act was done. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof RefusalError && error.refusal.code === UNREACHABLE.code;
}

/** What a body that should be a problem document says; never throws. */
export function refusalOf(status: number, body: unknown): Refusal {
  const said = typeof body === 'object' && body !== null ? body : {};
  const title = textOf(said, 'title') ?? `The desk answered ${status}`;
  return {
    status,
    code: textOf(said, 'code') ?? 'unknown',
    title,
    detail: textOf(said, 'detail') ?? title,
  };
}

function textOf(body: object, name: string): string | null {
  const value: unknown = Reflect.get(body, name);
  return typeof value === 'string' && value !== '' ? value : null;
}

/** One sentence for whatever went wrong. */
export function plainly(error: unknown): string {
  if (error instanceof RefusalError) return error.refusal.detail;
  return error instanceof Error ? error.message : 'Something went wrong on this page.';
}

/** Whether the desk has no such part: not built in, not configured, not there yet. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof RefusalError)) return false;
  const { status, code } = error.refusal;
  return status === 501 || code === 'not_available';
}
