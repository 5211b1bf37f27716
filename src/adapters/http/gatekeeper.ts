/**
 * Who is let in: every request passes here before its body is read.
 *
 * Rules
 * 1. A route without a declared role is refused: access is granted, never left open.
 * 2. A name that is not ours and a page of another site are refused whatever they present.
 * 3. A key proves a program, a cookie proves the page; acts of the page also carry its token.
 * 4. An unknown key and a wrong one get the same answer.
 * 5. Whoever has a second factor proves it before an act of an admin.
 */
import type { FastifyRequest } from 'fastify';
import type { Clock } from '#kernel/time.ts';
import { type Access, type Caller, covers } from '#operate/model.ts';
import type { Logins } from '#operate/ports.ts';
import type { HttpOptions } from './desk.ts';
import { isAllowedHost, isOwnOrigin, isSameSite, networkOf } from './origin.ts';
import { ProblemError, problem } from './problems.ts';
import { cookieOf } from './session-cookie.ts';
import type { Session, Sessions } from './sessions.ts';
import { createThrottle } from './throttle.ts';

/** Who asks, and how they showed it. */
export interface Admitted {
  /** `null`: an anonymous caller of a public route. */
  readonly caller: Caller | null;
  /** `null` for a key. */
  readonly session: Session | null;
}

export interface Gatekeeper {
  /** Refuses by throwing a problem. */
  admit(request: FastifyRequest, access: Access): Promise<Admitted>;
  /** Whose key it is; refuses by throwing. */
  prove(request: FastifyRequest, key: string): Promise<Caller>;
  /** The session of a request, if it has one; `touch`: it counts as in use. */
  session(request: FastifyRequest, touch: 'touch' | 'look'): Session | null;
  /** Whether a second factor is asked for before an act of an admin. */
  needsCode(session: Session | null): boolean;
  /** Asked again while a stream is open. */
  isStillAllowed(request: FastifyRequest, caller: Caller): boolean;
}

const CSRF_HEADER = 'x-csrf-token';
const KEY_FAILURES_MAX = 5;
/** How long a second factor counts. */
const PROVED_MS = 15 * 60_000;

export interface GateParts {
  readonly options: HttpOptions;
  readonly logins: Logins;
  readonly sessions: Sessions;
  readonly clock: Clock;
}

export function createGatekeeper({ options, logins, sessions, clock }: GateParts): Gatekeeper {
  const prove = createProof(options, clock);

  function session(request: FastifyRequest, touch: 'touch' | 'look'): Session | null {
    const token = cookieOf(request, options);
    return token === null ? null : sessions.find(token, touch);
  }

  async function identify(request: FastifyRequest): Promise<Admitted & { caller: Caller }> {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const key = /^Bearer (\S+)$/i.exec(authorization)?.[1] ?? '';
      return { caller: await prove(request, key), session: null };
    }
    const found = session(request, 'touch');
    if (found === null) {
      const detail = 'send a key as "Authorization: Bearer ak_…", or open the page and log in';
      throw new ProblemError(problem('unauthenticated', detail));
    }
    if (!isRead(request) && request.headers[CSRF_HEADER] !== found.csrf) {
      const detail = `expected the page's own ${CSRF_HEADER}`;
      throw new ProblemError(problem('cross_site', detail), found.caller);
    }
    return { caller: found.caller, session: found };
  }

  function needsCode(given: Session | null): boolean {
    if (given?.method !== 'password' || logins.totp(given.caller.id) !== 'on') return false;
    return given.provedAt === null || clock.mono() - given.provedAt >= PROVED_MS;
  }

  return {
    prove,
    session,
    needsCode,
    async admit(request, access) {
      checkOrigin(request, options.allowedHosts);
      if (access === 'public') return { caller: null, session: null };
      const admitted = await identify(request);
      const { caller } = admitted;
      if (!covers(caller.role, access)) {
        const detail = `needs the role ${access}, was ${caller.role}`;
        throw new ProblemError(problem('forbidden', detail), caller);
      }
      if (access === 'admin' && !isRead(request) && needsCode(admitted.session)) {
        throw new ProblemError(problem('totp_needed', NEEDS_CODE), caller);
      }
      return admitted;
    },
    isStillAllowed(request, caller) {
      const isByKey = request.headers.authorization !== undefined;
      if (!isByKey) return session(request, 'look') !== null;
      return options.standing(caller.id)?.role === caller.role;
    },
  };
}

const NEEDS_CODE = 'give a code of your authenticator first (POST /api/v1/session/totp)';

/**
 * Whose key it is. The right one is let in whatever was tried before: nobody guesses 256 bits, and
 * whoever knows an id must not be able to shut its owner out. Wrong ones wait, by address and id.
 */
function createProof(options: HttpOptions, clock: Clock): Gatekeeper['prove'] {
  const throttle = createThrottle(clock, KEY_FAILURES_MAX, 'forget');
  return async (request, key) => {
    const caller = options.authenticate(key);
    if (caller !== null) return caller;
    const name = /^ak_[a-z2-7]{12}_/.exec(key)?.[0] ?? '(malformed)';
    const what = `${networkOf(request.ip)} ${name}`;
    refuseWhile(throttle.waitMs(what));
    throttle.failed(what);
    await held(clock, throttle.delayMs());
    throw new ProblemError(problem('unauthenticated', 'this key is not known here'));
  };
}

export function refuseWhile(waitMs: number): void {
  if (waitMs <= 0) return;
  const seconds = Math.ceil(waitMs / 1_000);
  throw new ProblemError(problem('too_many_attempts', `try again in ${seconds} s`));
}

export async function held(clock: Clock, ms: number): Promise<void> {
  if (ms === 0) return;
  await new Promise<void>((resolve) => {
    clock.after(ms, resolve);
  });
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
