/** `POST /oauth/token`: flat bodies with underscores, unlike every other endpoint. */
import { isRecord, parseJson, textOf } from '../../support/json.ts';
import type { Access } from '../http/access.ts';
import type { Answer } from '../http/answers.ts';
import type { Call, Route } from '../http/route.ts';

export interface OauthOptions {
  readonly access: Access;
  readonly tokenLifetimeMs: number;
  readonly scopes: readonly string[];
  /** Both shapes are seen: `{"error":"invalid_grant"}` and the envelope of other endpoints. */
  readonly oauthErrors: 'oauth' | 'envelope';
  /** Whether a refresh answers with another refresh token, and what becomes of the old one. */
  readonly refreshRotation: 'none' | 'kept' | 'revoked';
  /** Whether `expires_in` is told. */
  readonly expiresIn: 'told' | 'absent';
}

export function oauthRoutes(options: OauthOptions): readonly Route[] {
  const { access } = options;

  function refuse(code: string, description: string): Answer {
    access.counts.refused += 1;
    return options.oauthErrors === 'oauth'
      ? { status: 400, body: { error: code, error_description: description } }
      : { status: 401, body: { error: { code: 'invalid_credentials', message: description } } };
  }

  function grant(): Answer {
    const rotated =
      options.refreshRotation === 'none' ? undefined : access.rotate(options.refreshRotation);
    return {
      status: 200,
      body: {
        access_token: access.issue(options.scopes),
        token_type: 'Bearer',
        expires_in:
          options.expiresIn === 'told' ? Math.round(options.tokenLifetimeMs / 1000) : undefined,
        refresh_token: rotated,
        id_token: options.scopes.includes('openid') ? 'e30.e30.' : undefined,
      },
    };
  }

  function handle(call: Call): Answer {
    const field = fieldsOf(call);
    if (field('client_secret') !== access.credentials.clientSecret) {
      return refuse('invalid_client', 'Client authentication failed.');
    }
    switch (field('grant_type')) {
      case 'refresh_token':
        return access.isRefreshToken(field('refresh_token'))
          ? grant()
          : refuse('invalid_grant', 'The refresh token is invalid or was revoked.');
      case 'authorization_code': {
        if (field('code') !== access.credentials.authorizationCode) {
          return refuse('invalid_grant', 'The authorization code is invalid.');
        }
        const granted = grant();
        return { ...granted, body: { ...granted.body, refresh_token: access.rotate('kept') } };
      }
      default:
        return refuse('unsupported_grant_type', 'The grant type is not supported.');
    }
  }

  return [{ method: 'POST', pattern: /^\/oauth\/token$/, scope: 'none', handle }];
}

/** JSON, or form fields. */
function fieldsOf({ request }: Call): (name: string) => string {
  const parsed = parseJson(request.body);
  if (isRecord(parsed)) return (name) => textOf(parsed[name]) ?? '';
  const form = new URLSearchParams(request.body);
  return (name) => form.get(name) ?? '';
}
