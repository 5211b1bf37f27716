/**
 * Slack's Web API, one call at a time, with every outcome as a value.
 *
 * The client's own retries are off: it repeats a POST after a 5xx or a cut connection, and so posts
 * the same message twice.
 */
import { type Logger, LogLevel, WebClient } from '@slack/web-api';
import type { Secret } from '#kernel/secret.ts';
import { type Call, callFailure } from './failures.ts';
import type { SlackSettings } from './settings.ts';

export interface Web {
  /** Never rejects. */
  call(method: string, args?: Readonly<Record<string, unknown>>): Promise<Call>;
  /** Posts to an address Slack gave for answers; whether it was taken. */
  answer(url: string, body: Readonly<Record<string, unknown>>): Promise<boolean>;
}

export type WebSettings = Pick<SlackSettings, 'apiUrl' | 'requestTimeoutMs'>;

/** The clients log request bodies and frames; what matters of them is told as problems. */
export const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

export function createWeb(token: Secret, settings: WebSettings): Web {
  const client = new WebClient(token.reveal(), {
    slackApiUrl: settings.apiUrl,
    logger: SILENT,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: settings.requestTimeoutMs,
    allowAbsoluteUrls: false,
  });
  return {
    async call(method, args = {}) {
      try {
        const body = await client.apiCall(method, { ...args });
        return { kind: 'done', body: { ...body } };
      } catch (error) {
        return callFailure(error);
      }
    },
    async answer(url, body) {
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
          redirect: 'error',
          signal: AbortSignal.timeout(settings.requestTimeoutMs),
        });
        await response.body?.cancel();
        return response.ok;
      } catch (error) {
        // Any failure has the same consequence: the answer goes out another way.
        return error === undefined;
      }
    },
  };
}
