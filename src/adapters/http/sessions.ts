/** Logged-in pages: random tokens in a cookie, kept as digests, with an end nothing extends. */
import { randomBytes } from 'node:crypto';
import { sha256Hex } from '#kernel/digest.ts';
import type { Clock } from '#kernel/time.ts';
import type { Caller } from '#operate/model.ts';

export interface Session {
  readonly caller: Caller;
  /** Sent back by the page with every act: a page of another site cannot know it. */
  readonly csrf: string;
  readonly endsAt: number;
}

export interface Sessions {
  open(caller: Caller): { readonly token: string; readonly session: Session };
  find(token: string): Session | null;
  close(token: string): void;
}

const SESSIONS_MAX = 1_000;

export function createSessions(clock: Clock, lifetimeMs: number): Sessions {
  const sessions = new Map<string, Session>();

  return {
    open(caller) {
      const oldest = sessions.keys().next();
      if (sessions.size >= SESSIONS_MAX && oldest.done !== true) sessions.delete(oldest.value);
      const token = randomBytes(32).toString('base64url');
      const csrf = randomBytes(16).toString('base64url');
      const session = { caller, csrf, endsAt: clock.mono() + lifetimeMs };
      sessions.set(sha256Hex(token), session);
      return { token, session };
    },
    find(token) {
      const digest = sha256Hex(token);
      const session = sessions.get(digest);
      if (session === undefined) return null;
      if (clock.mono() < session.endsAt) return session;
      sessions.delete(digest);
      return null;
    },
    close(token) {
      sessions.delete(sha256Hex(token));
    },
  };
}

/** The cookies of a request, by name. */
export function readCookie(header: string | undefined, name: string): string | null {
  for (const pair of (header ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name && value !== undefined) return value;
  }
  return null;
}
