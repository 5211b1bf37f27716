/**
 * Logging in and out, and the second factor: what sets cookies, the server answers itself.
 *
 * Rules
 * 1. A name locks after five wrong passwords, for the right one too, and an address after twenty.
 * 2. A login makes a new session and ends the one that came with it.
 * 3. Only a few passwords are looked at at once: each takes memory.
 */
import { z } from 'zod';
import type { Clock } from '#kernel/time.ts';
import type { Caller } from '#operate/model.ts';
import type { Logins } from '#operate/ports.ts';
import type { HttpDesk, HttpOptions } from './desk.ts';
import { type Gatekeeper, held, refuseWhile } from './gatekeeper.ts';
import { isLocalAddress } from './origin.ts';
import { ProblemError, problem } from './problems.ts';
import type { Exchange, OwnRoute } from './routes.ts';
import { cookieOf, setCookie } from './session-cookie.ts';
import type { Session, Sessions } from './sessions.ts';
import { createThrottle, type Throttle } from './throttle.ts';

export interface SessionParts {
  readonly desk: Pick<HttpDesk, 'logins' | 'ledger'>;
  readonly options: HttpOptions;
  readonly gatekeeper: Gatekeeper;
  readonly sessions: Sessions;
  readonly clock: Clock;
}

const NAME_FAILURES_MAX = 5;
const ADDRESS_FAILURES_MAX = 20;
const CHECKS_AT_ONCE = 2;
const CHECKS_WAITING_MAX = 20;

/** Declared strictly in `operate/api/access.ts`; what passed there has these shapes. */
const KeyLogin = z.object({ key: z.string() });
const NameLogin = z.object({
  name: z.string(),
  password: z.string(),
  code: z.string().exactOptional(),
});
const WithCode = z.object({ code: z.string() });
const WithPassword = z.object({ password: z.string() });

export function createSessionRoutes(parts: SessionParts): Readonly<Record<string, OwnRoute>> {
  const { options, sessions, gatekeeper } = parts;
  const logIn = createLogIn(parts);
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
    ...createFactorRoutes(parts),
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

function createLogIn(parts: SessionParts): OwnRoute {
  const { options, sessions, gatekeeper } = parts;
  const byPassword = createPasswordProof(parts);

  async function prove({ request, body }: Exchange) {
    const byKey = KeyLogin.safeParse(body);
    if (byKey.success) {
      const caller = await gatekeeper.prove(request, byKey.data.key);
      return { caller, method: 'key', isProved: false } as const;
    }
    return byPassword(request.ip, NameLogin.parse(body));
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
      note(parts, exchange, caller.id, null);
      return shown(parts, sessions.find(token, 'look'), caller);
    } catch (error) {
      noteFailure(parts, exchange, error);
      throw error;
    }
  };
}

function createPasswordProof({ desk: { logins }, clock }: SessionParts) {
  const names = createThrottle(clock, NAME_FAILURES_MAX, 'lock');
  const addresses = createThrottle(clock, ADDRESS_FAILURES_MAX, 'lock');
  const inTurn = createQueue();

  function fail(name: string, address: string): void {
    names.failed(name);
    addresses.failed(address);
  }

  return async (address: string, { name, password, code }: z.output<typeof NameLogin>) => {
    refuseWhile(Math.max(names.waitMs(name), addresses.waitMs(address)));
    const caller = await inTurn(() => {
      // What waited behind others may be locked by them.
      refuseWhile(Math.max(names.waitMs(name), addresses.waitMs(address)));
      return logins.verify(name, password);
    });
    const isProved = caller !== null && code !== undefined && logins.takeCode(caller.id, code);
    if (caller === null || (code !== undefined && !isProved)) {
      fail(name, address);
      await held(clock, names.delayMs());
      throw new ProblemError(problem('unauthenticated', 'name and password do not go together'));
    }
    names.succeeded(name);
    return { caller, method: 'password', isProved } as const;
  };
}

function createFactorRoutes(parts: SessionParts): Readonly<Record<string, OwnRoute>> {
  const { desk, options, sessions, clock } = parts;
  const { logins } = desk;
  const codes = createThrottle(clock, NAME_FAILURES_MAX, 'lock');

  /** The session's token, once the code was right. */
  function takeCode({ request, caller, body }: Exchange, codeOf: typeof WithCode): string {
    const token = tokenOf(request, options);
    const person = personOf(logins, caller);
    refuseWhile(codes.waitMs(person.id));
    if (!logins.takeCode(person.id, codeOf.parse(body).code)) {
      throw wrongCode(codes, person);
    }
    codes.succeeded(person.id);
    return token;
  }

  return {
    'POST /api/v1/session/totp': (exchange) => {
      const token = takeCode(exchange, WithCode);
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
      const name = person.id.slice(person.id.indexOf(':') + 1);
      const { password } = WithPassword.parse(exchange.body);
      if ((await logins.verify(name, password)) === null) throw wrongCode(codes, person);
      const begun = logins.enrol(person.id);
      if (begun === null) throw new ProblemError(problem('not_found', 'no such person'));
      note(parts, exchange, person.id, null);
      return begun;
    },
    'PUT /api/v1/session/totp/enrolment': (exchange) => {
      const person = personOf(logins, exchange.caller);
      const token = tokenOf(exchange.request, options);
      refuseWhile(codes.waitMs(person.id));
      const recoveryCodes = logins.confirmEnrolment(person.id, WithCode.parse(exchange.body).code);
      if (recoveryCodes === null) throw wrongCode(codes, person);
      sessions.proved(token);
      note(parts, exchange, person.id, null);
      return { recoveryCodes };
    },
    'DELETE /api/v1/session/totp': (exchange) => {
      const token = takeCode(exchange, WithCode);
      const person = personOf(logins, exchange.caller);
      logins.dropTotp(person.id);
      sessions.proved(token);
      note(parts, exchange, person.id, null);
      return { done: true, detail: 'the second factor is given up' };
    },
  };
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

function note(
  { desk }: SessionParts,
  { request, endpoint }: Exchange,
  caller: string,
  problemCode: string | null,
): void {
  const line = `${endpoint.method} ${endpoint.path}`;
  const about = { caller, line, address: request.ip, requestId: request.id };
  desk.ledger.note(about, problemCode === null ? 200 : 401, problemCode);
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

/** Runs a few at a time; refuses when too many wait. */
function createQueue() {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= CHECKS_AT_ONCE) {
      if (waiting.length >= CHECKS_WAITING_MAX) {
        throw new ProblemError(problem('too_busy', 'many log in at this moment; try again'));
      }
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
    }
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}
