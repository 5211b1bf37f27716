/** What an operator is told of Discord: a stable code, and in words what to do. */
import { PermissionFlagsBits } from 'discord.js';
import type { PlatformProblem } from '#publish/ports.ts';
import type { FatalClosing } from './connection.ts';
import { CODE, type Failure } from './failures.ts';

/** In the order in which a person finds them in Discord's own settings. */
export const NEEDED = [
  ['View Channel', PermissionFlagsBits.ViewChannel],
  ['Send Messages', PermissionFlagsBits.SendMessages],
  ['Read Message History', PermissionFlagsBits.ReadMessageHistory],
  ['Create Public Threads', PermissionFlagsBits.CreatePublicThreads],
  ['Send Messages in Threads', PermissionFlagsBits.SendMessagesInThreads],
] as const;
const ALL_NAMES = NEEDED.map(([name]) => name).join(', ');

export const NO_CONTENT: PlatformProblem = {
  code: 'intent_missing',
  detail:
    'messages arrive without their text: turn on "Message Content Intent" for the bot ' +
    '(Developer Portal, Bot, Privileged Gateway Intents), then restart',
  fatal: false,
};

/** The detail stands in the log: it would be a new problem with every message. */
export const UNREADABLE: PlatformProblem = {
  code: 'message_unreadable',
  detail: 'Discord sent something of a shape that is not known here: a newer version may be needed',
  fatal: false,
};

/** The message is asked for again; a desk that cannot record stops by itself. */
export const UNRECORDED: PlatformProblem = {
  code: 'message_not_recorded',
  detail: 'a message of Discord could not be put on record; it is asked for again: see the disk',
  fatal: false,
};

export function connectionLost(detail: string): PlatformProblem {
  const what = `Discord cannot be reached (${detail}); it is tried again without end`;
  return { code: 'connection_lost', detail: what, fatal: false };
}

export function closingProblem(closing: FatalClosing): PlatformProblem {
  switch (closing) {
    case 'token':
    case 4004:
      return {
        code: 'token_refused',
        detail:
          'Discord refuses the bot token: reset it (Developer Portal, Bot, Reset Token), give it ' +
          'as STRIKEWIRE_DISCORD_TOKEN and restart',
        fatal: true,
      };
    case 4013:
    case 4014:
      return {
        code: 'intent_missing',
        detail:
          `Discord refuses what the bot wants to read (${closing}): turn on "Message Content ` +
          'Intent" (Developer Portal, Bot, Privileged Gateway Intents), then restart',
        fatal: true,
      };
    case 4010:
    case 4011:
    case 4012:
      return {
        code: 'gateway_refused',
        detail: `Discord refuses the connection for good (${closing}): a newer version is needed`,
        fatal: true,
      };
  }
}

export function missingPermissions(channelId: string, names: readonly string[]): PlatformProblem {
  return {
    code: 'permission_missing',
    detail: `in channel ${channelId} the bot lacks: ${names.join(', ')}; allow it there`,
    fatal: false,
  };
}

export function unknownChannel(channelId: string): PlatformProblem {
  return {
    code: 'channel_unknown',
    detail:
      `Discord knows no channel ${channelId}, or the bot is not in its server: ` +
      'check the id in the configuration, and invite the bot there',
    fatal: false,
  };
}

export function foreignChannel(channelId: string, server: string): PlatformProblem {
  return {
    code: 'channel_of_other_server',
    detail: `channel ${channelId} is in server ${server}, which is not listed in discord.servers`,
    fatal: false,
  };
}

export type Act = 'post' | 'direct' | 'history';

/** `null`: no person need do anything. `where`: a channel, for a direct message a person. */
export function problemOf(failure: Failure, where: string, act: Act): PlatformProblem | null {
  if (act === 'direct' && failure.kind !== 'token') return directProblem(failure, where);
  const channelId = where;
  switch (failure.kind) {
    case 'token':
      return closingProblem('token');
    case 'forbidden':
      return isAboutRights(failure.code)
        ? inChannel('permission_missing', `the bot needs ${ALL_NAMES}`, { failure, channelId })
        : inChannel(`${act}_refused`, `refused: ${act}`, { failure, channelId });
    case 'gone':
      return failure.code === CODE.unknownChannel ? unknownChannel(channelId) : null;
    case 'refused':
      return inChannel(`${act}_refused`, `refused: ${act}`, { failure, channelId });
    case 'later':
    case 'unknown':
      return act === 'post'
        ? null
        : inChannel(
            'history_unavailable',
            'what was said meanwhile cannot be read yet; it is tried again without end',
            { failure, channelId },
          );
  }
}

function directProblem({ kind, detail }: Failure, person: string): PlatformProblem | null {
  if (kind === 'later' || kind === 'unknown') return null;
  const what = `person ${person} cannot be written to: ${detail}; they may have closed their`;
  return { code: 'direct_refused', detail: `${what} direct messages`, fatal: false };
}

function isAboutRights(code: number): boolean {
  return code === CODE.missingAccess || code === CODE.missingPermissions;
}

function inChannel(
  code: string,
  what: string,
  { failure, channelId }: { readonly failure: Failure; readonly channelId: string },
): PlatformProblem {
  return { code, detail: `channel ${channelId}: ${what} (${failure.detail})`, fatal: false };
}
