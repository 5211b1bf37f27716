/**
 * Who a name and a password belong to, and what guessing leads to.
 *
 * Rules
 * 1. Five wrong passwords close a name to their address, twenty close the address, and twenty from
 *    anywhere close the name to every browser but those its person logged in from before.
 * 2. Such a browser has five tries of its own: nobody elsewhere can shut its person out.
 * 3. Codes are counted by person, wherever they come from: five; no right password forgives one.
 * 4. Only a few passwords are looked at at once: each takes memory.
 */
import type { FastifyRequest } from 'fastify';
import type { Clock } from '#kernel/time.ts';
import type { Caller } from '#operate/model.ts';
import type { Logins } from '#operate/ports.ts';
import { held, refuseWhile } from './gatekeeper.ts';
import type { KnownBrowsers } from './known-browsers.ts';
import { networkOf } from './origin.ts';
import { ProblemError, problem } from './problems.ts';
import { createThrottle, type Throttle } from './throttle.ts';
import { createTurns } from './turns.ts';

const TRIES_MAX = 5;
const ADDRESS_FAILURES_MAX = 20;
const NAME_FAILURES_MAX = 20;

export interface Login {
  readonly name: string;
  readonly password: string;
  readonly code?: string;
}

/** Resolves once it is on disk that this person is about to use up a recovery code. */
type Hold = (caller: Caller) => Promise<void>;

export interface PasswordProof {
  /** Refuses by throwing a problem. `isProved`: by a second factor, too. */
  (
    request: FastifyRequest,
    login: Login,
    hold: Hold,
  ): Promise<{ readonly caller: Caller; readonly isProved: boolean }>;
}

export interface ProofParts {
  readonly logins: Logins;
  readonly clock: Clock;
  readonly browsers: KnownBrowsers;
  readonly codes: Throttle;
}

interface Count {
  readonly throttle: Throttle;
  readonly what: string;
}

/** Of second factors, by person. */
export function createCodeThrottle(clock: Clock): Throttle {
  return createThrottle(clock, TRIES_MAX, 'lock');
}

export function createPasswordProof(parts: ProofParts): PasswordProof {
  const { logins, clock, browsers } = parts;
  const countsOf = createCounts(clock);
  const ofKnown = createTurns();
  const ofStrangers = createTurns();

  return async (request, { name, password, code }, hold) => {
    const browser = browsers.find(request, name);
    const counts = countsOf(name, request.ip, browser);
    const wait = () => Math.max(...counts.map(({ throttle, what }) => throttle.waitMs(what)));
    refuseWhile(wait());
    const caller = await (browser === null ? ofStrangers : ofKnown)(() => {
      // What waited behind others may be closed by them.
      refuseWhile(wait());
      return logins.verify(name, password);
    });
    const isProved =
      caller !== null && code !== undefined && (await takesCode(parts, caller, { code, hold }));
    if (caller === null || (code !== undefined && !isProved)) {
      for (const { throttle, what } of counts) throttle.failed(what);
      await held(clock, counts[0]?.throttle.delayMs() ?? 0);
      throw new ProblemError(problem('unauthenticated', 'name and password do not go together'));
    }
    // What was counted under the address or from anywhere is not forgiven by one who is right.
    counts[0]?.throttle.succeeded(counts[0].what);
    return { caller, isProved };
  };
}

async function takesCode(
  { logins, codes }: ProofParts,
  caller: Caller,
  { code, hold }: { readonly code: string; readonly hold: Hold },
): Promise<boolean> {
  const { id } = caller;
  refuseWhile(codes.waitMs(id));
  if (!/^\d{6}$/.test(code)) await hold(caller);
  // Wrong codes sent at once count as those sent one after another.
  refuseWhile(codes.waitMs(id));
  const isRight = logins.takeCode(id, code);
  if (isRight) codes.succeeded(id);
  else codes.failed(id);
  return isRight;
}

/** What a try counts under; the first is forgiven by a right one. */
function createCounts(clock: Clock) {
  const ofBrowser = createThrottle(clock, TRIES_MAX, 'lock');
  const ofAddressAndName = createThrottle(clock, TRIES_MAX, 'lock');
  const ofAddress = createThrottle(clock, ADDRESS_FAILURES_MAX, 'lock');
  const ofName = createThrottle(clock, NAME_FAILURES_MAX, 'lock');
  return (name: string, address: string, browser: string | null): readonly Count[] => {
    if (browser !== null) return [{ throttle: ofBrowser, what: browser }];
    const network = networkOf(address);
    return [
      { throttle: ofAddressAndName, what: `${network} ${name}` },
      { throttle: ofAddress, what: network },
      { throttle: ofName, what: name },
    ];
  };
}
