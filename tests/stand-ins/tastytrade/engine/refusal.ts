/** Requests the broker does not take, in the shapes of its error bodies. */

export interface RefusalDetail {
  readonly code?: string;
  readonly message?: string;
  readonly domain?: string;
  readonly reason?: string;
  readonly preflightId?: string | null;
}

export interface Refusal {
  readonly kind: 'refusal';
  readonly status: number;
  readonly code: string | number;
  readonly message: string;
  readonly errors: readonly RefusalDetail[];
}

/** 400: the form of the request is wrong. */
export function invalid(domain: string, reason: string): Refusal {
  return {
    kind: 'refusal',
    status: 400,
    code: 'validation_error',
    message: 'Request validation failed',
    errors: [{ domain, reason }],
  };
}

/** 422: understood, and not done. */
export function failedPreflight(
  code: string,
  message: string,
  preflightId: string | null,
): Refusal {
  return {
    kind: 'refusal',
    status: 422,
    code: 'preflight_check_failure',
    message: 'One or more preflight checks failed',
    errors: [{ code, message, preflightId }],
  };
}

export function refused(status: number, code: string | number, message: string): Refusal {
  return { kind: 'refusal', status, code, message, errors: [] };
}

export const ORDER_NOT_FOUND = refused(404, 'record_not_found', "Couldn't find Order");
export const CANNOT_UPDATE = refused(
  422,
  'cannot_update_order',
  'The order could not be cancelled or replaced in its present status.',
);
