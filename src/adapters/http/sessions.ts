/**
 * Logged-in pages: random tokens in a cookie, kept as digests.
 *
 * A session ends after a time nothing extends, after a time without a request, and as soon as the
 * person is not any more what they were when it began. Of one caller there are a few: one more ends
 * one that was never used, or else the one used longest ago.
 */
import { randomBytes } from 'node:crypto';
import { sha256Hex } from '#kernel/digest.ts';
import type { Clock } from '#kernel/time.ts';
import type { Caller } from '#operate/model.ts';
import type { Standing } from '#operate/ports.ts';

export interface Session {
  readonly caller: Caller;
  readonly method: 'key' | 'password' | 'local';
  /** Sent back by the page with every act: a page of another site cannot know it. */
  readonly csrf: string;
  /** On the monotonic clock. */
  readonly endsAt: number;
  /** When the second factor was proved last; `null`: not in this session. */
  readonly provedAt: number | null;
}

export interface Sessions {
  /** Sessions open now, whosever. */
  readonly openNow: number;
  open(caller: Caller, method: Session['method']): Opened;
  /** `null` when it is over. With `touch` it counts as in use. */
  find(token: string, touch: 'touch' | 'look'): Session | null;
  close(token: string): void;
  /** The second factor was proved, or changed, in this session: it goes on. */
  proved(token: string): void;
  /** Sessions of a caller that are open now. */
  countOf(caller: string): number;
}

export interface Opened {
  readonly token: string;
  readonly session: Session;
}

export interface SessionRules {
  readonly sessionMs: number;
  readonly sessionIdleMs: number;
  standing(caller: string): Standing | null;
}

interface Kept {
  readonly session: Session;
  readonly stamp: string;
  readonly usedAt: number;
  /** Since it was opened: who takes no cookies leaves one behind with every page. */
  readonly isUsed: boolean;
}

const SESSIONS_MAX = 1_000;
const OF_ONE_MAX = 50;

export function createSessions(clock: Clock, rules: SessionRules): Sessions {
  const sessions = new Map<string, Kept>();

  function stampOf(caller: string): string | null {
    const standing = rules.standing(caller);
    return standing === null ? null : `${standing.role} ${standing.stamp}`;
  }

  function isAlive({ session, stamp, usedAt }: Kept): boolean {
    const now = clock.mono();
    if (now >= session.endsAt || now - usedAt >= rules.sessionIdleMs) return false;
    return stampOf(session.caller.id) === stamp;
  }

  function find(digest: string): Kept | null {
    const kept = sessions.get(digest);
    if (kept === undefined) return null;
    if (isAlive(kept)) return kept;
    sessions.delete(digest);
    return null;
  }

  /** Room for one more of a caller. */
  function makeRoom(caller: string): void {
    const own = [...sessions].filter(([, { session }]) => session.caller.id === caller);
    if (own.length >= OF_ONE_MAX) sessions.delete(leastUsed(own));
    if (sessions.size >= SESSIONS_MAX) sessions.delete(leastUsed([...sessions]));
  }

  return {
    open(caller, method) {
      makeRoom(caller.id);
      const token = randomBytes(32).toString('base64url');
      const csrf = randomBytes(16).toString('base64url');
      const usedAt = clock.mono();
      const endsAt = usedAt + rules.sessionMs;
      const session = { caller, method, csrf, endsAt, provedAt: null };
      const stamp = stampOf(caller.id) ?? '';
      sessions.set(sha256Hex(token), { session, stamp, usedAt, isUsed: false });
      return { token, session };
    },
    find(token, touch) {
      const digest = sha256Hex(token);
      const kept = find(digest);
      if (kept !== null && touch === 'touch') {
        sessions.set(digest, { ...kept, usedAt: clock.mono(), isUsed: true });
      }
      return kept?.session ?? null;
    },
    close(token) {
      sessions.delete(sha256Hex(token));
    },
    proved(token) {
      const digest = sha256Hex(token);
      const kept = sessions.get(digest);
      if (kept === undefined) return;
      const session = { ...kept.session, provedAt: clock.mono() };
      sessions.set(digest, { ...kept, session, stamp: stampOf(session.caller.id) ?? '' });
    },
    get openNow() {
      return [...sessions.values()].filter(isAlive).length;
    },
    countOf(caller) {
      const open = [...sessions.values()].filter(({ session }) => session.caller.id === caller);
      return open.filter(isAlive).length;
    },
  };
}

/** One that was never used since it began; else the one used longest ago. */
function leastUsed(open: readonly (readonly [string, Kept])[]): string {
  const ranked = open.toSorted(
    ([, a], [, b]) => Number(a.isUsed) - Number(b.isUsed) || a.usedAt - b.usedAt,
  );
  return ranked[0]?.[0] ?? '';
}
