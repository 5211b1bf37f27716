/**
 * Who is let in: every request passes here before its body is read.
 *
 * Rules
 * 1. A route without a declared role is refused: access is granted, never left open.
 * 2. A name that is not ours and a page of another site are refused whatever they present.
 * 3. A key proves a program, a cookie proves the page; acts of the page also carry its token.
 * 4. An unknown key and a wrong one get the same answer.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '#kernel/time.ts';
import { type Caller, covers, type Role } from '#operate/model.ts';
import type { HttpOptions } from './desk.ts';
import { isAllowedHost, isLocalAddress, isOwnOrigin, isSameSite } from './origin.ts';
import { ProblemError, problem } from './problems.ts';
import { createSessions, readCookie, type Session } from './sessions.ts';
import { createThrottle } from './throttle.ts';

export type Access = Role | 'public';

export interface Gatekeeper {
  /** Refuses by throwing a problem; `null` is an anonymous caller of a public route. */
  admit(request: FastifyRequest, access: Access): Promise<Caller | null>;
  /** Logs a page in with a key. */
  logIn(request: FastifyRequest, reply: FastifyReply, key: string): Promise<Session>;
  /** Logs a browser of this machine in by itself, where that is configured. */
  welcome(request: FastifyRequest, reply: FastifyReply): void;
  logOut(request: FastifyRequest, reply: FastifyReply): void;
  session(request: FastifyRequest): Session | null;
}

const CSRF_HEADER = 'x-csrf-token';

export function createGatekeeper(options: HttpOptions, clock: Clock): Gatekeeper {
  const sessions = createSessions(clock, options.sessionMs);
  const prove = createProof(options, clock);

  function session(request: FastifyRequest): Session | null {
    const token = readCookie(request.headers.cookie, cookieName(request));
    return token === null ? null : sessions.find(token);
  }

  async function identify(request: FastifyRequest): Promise<Caller> {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      return prove(request, /^Bearer (\S+)$/i.exec(authorization)?.[1] ?? '');
    }
    const found = session(request);
    if (found === null) {
      const detail = 'send a key as "Authorization: Bearer ak_…", or open the page and log in';
      throw new ProblemError(problem('unauthenticated', detail));
    }
    if (!isRead(request) && request.headers[CSRF_HEADER] !== found.csrf) {
      throw new ProblemError(problem('cross_site', `expected the page's own ${CSRF_HEADER}`));
    }
    return found.caller;
  }

  return {
    session,
    async admit(request, access) {
      checkOrigin(request, options.allowedHosts);
      if (access === 'public') return null;
      const caller = await identify(request);
      if (covers(caller.role, access)) return caller;
      const detail = `needs the role ${access}, was ${caller.role}`;
      throw new ProblemError(problem('forbidden', detail), caller);
    },
    async logIn(request, reply, key) {
      const opened = sessions.open(await prove(request, key));
      setCookie(request, reply, opened.token, options);
      return opened.session;
    },
    welcome(request, reply) {
      const { localCaller } = options;
      if (localCaller === null || !isLocalAddress(request.ip) || session(request) !== null) return;
      setCookie(request, reply, sessions.open(localCaller).token, options);
    },
    logOut(request, reply) {
      const token = readCookie(request.headers.cookie, cookieName(request));
      if (token !== null) sessions.close(token);
      setCookie(request, reply, '', options);
    },
  };
}

/** Whose key it is; a wrong one counts against the address that sent it. */
function createProof(options: HttpOptions, clock: Clock) {
  const throttle = createThrottle(clock);
  return async (request: FastifyRequest, key: string): Promise<Caller> => {
    const name = /^ak_[a-z2-7]{12}_/.exec(key)?.[0] ?? '(malformed)';
    const waitMs = throttle.waitMs(request.ip, name);
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1_000);
      throw new ProblemError(problem('too_many_attempts', `try again in ${seconds} s`));
    }
    const caller = options.authenticate(key);
    if (caller !== null) {
      throttle.succeeded(request.ip, name);
      return caller;
    }
    throttle.failed(request.ip, name);
    await held(clock, throttle.delayMs());
    throw new ProblemError(problem('unauthenticated', 'this key is not known here'));
  };
}

function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  value: string,
  { sessionMs, behindProxy }: HttpOptions,
): void {
  const seconds = value === '' ? 0 : Math.floor(sessionMs / 1_000);
  const attributes = [
    `${cookieName(request)}=${value}`,
    'Path=/',
    `Max-Age=${seconds}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(behindProxy ? ['Secure'] : []),
  ];
  reply.header('set-cookie', attributes.join('; '));
}

function checkOrigin(request: FastifyRequest, allowedHosts: readonly string[]): void {
  const { host, origin } = request.headers;
  if (!isAllowedHost(host, allowedHosts)) {
    const detail = 'add this host name to http.allowedHosts if it is yours';
    throw new ProblemError(problem('wrong_host', detail));
  }
  const fetchSite = request.headers['sec-fetch-site'];
  const site = typeof fetchSite === 'string' ? fetchSite : undefined;
  // Following a link to the page from elsewhere is fine: it changes and reveals nothing.
  const isNavigation = isRead(request) && request.headers['sec-fetch-mode'] === 'navigate';
  if (isOwnOrigin(origin, host) && (isSameSite(site) || isNavigation)) return;
  throw new ProblemError(problem('cross_site', 'open the page of this desk itself'));
}

function isRead(request: FastifyRequest): boolean {
  return request.method === 'GET' || request.method === 'HEAD';
}

/** Cookies know no ports: the name does, so that two desks on one machine stay apart. */
function cookieName(request: FastifyRequest): string {
  return `strikewire_${request.socket.localPort ?? 0}`;
}

async function held(clock: Clock, ms: number): Promise<void> {
  if (ms === 0) return;
  await new Promise<void>((resolve) => {
    clock.after(ms, resolve);
  });
}
