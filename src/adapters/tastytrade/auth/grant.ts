/** The refresh grant: what is asked, and what an answer means. */
import { z } from 'zod';
import { err, ok, type Result } from '#kernel/result.ts';
import { Secret } from '#kernel/secret.ts';
import type { TokenFault } from '../access.ts';
import type { Exchange } from '../http/exchange.ts';
import { rejectionOf } from '../http/judge.ts';
import { parseJson } from '../wire/json.ts';
import { lenient } from '../wire/values.ts';

export interface Grant {
  readonly accessToken: Secret;
  readonly lifetimeMs: number;
  /** A refresh token given in place of the old one, or `null`. */
  readonly rotated: Secret | null;
}

export interface GrantFault {
  readonly kind: Exclude<TokenFault['kind'], 'stopped'>;
  readonly detail: string;
}

const LIFETIME_S = 900;
const LIFETIME_S_MAX = 86_400;
/** What may stand in a header; anything else is no token. */
const TOKEN = z.string().regex(/^[\x21-\x7e]{1,16384}$/);

const GRANT = z.object({
  access_token: TOKEN,
  expires_in: lenient(z.union([z.number(), z.string().regex(/^\d{1,9}$/)]).transform(Number)),
  refresh_token: lenient(TOKEN),
});
const HAS_ERROR = z.object({ error: z.unknown().refine((error) => error !== undefined) });

/** Flat and with underscores, unlike everything else; no `Authorization` goes with it. */
export function grantBody(refreshToken: Secret, clientSecret: Secret): string {
  return JSON.stringify({
    grant_type: 'refresh_token',
    refresh_token: refreshToken.reveal(),
    client_secret: clientSecret.reveal(),
  });
}

export function grantOf(result: Exchange): Result<Grant, GrantFault> {
  if (result.kind !== 'reply') return err({ kind: 'unreachable', detail: result.detail });
  const { status } = result;
  const body = parseJson(result.text);
  const said = body.ok ? rejectionOf(body.value) : null;
  const detail =
    said === null ? `HTTP ${status} without words` : `HTTP ${status} ${said.code}: ${said.message}`;
  if (status === 429) return err({ kind: 'throttled', detail });
  if (status >= 500) return err({ kind: 'unreachable', detail });
  if (status === 400 || status === 401 || status === 403) return err({ kind: 'refused', detail });
  if (status < 200 || status >= 300 || !body.ok) return err({ kind: 'malformed', detail });
  if (HAS_ERROR.safeParse(body.value).success) return err({ kind: 'refused', detail });
  const grant = GRANT.safeParse(body.value);
  if (!grant.success) {
    return err({ kind: 'malformed', detail: `HTTP ${status}: expected an access token` });
  }
  const { access_token: access, expires_in: seconds, refresh_token: rotated } = grant.data;
  const isSensible = seconds !== null && Number.isFinite(seconds) && seconds > 0;
  return ok({
    accessToken: new Secret(access),
    lifetimeMs: 1_000 * Math.min(isSensible ? seconds : LIFETIME_S, LIFETIME_S_MAX),
    rotated: rotated === null ? null : new Secret(rotated),
  });
}
