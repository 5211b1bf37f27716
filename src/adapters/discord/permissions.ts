/**
 * Whether each watched channel is there and lets us do what is needed, told by name.
 *
 * It is the only guard against a missing "Read Message History": history is then empty, without an
 * error.
 */
import { type Client, type REST, Routes } from 'discord.js';
import type { PlatformProblem } from '#publish/ports.ts';
import { failureOf } from './failures.ts';
import { foreignChannel, missingPermissions, NEEDED, unknownChannel } from './problems.ts';
import type { Rooms } from './rooms.ts';
import { ChannelSchema } from './wire.ts';

/** Problems of all watched channels; what cannot be told now is no problem. */
export async function checkChannels(
  client: Client,
  rest: REST,
  rooms: Rooms,
): Promise<readonly PlatformProblem[]> {
  const found = rooms.watched.map(async (id) => {
    const channel = client.channels.cache.get(id);
    if (channel !== undefined && 'guildId' in channel) {
      const server = channel.guildId;
      if (server !== null && !rooms.isOurs(server)) return foreignChannel(id, server);
    }
    const missing = missingIn(client, id);
    if (missing === null) return problemOfUnseen(rest, rooms, id);
    return missing.length > 0 ? missingPermissions(id, missing) : null;
  });
  return (await Promise.all(found)).filter((problem) => problem !== null);
}

/** Names of what the bot lacks there; `null` when the server has not told of the channel. */
function missingIn({ channels, user }: Client, channelId: string): readonly string[] | null {
  const channel = channels.cache.get(channelId);
  if (channel === undefined || !('permissionsFor' in channel) || user === null) return null;
  try {
    const own = channel.permissionsFor(user);
    return own === null ? [] : NEEDED.filter(([, bit]) => !own.has(bit)).map(([name]) => name);
  } catch (error) {
    // A server that was told of without its roles; a refusal will say what is missing.
    if (error instanceof TypeError) return [];
    throw error;
  }
}

async function problemOfUnseen(
  rest: REST,
  rooms: Rooms,
  channelId: string,
): Promise<PlatformProblem | null> {
  try {
    const { data } = ChannelSchema.safeParse(await rest.get(Routes.channel(channelId)));
    const server = data?.guild_id ?? null;
    if (server === null) return null;
    rooms.learn(channelId, server);
    return rooms.isOurs(server) ? null : foreignChannel(channelId, server);
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === 'gone') return unknownChannel(channelId);
    return failure.kind === 'forbidden' ? missingPermissions(channelId, ['View Channel']) : null;
  }
}
