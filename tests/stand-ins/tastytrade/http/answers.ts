/** Envelopes, errors and pages in the broker's shapes. */

import type { Json, JsonObject } from '../../support/json.ts';
import type { HttpReply } from '../../support/loopback.ts';
import type { Refusal } from '../engine/refusal.ts';

export interface Answer {
  readonly status: number;
  readonly body: JsonObject | null;
}

export interface Page {
  readonly items: readonly JsonObject[];
  readonly pagination: JsonObject;
}

const JSON_TYPE = { 'content-type': 'application/json' };

export function ok(data: Json, context: string, status = 200): Answer {
  return { status, body: { data, 'api-version': 'v1', context } };
}

export function list(items: readonly JsonObject[], context: string): Answer {
  return ok({ items }, context);
}

export function page({ items, pagination }: Page, context: string): Answer {
  return {
    status: 200,
    body: { data: { items }, 'api-version': 'v1', context, pagination },
  };
}

export function refuse(refusal: Refusal): Answer {
  return { status: refusal.status, body: { error: errorBody(refusal) } };
}

export function errorBody({ code, message, errors }: Refusal): JsonObject {
  const details = errors.map((each) => ({
    code: each.code,
    message: each.message,
    domain: each.domain,
    reason: each.reason,
    'preflight-id': each.preflightId ?? undefined,
  }));
  return { code, message, errors: details.length === 0 ? undefined : details };
}

/** `page-offset` counts pages from zero; it is over at the last of `total-pages`. */
export function paginate(
  items: readonly JsonObject[],
  query: URLSearchParams,
  usual: { readonly perPage: number; readonly perPageMax: number },
): Page {
  const perPage = Math.min(usual.perPageMax, positive(query.get('per-page')) ?? usual.perPage);
  const offset = positive(query.get('page-offset')) ?? 0;
  const shown = items.slice(offset * perPage, (offset + 1) * perPage);
  return {
    items: shown,
    pagination: {
      'per-page': perPage,
      'page-offset': offset,
      'item-offset': offset * perPage,
      'total-items': items.length,
      'total-pages': Math.max(1, Math.ceil(items.length / perPage)),
      'current-item-count': shown.length,
      'previous-link': null,
      'next-link': null,
      'paging-link-template': null,
    },
  };
}

export function toReply({ status, body }: Answer): HttpReply {
  const text = body === null ? '' : JSON.stringify(body);
  return { kind: 'answer', status, headers: JSON_TYPE, body: text };
}

/** A page of a proxy in front of the broker, as it answers a missing User-Agent. */
export function htmlReply(status: number): HttpReply {
  const title = `${status} ${status === 401 ? 'Authorization Required' : 'Bad Gateway'}`;
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
  return { kind: 'answer', status, headers: { 'content-type': 'text/html' }, body };
}

/** The values of `name`, `name[]` and of comma-separated lists. */
export function manyOf(query: URLSearchParams, name: string): readonly string[] {
  return [...query.getAll(name), ...query.getAll(`${name}[]`)]
    .flatMap((value) => value.split(','))
    .filter((value) => value !== '');
}

function positive(text: string | null): number | null {
  const number = text === null || text === '' ? Number.NaN : Number(text);
  return Number.isSafeInteger(number) && number >= 0 ? number : null;
}
