/**
 * What intake is told by the configuration: who may trigger what where, and how late.
 *
 * People, roles and channels are platform-qualified immutable ids (`discord:123`, `slack:U01AB`,
 * `local:operator`), never names: names can be chosen to look like anybody's. Empty lists allow
 * nobody anything.
 */
import { z } from 'zod';
import { type BasisPoints, parsePercent } from '#kernel/percent.ts';
import { PERMISSIONS, type Permission, PLATFORMS } from './model.ts';
import { ParsePolicySchema } from './parser/settings.ts';

const PLATFORM_ID = new RegExp(`^(?:${PLATFORMS.join('|')}):[A-Za-z0-9_.:-]{1,80}$`);
const DISCORD_ID = /^discord:\d{1,20}$/;

/** Discord ids are digits and nothing else: a name put there by mistake is found at the start. */
const PlatformIdSchema = z
  .string()
  .regex(PLATFORM_ID, 'expected a platform and its immutable id such as discord:123456789')
  .refine(
    (id) => !id.startsWith('discord:') || DISCORD_ID.test(id),
    'expected digits after discord: (the id of a user, role or channel, not its name)',
  );

const PermissionsSchema = z.array(z.enum(PERMISSIONS));

const PersonSchema = z.strictObject({
  /** For people who read the file; never compared. */
  name: z.string().max(100).default(''),
  permissions: PermissionsSchema,
});

const ChannelSchema = z.strictObject({
  name: z.string().max(100).default(''),
  purpose: z.enum(['alerts', 'commands', 'control']),
  /** What may be concluded from what is not written, and which classes may be traded. */
  parser: ParsePolicySchema.prefault({}),
  /** STO and BTC can be read, and are always refused: the desk opens long positions only. */
  actions: z.array(z.enum(['BTO', 'STC'])).default(['BTO', 'STC']),
  /** Nothing of this channel reaches the broker. */
  dryRun: z.boolean().default(false),
  /** Whether somebody who may not trigger is told so; a public channel stays silent. */
  answerUnauthorized: z.boolean().default(false),
});

const ShareSchema = z.string().transform((text, context): BasisPoints => {
  const share = parsePercent(text);
  if (share !== null && share > 0 && share < 10_000) return share;
  context.addIssue(`expected a percentage between 0% and 100% such as "50%", was "${text}"`);
  return z.NEVER;
});

export const AlertSettingsSchema = z.strictObject({
  people: z.record(PlatformIdSchema, PersonSchema).default({}),
  roles: z.record(PlatformIdSchema, PersonSchema).default({}),
  channels: z.record(PlatformIdSchema, ChannelSchema).default({}),
  /** From posting to decision. */
  ageMsMax: z.int().min(1000).max(120_000).default(30_000),
  /** How far ahead of this machine's clock a platform's may be. */
  aheadMsMax: z.int().min(0).max(60_000).default(5000),
  duplicateWindowMs: z.int().min(0).max(3_600_000).default(10_000),
  /** The same instruction after the window, while a trade in its instrument is open. */
  repeat: z.enum(['block_if_open', 'allow']).default('block_if_open'),
  /** What becomes of an entry that still works when its author deletes the message. */
  onDeletion: z.enum(['keep', 'cancel']).default('keep'),
  /** What "trim" or "partial" sells when it names no part. */
  partialExit: ShareSchema.prefault('50%'),
});

export interface AlertSettings extends z.output<typeof AlertSettingsSchema> {
  /** What was taken from a person past the configuration: no role gives it back. */
  readonly withdrawn?: Readonly<Record<string, readonly Permission[]>>;
}
export type ChannelSettings = z.output<typeof ChannelSchema>;
