/** Settings of one Slack workspace. Its two tokens are secrets and come another way. */
import { z } from 'zod';

const TEAM_ID = /^T[A-Z0-9]{2,20}$/;
const GROUP_ID = /^S[A-Z0-9]{2,20}$/;

export const SlackSettingsSchema = z.strictObject({
  /** The workspace the tokens must belong to; `null` takes whichever they do. */
  team: z
    .string()
    .regex(TEAM_ID, 'expected a workspace id such as T0123ABCD')
    .nullable()
    .default(null),
  /** User groups that count as roles; each needs the scope usergroups:read. */
  userGroups: z
    .array(z.string().regex(GROUP_ID, 'expected the id of a user group such as S0123ABCD'))
    .max(50)
    .default([]),
  /** Where Slack's Web API is; another one in tests. */
  apiUrl: z.url({ protocol: /^https?$/ }).default('https://slack.com/api/'),
  /** How long one call may take before its outcome counts as unknown. */
  requestTimeoutMs: z.int().min(500).max(60_000).default(10_000),
  /** The longest wait for a socket to say hello. */
  helloTimeoutMs: z.int().min(500).max(60_000).default(15_000),
  /** First pause before another try to connect; it doubles up to 30 s. */
  reconnectMs: z.int().min(10).max(30_000).default(500),
  /** How long a socket may leave a ping unanswered. */
  pingTimeoutMs: z.int().min(100).max(60_000).default(5_000),
  /** How far before the last record of a channel a start reads its history again. */
  overlapMs: z.int().min(0).max(3_600_000).default(120_000),
});

export type SlackSettings = z.output<typeof SlackSettingsSchema>;
