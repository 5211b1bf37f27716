/** The cookie that holds a session's token: no script reads it, no other site sends it. */
import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

interface CookieRules {
  readonly behindProxy: boolean;
  readonly sessionMs: number;
}

export function cookieOf(request: FastifyRequest, rules: CookieRules): string | null {
  const { cookie } = request.headers;
  if (cookie === undefined) return null;
  return request.server.parseCookie(cookie)[nameOf(request, rules)] ?? null;
}

/** `null`: none any more. */
export function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  token: string | null,
  rules: CookieRules,
): void {
  const options: CookieSerializeOptions = {
    path: '/',
    maxAge: token === null ? 0 : Math.floor(rules.sessionMs / 1_000),
    httpOnly: true,
    sameSite: 'strict',
    ...(rules.behindProxy && { secure: true }),
  };
  reply.setCookie(nameOf(request, rules), token ?? '', options);
}

/**
 * Cookies know no ports: the name does, so that two desks on one machine stay apart. `__Host-`
 * keeps names beside this one from planting a cookie here; browsers take it with `Secure` alone.
 */
function nameOf({ socket }: FastifyRequest, { behindProxy }: CookieRules): string {
  return `${behindProxy ? '__Host-' : ''}strikewire_${socket.localPort ?? 0}`;
}
