/** Cookies of the page: no script reads them, no other site sends them. */
import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

export interface CookieRules {
  readonly behindProxy: boolean;
  readonly sessionMs: number;
}

/** The one that holds a session's token. */
const SESSION = '';

export function cookieOf(request: FastifyRequest, rules: CookieRules): string | null {
  return readCookie(request, SESSION, rules);
}

/** `null`: none any more. */
export function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  token: string | null,
  rules: CookieRules,
): void {
  const maxAge = token === null ? 0 : Math.floor(rules.sessionMs / 1_000);
  writeCookie({ request, reply, rules }, SESSION, { value: token ?? '', maxAge });
}

/** `stem` tells it from the session's own. */
export function readCookie(
  request: FastifyRequest,
  stem: string,
  rules: CookieRules,
): string | null {
  const { cookie } = request.headers;
  if (cookie === undefined) return null;
  return request.server.parseCookie(cookie)[nameOf(stem, request, rules)] ?? null;
}

interface Writing {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly rules: CookieRules;
}

/** `maxAge` in seconds. */
export function writeCookie(
  { request, reply, rules }: Writing,
  stem: string,
  { value, maxAge }: { readonly value: string; readonly maxAge: number },
): void {
  const options: CookieSerializeOptions = {
    ...{ path: '/', maxAge, httpOnly: true, sameSite: 'strict' },
    ...(rules.behindProxy && { secure: true }),
  };
  reply.setCookie(nameOf(stem, request, rules), value, options);
}

/**
 * Cookies know no ports: the name does, so that two desks on one machine stay apart. `__Host-`
 * keeps names beside this one from planting a cookie here; browsers take it with `Secure` alone.
 */
function nameOf(stem: string, { socket }: FastifyRequest, { behindProxy }: CookieRules): string {
  const kind = stem === '' ? '' : `${stem}_`;
  return `${behindProxy ? '__Host-' : ''}strikewire_${kind}${socket.localPort ?? 0}`;
}
