/**
 * Browsers in which somebody logged in before: their tries at a password are counted apart, so that
 * nobody elsewhere can use them up. A cookie of its own, of this run; it opens nothing.
 */
import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sha256Hex } from '#kernel/digest.ts';
import { type CookieRules, readCookie, writeCookie } from './session-cookie.ts';

export interface KnownBrowsers {
  /** What stands for the browser of a request under a name; `null`: nobody logged in there. */
  find(request: FastifyRequest, name: string): string | null;
  /** Somebody has logged in. */
  remember(request: FastifyRequest, reply: FastifyReply, name: string): void;
}

const COOKIE = 'known';
const KEPT_S = 30 * 86_400;
/** Of one person; the oldest goes. */
const BROWSERS_MAX = 20;

export function createKnownBrowsers(rules: CookieRules): KnownBrowsers {
  const browsers = new Map<string, ReadonlySet<string>>();

  function find(request: FastifyRequest, name: string): string | null {
    const token = readCookie(request, COOKIE, rules);
    const digest = token === null ? '' : sha256Hex(token);
    return browsers.get(name)?.has(digest) === true ? digest : null;
  }

  return {
    find,
    remember(request, reply, name) {
      if (find(request, name) !== null) return;
      const token = randomBytes(32).toString('base64url');
      const kept = [...(browsers.get(name) ?? []), sha256Hex(token)];
      browsers.set(name, new Set(kept.slice(-BROWSERS_MAX)));
      writeCookie({ request, reply, rules }, COOKIE, { value: token, maxAge: KEPT_S });
    },
  };
}
