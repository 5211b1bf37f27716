/**
 * What Discord sends, as far as it is read here. Only what a fact is made of is demanded; the rest
 * may be absent, as it is in history and in older payloads.
 */
import { z } from 'zod';

const Id = z.string().regex(/^\d{1,20}$/);
const OptionalId = Id.nullish();

const UserSchema = z.object({
  id: Id,
  username: z.string().nullish(),
  global_name: z.string().nullish(),
  bot: z.boolean().nullish(),
  system: z.boolean().nullish(),
});

export const MemberSchema = z.object({
  roles: z.array(Id).default([]),
  nick: z.string().nullish(),
});

/** https://discord.com/developers/docs/resources/message#message-object */
export const MessageSchema = z.object({
  id: Id,
  channel_id: Id,
  guild_id: OptionalId,
  /** One that says none is of no known type. */
  type: z.int().default(-1),
  content: z.string().default(''),
  author: UserSchema,
  member: MemberSchema.nullish(),
  flags: z.int().nullish(),
  edited_timestamp: z.string().nullish(),
  webhook_id: z.unknown().optional(),
  application_id: z.unknown().optional(),
  interaction: z.unknown().optional(),
  interaction_metadata: z.unknown().optional(),
  message_snapshots: z.unknown().optional(),
  message_reference: z.object({ type: z.int().nullish(), message_id: OptionalId }).nullish(),
  embeds: z.array(z.unknown()).nullish(),
  attachments: z.array(z.unknown()).nullish(),
  components: z.array(z.unknown()).nullish(),
  sticker_items: z.array(z.unknown()).nullish(),
  poll: z.unknown().optional(),
});
export type WireMessage = z.output<typeof MessageSchema>;
export type WireUser = z.output<typeof UserSchema>;
export type WireMember = z.output<typeof MemberSchema>;

/** Older and partial updates leave out who wrote it: that is never compared for an edit. */
export const EditSchema = MessageSchema.extend({ author: UserSchema.default({ id: '0' }) });

export const DeletionSchema = z.object({
  id: OptionalId,
  ids: z.array(Id).default([]),
  channel_id: Id,
  guild_id: OptionalId,
});

export const PersonSchema = z.object({ id: Id });

export const PostedSchema = z.object({
  id: Id,
  content: z.string().nullish(),
  author: PersonSchema.nullish(),
});

export const ChannelSchema = z.object({
  id: Id,
  guild_id: OptionalId,
  parent_id: OptionalId,
  type: z.int().nullish(),
});

export const GuildSchema = z.object({
  id: Id,
  channels: z.array(ChannelSchema).default([]),
  threads: z.array(ChannelSchema).default([]),
});

export const ThreadsSchema = z.object({ threads: z.array(ChannelSchema).default([]) });

export const ReadySchema = z.object({
  user: PersonSchema,
  application: PersonSchema.nullish(),
});

const ScalarSchema = z.union([z.string(), z.number(), z.boolean()]);
const ValueSchema = z.object({
  name: z.string(),
  value: ScalarSchema.nullish(),
  focused: z.boolean().nullish(),
});
const SubcommandSchema = ValueSchema.extend({ options: z.array(ValueSchema).nullish() });
const OptionSchema = ValueSchema.extend({ options: z.array(SubcommandSchema).nullish() });
export type WireOption = z.output<typeof OptionSchema>;

/** https://discord.com/developers/docs/interactions/receiving-and-responding */
export const InteractionSchema = z.object({
  id: Id,
  application_id: Id,
  /** 2 command · 3 button · 4 a value being typed. */
  type: z.int(),
  token: z.string().min(1),
  guild_id: OptionalId,
  channel_id: OptionalId,
  channel: z.object({ id: Id, parent_id: OptionalId }).nullish(),
  member: MemberSchema.extend({ user: UserSchema }).nullish(),
  user: UserSchema.nullish(),
  data: z
    .object({
      name: z.string().nullish(),
      custom_id: z.string().nullish(),
      options: z.array(OptionSchema).nullish(),
    })
    .nullish(),
});
export type WireInteraction = z.output<typeof InteractionSchema>;
