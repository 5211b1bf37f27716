/**
 * Logging in and out, and the second factor: what sets cookies, the server answers itself.
 *
 * Rules
 * 1. A login makes a new session and ends the one that came with it.
 * 2. What it changes in the file of operators is on disk as asked for before.
 */
import { z } from 'zod';
import { sha256Hex } from '#kernel/digest.ts';
import type { Clock } from '#kernel/time.ts';
import type { Caller } from '#operate/model.ts';
import type { ActRequest, Logins } from '#operate/ports.ts';
import type { HttpDesk, HttpOptions } from './desk.ts';
import { type Gatekeeper, refuseWhile } from './gatekeeper.ts';
import { createKnownBrowsers } from './known-browsers.ts';
import { isLocalAddress } from './origin.ts';
import { createCodeThrottle, createPasswordProof } from './password-proof.ts';
import { ProblemError, problem } from './problems.ts';
import type { Exchange, OwnRoute } from './routes.ts';
import { cookieOf, setCookie } from './session-cookie.ts';
import type { Session, Sessions } from './sessions.ts';
import type { Throttle } from './throttle.ts';
import { createTurns } from './turns.ts';

export interface SessionParts {
  readonly desk: Pick<HttpDesk, 'logins' | 'ledger'>;
  readonly options: HttpOptions;
  readonly gatekeeper: Gatekeeper;
  readonly sessions: Sessions;
  readonly clock: Clock;
}

/** Declared strictly in `operate/api/access.ts`; what passed there has these shapes. */
const KeyLogin = z.object({ key: z.string() });
const NameLogin = z.object({
  name: z.string(),
  password: z.string(),
  code: z.string().exactOptional(),
});
const WithCode = z.object({ code: z.string() });
const WithPassword = z.object({ password: z.string() });
const PasswordChange = z.object({ password: z.string(), next: z.string() });

export function createSessionRoutes(parts: SessionParts): Readonly<Record<string, OwnRoute>> {
  const { options, sessions, gatekeeper, clock } = parts;
  const codes = createCodeThrottle(clock);
  const logIn = createLogIn(parts, codes);
  return {
    'POST /api/v1/session': logIn,
    'GET /api/v1/session': ({ request, caller }) =>
      shown(parts, gatekeeper.session(request, 'look'), caller),
    'DELETE /api/v1/session': ({ request, reply }) => {
      const token = cookieOf(request, options);
      if (token !== null) sessions.close(token);
      setCookie(request, reply, null, options);
      return { loggedOut: true };
    },
    'PUT /api/v1/session/password': createPasswordChange(parts),
    ...createFactorRoutes(parts, codes),
  };
}

/** Logs a browser of this machine in by itself, where that is configured. */
export function welcome(
  parts: SessionParts,
  { request, reply }: Pick<Exchange, 'request' | 'reply'>,
): void {
  const { options, sessions, gatekeeper } = parts;
  const { localCaller } = options;
  if (localCaller === null || !isLocalAddress(request.ip)) return;
  if (gatekeeper.session(request, 'look') !== null) return;
  setCookie(request, reply, sessions.open(localCaller, 'local').token, options);
}

function createLogIn(parts: SessionParts, codes: Throttle): OwnRoute {
  const { desk, options, sessions, gatekeeper, clock } = parts;
  const browsers = createKnownBrowsers(options);
  const byPassword = createPasswordProof({ logins: desk.logins, clock, browsers, codes });

  async function prove(exchange: Exchange) {
    const { request, body } = exchange;
    const byKey = KeyLogin.safeParse(body);
    if (byKey.success) {
      const caller = await gatekeeper.prove(request, byKey.data.key);
      return { caller, method: 'key', isProved: false } as const;
    }
    const login = NameLogin.parse(body);
    const proved = await byPassword(request, login, ({ id }) => hold(parts, exchange, id));
    return { ...proved, method: 'password' } as const;
  }

  return async (exchange) => {
    const { request, reply } = exchange;
    try {
      const { caller, method, isProved } = await prove(exchange);
      const before = cookieOf(request, options);
      if (before !== null) sessions.close(before);
      const { token } = sessions.open(caller, method);
      if (isProved) sessions.proved(token);
      setCookie(request, reply, token, options);
      if (method === 'password') browsers.remember(request, reply, nameOf(caller));
      note(parts, exchange, caller.id, null);
      return shown(parts, sessions.find(token, 'look'), caller);
    } catch (error) {
      noteFailure(parts, exchange, error);
      throw error;
    }
  };
}

/** Takes the password that is to go: an open page alone must not lock its person out. */
function createPasswordChange(parts: SessionParts): OwnRoute {
  const { desk, options, sessions, clock } = parts;
  const attempts = createCodeThrottle(clock);
  const inTurn = createTurns();

  return async (exchange) => {
    const { request, reply, caller, body } = exchange;
    const person = personOf(desk.logins, caller);
    const token = tokenOf(request, options);
    const { password, next } = PasswordChange.parse(body);
    const isChanged = await inTurn(async () => {
      refuseWhile(attempts.waitMs(person.id));
      if ((await desk.logins.verify(nameOf(person), password)) === null) {
        throw wrongCode(attempts, person);
      }
      await hold(parts, exchange, person.id);
      return desk.logins.changePassword(person.id, next);
    });
    // As they are by now: the role may have been changed while the password was looked at.
    const standing = desk.logins.standing(person.id);
    if (!isChanged || standing === null) {
      throw new ProblemError(problem('not_found', 'no such person'));
    }
    attempts.succeeded(person.id);
    sessions.close(token);
    const now = { id: person.id, role: standing.role };
    const opened = sessions.open(now, 'password');
    setCookie(request, reply, opened.token, options);
    note(parts, exchange, person.id, null);
    return shown(parts, opened.session, now);
  };
}

