/** Presses of buttons and slash commands, read from what Slack sends of them. */
import { z } from 'zod';
import { type EpochMs, epochMs } from '#kernel/time.ts';
import type { Actor } from '#publish/ports.ts';
import { actorOf, instantOf, isOther, type People, type Self } from './messages.ts';
import { typedLine } from './wording.ts';

const Id = z.string().min(1).max(200);

const SlashSchema = z.looseObject({
  command: z.string(),
  text: z.string().default(''),
  user_id: Id,
  channel_id: Id,
  team_id: Id,
  trigger_id: Id,
  response_url: z.url().nullish(),
});

const PressSchema = z.looseObject({
  type: z.literal('block_actions'),
  user: z.looseObject({ id: Id, team_id: Id.nullish() }),
  team: z.looseObject({ id: Id }).nullish(),
  channel: z.looseObject({ id: Id }).nullish(),
  container: z.looseObject({
    channel_id: Id.optional(),
    message_ts: Id.optional(),
    is_ephemeral: z.boolean().optional(),
  }),
  actions: z
    .array(
      z.looseObject({
        type: z.string(),
        action_id: z.string(),
        value: z
          .string()
          .nullish()
          .transform((value) => value ?? null),
        action_ts: z.string().nullish(),
      }),
    )
    .min(1),
  response_url: z.url().nullish(),
});

/** Where an answer goes that only one person sees. */
export interface AnswerPlace {
  readonly url: string | null;
  /** The answer takes the place of what was pressed: it, too, only they see. */
  readonly replaces: boolean;
  readonly channelId: string;
  readonly userId: string;
}

interface Act {
  readonly id: string;
  readonly channelId: string;
  readonly by: Actor;
  readonly at: EpochMs;
  readonly place: AnswerPlace;
}

export interface PressAct extends Act {
  readonly button: string;
}

export interface CommandAct extends Act {
  readonly line: string;
}

/** `null` for what is none of ours: another workspace, or a shape without a meaning here. */
export function readSlash(
  body: unknown,
  self: Self,
  people: People,
  now: EpochMs,
): CommandAct | null {
  const read = SlashSchema.safeParse(body);
  if (!read.success || isOther(read.data.team_id, self)) return null;
  const { user_id: userId, channel_id: channelId, trigger_id: id, response_url: url } = read.data;
  return {
    id: `slack:${id}`,
    channelId,
    by: actorOf(userId, null, self, people),
    at: now,
    line: typedLine(read.data.text),
    place: { url: url ?? null, replaces: false, channelId, userId },
  };
}

/** Every button pressed; Slack sends one at a time. */
export function readPresses(
  body: unknown,
  self: Self,
  people: People,
  now: EpochMs,
): readonly PressAct[] {
  const read = PressSchema.safeParse(body);
  if (!read.success || isOther(read.data.team?.id ?? null, self)) return [];
  const { user, channel, container, actions, response_url: url } = read.data;
  const channelId = channel?.id ?? container.channel_id;
  if (channelId === undefined) return [];
  return actions.flatMap(({ type, value, action_ts: ts }) =>
    type === 'button' && value !== null
      ? [
          {
            id: `slack:${channelId}:${container.message_ts ?? ''}:${ts ?? now}:${user.id}`,
            channelId,
            by: actorOf(user.id, user.team_id ?? null, self, people),
            at: instantOf(ts ?? '') ?? epochMs(now),
            button: value,
            place: {
              url: url ?? null,
              replaces: container.is_ephemeral === true,
              channelId,
              userId: user.id,
            },
          },
        ]
      : [],
  );
}
