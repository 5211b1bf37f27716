/**
 * What a failed request to Discord means. Told by class and code, never by the words.
 *
 * https://discord.com/developers/docs/topics/opcodes-and-status-codes
 */
import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js';

export type Failure =
  /** The token is no good (any more): nothing works until somebody acts. */
  | { readonly kind: 'token'; readonly detail: string }
  /** 403: a permission is missing, or what was said is not let through. */
  | { readonly kind: 'forbidden'; readonly code: number; readonly detail: string }
  /** 404: what was named does not exist. */
  | { readonly kind: 'gone'; readonly code: number; readonly detail: string }
  /** Refused for good: the same again would be refused again. */
  | { readonly kind: 'refused'; readonly code: number; readonly detail: string }
  /** Nothing was done; to be tried again. */
  | { readonly kind: 'later'; readonly waitMs: number; readonly detail: string }
  /** Perhaps it was done, perhaps not. */
  | { readonly kind: 'unknown'; readonly detail: string };

export const CODE = {
  unknownChannel: 10_003,
  unknownMessage: 10_008,
  missingAccess: 50_001,
  missingPermissions: 50_013,
  invalidBody: 50_035,
  wrongChannelType: 50_024,
  threadExists: 160_004,
  unknownInteraction: 10_062,
  alreadyAcknowledged: 40_060,
} as const;

/** Too much at once, by rules of their own: written too fast, edited too often, overloaded. */
const LATER: ReadonlySet<number> = new Set([20_016, 20_028, 20_029, 30_046, 130_000]);
const LATER_MS = 5_000;

export function failureOf(error: unknown): Failure {
  if (error instanceof RateLimitError) {
    const { timeToReset, retryAfter, sublimitTimeout } = error;
    const waitMs = retryAfter > 0 ? Math.max(timeToReset, retryAfter, sublimitTimeout) : LATER_MS;
    return { kind: 'later', waitMs, detail: `too many requests (${error.scope})` };
  }
  if (error instanceof DiscordAPIError) return refusalOf(error);
  if (error instanceof HTTPError) {
    return { kind: 'unknown', detail: `Discord answered with status ${error.status}` };
  }
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { kind: 'unknown', detail };
}

function refusalOf({ status, code, rawError }: DiscordAPIError): Failure {
  const number = Number(code);
  const what = 'message' in rawError ? rawError.message : rawError.error;
  const detail = `${what} (${status}, code ${code})`;
  if (LATER.has(number)) return { kind: 'later', waitMs: LATER_MS, detail };
  switch (status) {
    case 401:
      return { kind: 'token', detail };
    case 403:
      return { kind: 'forbidden', code: number, detail };
    case 404:
      return { kind: 'gone', code: number, detail };
    case 408:
      return { kind: 'unknown', detail };
    default:
      return { kind: 'refused', code: number, detail };
  }
}
