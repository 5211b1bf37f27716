/** Routes of who may do what: sessions, second factor, keys, operators, the allow-list. */
import { z } from 'zod';
import { PERMISSIONS, PLATFORMS } from '#alerts/model.ts';
import { type Endpoint, ROLES } from '../model.ts';
import { ACT, DONE, ID, QUESTION, REASON, REASON_NEEDED } from './endpoint.ts';
import { COUNT, INSTANT } from './views.ts';

const ROLE = z.enum(ROLES);
/** What acts are recorded under: it never changes. */
export const OPERATOR_NAME = z
  .string()
  .regex(/^[a-z][a-z0-9._-]{1,31}$/, 'expected 2 to 32 of a-z 0-9 . _ -, a letter first');
export const PASSWORD = z
  .string()
  .min(12, 'expected at least 12 characters')
  .max(200, 'expected at most 200 characters');
const TOTP_CODE = z.string().regex(/^\d{6}$/, 'expected the six digits of the code');
/** Six digits of the authenticator, or one of the recovery codes. */
const SECOND_FACTOR = z
  .string()
  .regex(/^(?:\d{6}|[a-z2-7]{5}-[a-z2-7]{5})$/, 'expected six digits, or a recovery code');

/** Who is asking, and what an act of the page must carry. */
export const SESSION_VIEW = z.strictObject({
  caller: z.string(),
  role: ROLE,
  csrf: z.string().nullable().describe('For x-csrf-token; null for a key.'),
  method: z
    .enum(['key', 'password', 'local', 'bearer'])
    .describe('local: logged in by opening the page of a simulated desk on this machine.'),
  endsAt: INSTANT.nullable().describe('Whatever it does; null for a key.'),
  idleMs: COUNT.nullable().describe('It also ends after so long without a request.'),
  totp: z
    .enum(['none', 'off', 'needed', 'fresh'])
    .describe('none: not a person · needed: an act of an admin asks for a code first.'),
});

const LOGIN = z.union([
  z.strictObject({ key: z.string().min(1).max(200) }),
  z.strictObject({
    name: z.string().min(1).max(64),
    password: z.string().min(1).max(200),
    code: SECOND_FACTOR.exactOptional(),
  }),
]);

export const SESSION_ROUTES = {
  logIn: {
    ...ACT,
    key: 'none',
    path: '/api/v1/session',
    access: 'public',
    summary: 'Logs a page in with a key, or with name and password; the answer sets a cookie.',
    body: LOGIN,
    answer: SESSION_VIEW,
  },
  who: {
    ...QUESTION,
    path: '/api/v1/session',
    access: 'viewer',
    summary: 'Who is asking, and what an act of the page must carry.',
    answer: SESSION_VIEW,
  },
  logOut: {
    ...QUESTION,
    method: 'DELETE',
    path: '/api/v1/session',
    access: 'viewer',
    summary: 'Logs the page out.',
    answer: z.strictObject({ loggedOut: z.literal(true) }),
  },
  changePassword: {
    ...ACT,
    key: 'none',
    method: 'PUT',
    path: '/api/v1/session/password',
    access: 'viewer',
    summary: "Changes one's own password; every other session of oneself ends.",
    body: z.strictObject({ password: z.string().min(1).max(200), next: PASSWORD }),
    answer: SESSION_VIEW,
  },
  stepUp: {
    ...ACT,
    key: 'none',
    path: '/api/v1/session/totp',
    access: 'viewer',
    summary: 'Proves the second factor for acts of an admin, for 15 minutes.',
    body: z.strictObject({ code: SECOND_FACTOR }),
    answer: SESSION_VIEW,
  },
  enrol: {
    ...ACT,
    key: 'none',
    path: '/api/v1/session/totp/enrolment',
    access: 'viewer',
    summary: 'Begins a second factor for oneself: the secret is shown this once.',
    body: z.strictObject({ password: z.string().min(1).max(200) }),
    answer: z.strictObject({
      secret: z.string(),
      uri: z.string().describe('otpauth://… for a QR code'),
    }),
  },
  confirmEnrolment: {
    ...ACT,
    key: 'none',
    method: 'PUT',
    path: '/api/v1/session/totp/enrolment',
    access: 'viewer',
    summary: 'Ends it with a code of the authenticator; gives recovery codes, once.',
    body: z.strictObject({ code: TOTP_CODE }),
    answer: z.strictObject({ recoveryCodes: z.array(z.string()) }),
  },
  dropTotp: {
    ...ACT,
    key: 'none',
    method: 'DELETE',
    path: '/api/v1/session/totp',
    access: 'viewer',
    summary: "Gives up one's own second factor, with a code of it.",
    body: z.strictObject({ code: SECOND_FACTOR }),
    answer: DONE,
  },
} as const satisfies Readonly<Record<string, Endpoint>>;

export const KEY_VIEW = z.strictObject({
  id: z.string(),
  role: ROLE,
  createdAt: INSTANT.nullable().describe('Null: given by the configuration.'),
  note: z.string(),
  revocable: z.boolean().describe('False: given by the configuration, and ended there.'),
});

export const OPERATOR_VIEW = z.strictObject({
  name: OPERATOR_NAME,
  role: ROLE,
  createdAt: INSTANT,
  totp: z.boolean(),
  sessions: COUNT,
});