function createFactorRoutes(
  parts: SessionParts,
  codes: Throttle,
): Readonly<Record<string, OwnRoute>> {
  const { desk, options, sessions } = parts;
  const { logins } = desk;

  /** Who asked, once that is on disk. */
  async function held(exchange: Exchange): Promise<Caller> {
    const person = personOf(logins, exchange.caller);
    refuseWhile(codes.waitMs(person.id));
    await hold(parts, exchange, person.id);
    // Wrong codes sent at once count as those sent one after another.
    refuseWhile(codes.waitMs(person.id));
    return person;
  }

  /** The session's token, once the code was right. */
  async function takeCode(exchange: Exchange, codeOf: typeof WithCode): Promise<string> {
    const token = tokenOf(exchange.request, options);
    const person = await held(exchange);
    if (!logins.takeCode(person.id, codeOf.parse(exchange.body).code)) {
      throw wrongCode(codes, person);
    }
    codes.succeeded(person.id);
    return token;
  }

  return {
    'POST /api/v1/session/totp': async (exchange) => {
      const token = await takeCode(exchange, WithCode);
      sessions.proved(token);
      note(parts, exchange, exchange.caller?.id ?? '', null);
      return shown(parts, sessions.find(token, 'look'), exchange.caller);
    },
    'POST /api/v1/session/totp/enrolment': async (exchange) => {
      const person = personOf(logins, exchange.caller);
      tokenOf(exchange.request, options);
      if (logins.totp(person.id) === 'on') {
        throw new ProblemError(problem('refused', 'give the one you have up first'), person);
      }
      refuseWhile(codes.waitMs(person.id));
      const { password } = WithPassword.parse(exchange.body);
      if ((await logins.verify(nameOf(person), password)) === null) throw wrongCode(codes, person);
      const begun = logins.enrol(person.id);
      if (begun === null) throw new ProblemError(problem('not_found', 'no such person'));
      note(parts, exchange, person.id, null);
      return begun;
    },
    'PUT /api/v1/session/totp/enrolment': async (exchange) => {
      const token = tokenOf(exchange.request, options);
      const person = await held(exchange);
      const recoveryCodes = logins.confirmEnrolment(person.id, WithCode.parse(exchange.body).code);
      if (recoveryCodes === null) throw wrongCode(codes, person);
      sessions.proved(token);
      note(parts, exchange, person.id, null);
      return { recoveryCodes };
    },
    'DELETE /api/v1/session/totp': async (exchange) => {
      const token = await takeCode(exchange, WithCode);
      const person = personOf(logins, exchange.caller);
      logins.dropTotp(person.id);
      sessions.proved(token);
      note(parts, exchange, person.id, null);
      return { done: true, detail: 'the second factor is given up' };
    },
  };
}

function nameOf({ id }: Caller): string {
  return id.slice(id.indexOf(':') + 1);
}

function wrongCode(codes: Throttle, person: Caller): ProblemError {
  codes.failed(person.id);
  return new ProblemError(problem('forbidden', 'this is not right'), person);
}

/** A second factor is a person's: keys have none. */
function personOf(logins: Logins, caller: Caller | null): Caller {
  if (caller !== null && logins.totp(caller.id) !== 'none') return caller;
  const detail = 'this is for people who log in with a password';
  throw new ProblemError(problem('refused', detail), caller);
}

function tokenOf(request: Exchange['request'], options: HttpOptions): string {
  const token = cookieOf(request, options);
  if (token !== null) return token;
  throw new ProblemError(problem('refused', 'this is for people who are logged in at the page'));
}

function shown(
  { desk: { logins }, options, gatekeeper, clock }: SessionParts,
  session: Session | null,
  caller: Caller | null,
): unknown {
  const totp = caller === null ? 'none' : logins.totp(caller.id);
  const asked = gatekeeper.needsCode(session) ? 'needed' : 'fresh';
  const leftMs = session === null ? null : session.endsAt - clock.mono();
  return {
    caller: caller?.id ?? '',
    role: caller?.role ?? 'viewer',
    csrf: session?.csrf ?? null,
    method: session?.method ?? 'bearer',
    endsAt: leftMs === null ? null : new Date(clock.now() + leftMs).toISOString(),
    idleMs: session === null ? null : options.sessionIdleMs,
    totp: totp === 'on' ? asked : totp,
  };
}

/** On disk before something is changed; how it ended is noted after, or as a denial. */
async function hold({ desk }: SessionParts, exchange: Exchange, caller: string): Promise<void> {
  const about = aboutOf(exchange, caller);
  await desk.ledger.hold({ ...about, digest: sha256Hex(about.line) });
}

function note(
  { desk }: SessionParts,
  exchange: Exchange,
  caller: string,
  problemCode: string | null,
): void {
  desk.ledger.note(aboutOf(exchange, caller), problemCode === null ? 200 : 401, problemCode);
}

function aboutOf({ request, endpoint }: Exchange, caller: string): ActRequest {
  const line = `${endpoint.method} ${endpoint.path}`;
  return { caller, line, address: request.ip, requestId: request.id };
}

/** Attempts under the name of somebody who is known; strangers fill no disk. */
function noteFailure(parts: SessionParts, exchange: Exchange, error: unknown): void {
  const login = NameLogin.safeParse(exchange.body);
  if (!login.success || !(error instanceof ProblemError)) return;
  const caller = `operator:${login.data.name}`;
  const isCounted = error.problem.code === 'unauthenticated';
  if (isCounted && parts.desk.logins.standing(caller) !== null) {
    note(parts, exchange, caller, error.problem.code);
  }
}
