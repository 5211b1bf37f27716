/**
 * Arming the running desk, in two steps: an admin asks for a one-time code, and gives it back with
 * the last four characters of the account. Attempts are on record, refused ones too.
 *
 * The desk disarms itself: what it raises by itself, a restart and the end of the session all do.
 */
import { type EpochMs, formatInstant, plus } from '#kernel/time.ts';
import { isTradingDay, newYorkDate, nextTradingDay, sessionOf } from '#market/session.ts';
import type { CertificateFound } from '#operate/certification/certificate.ts';
import type { Role } from '#operate/model.ts';
import type { ActOutcome, ArmingControl, ArmingView } from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';
import {
  type ArmingChallenge,
  type ArmRefusal,
  armedUntil,
  armingState,
  armObstacle,
  CODE_MS,
  CODE_TRIES_MAX,
  judgeArmAttempt,
} from '#risk/arming.ts';
import { permits } from '#risk/kill-state.ts';
import type { Environment } from '#risk/model.ts';
import { noteAct } from './act-note.ts';

export interface ArmingDependencies {
  readonly desk: Desk;
  readonly environment: Environment;
  /** The account orders go to; `null` where there is none. */
  readonly account: string | null;
  /** The certificate of this build and configuration, or why there is none. */
  readonly certificate: () => CertificateFound;
  readonly newCode: () => string;
  readonly roleOf: (actor: string) => Role | null;
}

const WORDS: Readonly<Record<ArmRefusal, string>> = {
  not_needed: 'entries need no arming in this environment',
  needs_admin: 'arming takes the role admin',
  certificate_missing: 'there is no valid certificate',
  not_reconciled: 'the desk does not agree with its broker yet',
  entries_stopped: 'the kill state stops entries; resume first',
  no_code: 'ask for a code first, with the same key',
  code_expired: 'the code has expired; ask for another',
  wrong_code: 'this is not the code',
  wrong_account: 'these are not the last four characters of the account',
};

export function createArmingControl(deps: ArmingDependencies): ArmingControl {
  const { desk, environment, newCode } = deps;
  const { clock } = desk.deps;
  const account = deps.account?.slice(-4) ?? '';
  /** Of each admin who has asked: nobody's wrong answers use up another's tries. */
  const challenges = new Map<string, ArmingChallenge>();

  function obstacle(actor: string): { code: ArmRefusal; detail: string } | null {
    const certificate = deps.certificate();
    const code = armObstacle({
      environment,
      isAdmin: deps.roleOf(actor) === 'admin',
      certificateFault: certificate.kind === 'valid' ? null : certificate.reason,
      reconciled: desk.isReconciled,
      entriesPermitted: permits(desk.book.killState).entries,
    });
    if (code === null) return null;
    const why = code === 'certificate_missing' && certificate.kind === 'none';
    return { code, detail: why ? `${WORDS[code]}: ${certificate.reason}` : WORDS[code] };
  }

  async function refuse(code: ArmRefusal, detail: string, actor: string): Promise<ActOutcome> {
    await noteAct(desk, `arm refused: ${code}`, { actor, reason: '' });
    return { kind: 'refused', code, detail };
  }

  return {
    state: () => viewOf(deps, account),
    async challenge(actor) {
      const found = obstacle(actor);
      if (found !== null) return refuse(found.code, found.detail, actor);
      await noteAct(desk, 'arming code asked for', { actor, reason: '' });
      const code = newCode();
      const expiresMono = clock.mono() + CODE_MS;
      challenges.set(actor, { code, actor, expiresMono, triesLeft: CODE_TRIES_MAX });
      return { kind: 'challenged', code, expiresAt: formatInstant(plus(desk.now(), CODE_MS)) };
    },
    async arm({ actor, code, lastFour, reason }) {
      const found = obstacle(actor);
      if (found !== null) return refuse(found.code, found.detail, actor);
      const challenge = challenges.get(actor) ?? null;
      const attempt = { actor, code, lastFour, mono: clock.mono() };
      const fault = judgeArmAttempt(challenge, attempt, account);
      if (fault !== null) {
        if (challenge !== null) {
          challenges.set(actor, { ...challenge, triesLeft: challenge.triesLeft - 1 });
        }
        return refuse(fault, WORDS[fault], actor);
      }
      challenges.clear();
      const certificate = deps.certificate();
      if (certificate.kind !== 'valid') return refuse('certificate_missing', '', actor);
      const until = untilNextClose(desk.now());
      // In one turn with what was asked above: nothing may stop or disarm the desk in between.
      const noted = noteAct(desk, 'arm', { actor, reason });
      const to = { account, until, certificate: certificate.name };
      await Promise.all([noted, desk.changeArming(to, actor, reason)]);
      return { kind: 'done', detail: `armed for ****${account} until ${formatInstant(until)}` };
    },
    async disarm(actor, reason) {
      await noteAct(desk, 'disarm', { actor, reason });
      challenges.clear();
      if (desk.book.armed === null) {
        return { kind: 'refused', code: 'not_armed', detail: 'the desk is not armed' };
      }
      await desk.changeArming(null, actor, reason === '' ? `by ${actor}` : reason);
      return { kind: 'done', detail: 'disarmed; working entries are taken back' };
    },
  };
}

function viewOf(
  { desk, environment, certificate }: ArmingDependencies,
  account: string,
): ArmingView {
  const { armed } = desk.book;
  const state = armingState(environment, armed, desk.now());
  const found = certificate();
  return {
    state,
    account: account === '' ? null : `****${account}`,
    until: state === 'armed' && armed !== null ? formatInstant(armed.until) : null,
    certificate: found.kind === 'valid' ? found.name : null,
    certificateFault: found.kind === 'valid' ? null : found.reason,
  };
}

function untilNextClose(now: EpochMs): EpochMs {
  return armedUntil(now, nextClose(now));
}

/** End of the session that is on, or of the next. */
function nextClose(now: EpochMs): EpochMs {
  const today = newYorkDate(now);
  const session = isTradingDay(today) ? sessionOf('equity', today) : null;
  if (session !== null && now < session.close) return session.close;
  const next = sessionOf('equity', nextTradingDay(today));
  return next === null ? now : next.close;
}