const KEY_PARAMS = z.strictObject({ id: z.string().regex(/^[a-z2-7]{12}$/) });
const OPERATOR_PARAMS = z.strictObject({ name: OPERATOR_NAME });
const WHY = z.strictObject({ reason: REASON_NEEDED });

export const ACCESS_ROUTES = {
  keys: {
    ...QUESTION,
    path: '/api/v1/keys',
    access: 'admin',
    summary: 'API keys: id, role and age, never the key.',
    answer: z.strictObject({ items: z.array(KEY_VIEW) }),
  },
  createKey: {
    ...ACT,
    path: '/api/v1/keys',
    access: 'admin',
    summary: 'Makes a key; it is in this answer and nowhere else, also not in a repeat of it.',
    body: z.strictObject({ role: ROLE, note: REASON.default('') }),
    answer: z.strictObject({
      ...KEY_VIEW.shape,
      key: z.string().nullable().describe('ak_…; null when the answer is repeated.'),
    }),
  },
  revokeKey: {
    ...ACT,
    path: '/api/v1/keys/:id/revoke',
    access: 'admin',
    summary: 'Ends a key at once, with the sessions and streams opened by it.',
    params: KEY_PARAMS,
    body: WHY,
    answer: DONE,
  },
  operators: {
    ...QUESTION,
    path: '/api/v1/operators',
    access: 'admin',
    summary: 'People who log in with a password.',
    answer: z.strictObject({ items: z.array(OPERATOR_VIEW) }),
  },
  addOperator: {
    ...ACT,
    path: '/api/v1/operators',
    access: 'admin',
    summary: 'Lets a person log in; without a password given, one is made and shown once.',
    body: z.strictObject({
      name: OPERATOR_NAME,
      role: ROLE,
      password: PASSWORD.exactOptional(),
      reason: REASON.default(''),
    }),
    answer: z.strictObject({
      ...OPERATOR_VIEW.shape,
      password: z.string().nullable().describe('When one was made; null in a repeat of it.'),
    }),
  },
  changeOperator: {
    ...ACT,
    method: 'PUT',
    path: '/api/v1/operators/:name',
    access: 'admin',
    summary:
      "Changes a role, sets a password, or drops a lost second factor; ends the person's sessions.",
    params: OPERATOR_PARAMS,
    body: z.strictObject({
      role: ROLE.exactOptional(),
      password: PASSWORD.exactOptional(),
      totp: z.literal('drop').exactOptional(),
      reason: REASON_NEEDED,
    }),
    answer: OPERATOR_VIEW,
  },
  removeOperator: {
    ...ACT,
    path: '/api/v1/operators/:name/remove',
    access: 'admin',
    summary: 'Takes a person out; their sessions end at once.',
    params: OPERATOR_PARAMS,
    body: WHY,
    answer: DONE,
  },
  allowList: {
    ...QUESTION,
    path: '/api/v1/allow-list',
    access: 'viewer',
    summary: 'Who may do what in which channel, and what was changed past the configuration.',
    answer: z.strictObject({
      people: z.array(
        z.strictObject({
          id: z.string().describe('platform:user id, or platform:role id'),
          name: z.string(),
          kind: z.enum(['person', 'role']),
          permissions: z.array(z.enum(PERMISSIONS)),
          changed: z.boolean().describe('Past the configuration.'),
        }),
      ),
      channels: z.array(
        z.strictObject({
          id: z.string(),
          name: z.string(),
          purpose: z.enum(['alerts', 'commands', 'control']),
          dryRun: z.boolean(),
        }),
      ),
    }),
  },
  changeAllowList: {
    ...ACT,
    method: 'PUT',
    path: '/api/v1/allow-list',
    access: 'admin',
    summary: 'Gives or takes one permission of one person; in force when it answers.',
    body: z.strictObject({
      who: z
        .string()
        .regex(/^[a-z]+:[A-Za-z0-9_.:-]{1,80}$/, 'expected platform:user id')
        .refine((who) => PLATFORMS.some((one) => who.startsWith(`${one}:`)), {
          error: `expected one of ${PLATFORMS.join(', ')} before the colon`,
        }),
      permission: z.enum(PERMISSIONS),
      to: z.enum(['granted', 'withdrawn']),
      reason: REASON_NEEDED,
    }),
    answer: DONE,
  },
  verify: {
    ...ACT,
    key: 'none',
    path: '/auth/verify',
    access: 'operator',
    summary: 'Whether a chat user may do something where; nothing is done or recorded as done.',
    body: z.strictObject({
      platform: z.enum(PLATFORMS),
      user_id: ID,
      channel_id: ID.exactOptional(),
      role_ids: z.array(ID).max(100).default([]),
    }),
    answer: z.strictObject({
      known: z.boolean(),
      permissions: z.array(z.enum(PERMISSIONS)),
      channel: z
        .strictObject({ id: z.string(), purpose: z.enum(['alerts', 'commands', 'control']) })
        .nullable()
        .describe('Null: not asked about, or not listed.'),
      mayAlert: z.boolean().describe('In that channel, now.'),
      mayOrder: z.boolean().describe('In that channel, now.'),
    }),
  },
} as const satisfies Readonly<Record<string, Endpoint>>;
