/**
 * What a failed call to Slack means: whether it had an effect, whether to try again, and what an
 * operator must do.
 *
 * Rule  only an answer that Slack gave as a refusal proves that nothing was posted. A timeout, a
 *       5xx and an answer nobody can read leave the outcome unknown.
 */
import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import type { PlatformProblem } from '#publish/ports.ts';

export type Call =
  | { readonly kind: 'done'; readonly body: Readonly<Record<string, unknown>> }
  /** Slack said no: nothing happened, and the same again will not help. */
  | { readonly kind: 'refused'; readonly error: string; readonly needed: string | null }
  | { readonly kind: 'limited'; readonly waitMs: number }
  /** Away or unreadable: it may have happened. */
  | { readonly kind: 'unknown'; readonly detail: string };

export type CallFailure = Exclude<Call, { readonly kind: 'done' }>;

/** An `error` of Slack; anything else in its place is a page of some proxy. */
const ERROR_CODE = /^[a-z0-9_]{1,80}$/;
const LIMITED: readonly string[] = ['ratelimited', 'rate_limited'];
const LIMITED_WAIT_MS = 5_000;
/** `fatal_error` "may have partly succeeded" (docs.slack.dev, chat.postMessage). */
const PASSING: readonly string[] = [
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
];

export function callFailure(error: unknown): CallFailure {
  if (error instanceof WebAPIRateLimitedError) {
    return { kind: 'limited', waitMs: Math.max(1, error.retryAfter) * 1_000 };
  }
  if (error instanceof WebAPIHTTPError) {
    return { kind: 'unknown', detail: `Slack answered ${error.statusCode}` };
  }
  if (error instanceof WebAPIRequestError) {
    return { kind: 'unknown', detail: `no answer from Slack: ${error.original.message}` };
  }
  if (!(error instanceof WebAPIPlatformError)) {
    return { kind: 'unknown', detail: error instanceof Error ? error.message : String(error) };
  }
  const code: unknown = error.data.error;
  if (typeof code !== 'string' || !ERROR_CODE.test(code)) {
    return { kind: 'unknown', detail: "an answer that is not Slack's" };
  }
  if (LIMITED.includes(code)) return { kind: 'limited', waitMs: LIMITED_WAIT_MS };
  if (PASSING.includes(code)) return { kind: 'unknown', detail: `Slack answered ${code}` };
  const needed: unknown = Reflect.get(error.data, 'needed');
  return { kind: 'refused', error: code, needed: typeof needed === 'string' ? needed : null };
}

const TOKEN_REFUSED: readonly string[] = [
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_allowed_token_type',
  'user_removed_from_team',
  'team_disabled',
  'team_access_not_granted',
];
const PERMISSION: readonly string[] = [
  'missing_scope',
  'no_permission',
  'access_denied',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
  'restricted_action_non_threadable_channel',
  'ekm_access_denied',
];

/** What an operator must know of a refusal; `null` when it concerns this one call alone. */
export function problemOf(
  method: string,
  refused: Extract<Call, { readonly kind: 'refused' }>,
  channelId: string | null,
): PlatformProblem | null {
  const { error, needed } = refused;
  const where = channelId === null ? method : `${method} in ${channelId}`;
  if (TOKEN_REFUSED.includes(error)) {
    const which =
      method === 'apps.connections.open' ? 'app-level token (xapp-…)' : 'bot token (xoxb-…)';
    const act = `Take the ${which} anew from api.slack.com/apps, set it and start again.`;
    return { code: 'token_refused', detail: `${where}: ${error}. ${act}`, fatal: true };
  }
  if (PERMISSION.includes(error)) {
    const act =
      needed === null
        ? 'Let the app do this in the workspace.'
        : `Add the scope ${needed} to the app and install it again.`;
    const fatal = method === 'apps.connections.open' || method === 'auth.test';
    return { code: 'permission_missing', detail: `${where}: ${error}. ${act}`, fatal };
  }
  if (error === 'not_in_channel') {
    const act = 'Invite the app there: /invite @its-name.';
    return { code: 'channel_not_joined', detail: `${where}: ${error}. ${act}`, fatal: false };
  }
  if (error === 'channel_not_found' || error === 'is_archived') {
    const act = 'Check the id; a private channel is found only once the app is invited.';
    return { code: 'channel_unknown', detail: `${where}: ${error}. ${act}`, fatal: false };
  }
  return null;
}
