/** The stand-in as the suite of chat platforms drives it. */

import { messageKey } from '#kernel/ids.ts';
import type { ChatService, NextPost, Shown } from '../../contract/chat-service.ts';
import { listOf, recordOf, textOf } from '../support/json.ts';
import { fault, type Member, type Message, type User } from './model.ts';
import { type DiscordStandIn, type DiscordStandInOptions, openDiscordStandIn } from './stand-in.ts';

export interface DiscordService extends ChatService {
  readonly standIn: DiscordStandIn;
  readonly serverId: string;
  /** A channel of another server the bot is in. */
  readonly otherId: string;
  readonly trader: ChatService['trader'];
  readonly member: Member;
  close(): Promise<void>;
}

const CREATE = /^\/channels\/\d+\/messages$/;

export async function openDiscordService(
  options: DiscordStandInOptions = {},
): Promise<DiscordService> {
  const standIn = await openDiscordStandIn(options);
  const { world, gateway, rest, interactions } = standIn;
  const server = world.addGuild('room');
  const role = world.addRole(server, 'traders');
  const member = world.addMember(server, { username: 'Tess' }, [role]);
  const bot = world.addMember(server, { username: 'Tess', bot: true });
  const channel = world.addChannel(server.id, 'alerts');
  const second = world.addChannel(server.id, 'more-alerts');
  const foreign = world.addChannel(server.id, 'lounge');
  const other = world.addChannel(world.addGuild('elsewhere').id, 'alerts');

  const messageOf = (id: string): Message => {
    const message = world.messages.get(id);
    if (message === undefined) throw new Error(`no message ${id}`);
    return message;
  };
  const parentOf = (message: Message): string =>
    world.channels.get(message.channelId)?.parentId ?? message.channelId;
  const shownOf = (message: Message): Shown => {
    const thread = world.channels.get(message.channelId);
    const isInThread = thread?.type === 11;
    const reference = recordOf(message.wire['message_reference']);
    const rows = listOf(message.wire['components']);
    const buttons = rows.flatMap((row) => listOf(recordOf(row)['components']).map(recordOf));
    return {
      postId: isInThread ? `${message.channelId}/${message.id}` : message.id,
      channelId: parentOf(message),
      text: message.content,
      buttons: buttons.map(({ custom_id: id, label }) => ({
        id: textOf(id) ?? '',
        label: textOf(label) ?? '',
      })),
      repliesTo: isInThread ? message.channelId : textOf(reference['message_id']),
    };
  };
  const ours = (kind: 'direct' | 'public'): readonly Message[] =>
    [...world.messages.values()].filter(({ author, channelId }) => {
      const isDirect = world.channels.get(channelId)?.type === 1;
      return author.id === world.bot.id && isDirect === (kind === 'direct');
    });
  const author = (as: 'trader' | 'bot' | 'webhook'): User =>
    ({ trader: member.user, bot: bot.user, webhook: { ...bot.user, id: world.newId() } })[as];

  return {
    standIn,
    serverId: server.id,
    otherId: other.id,
    channelId: channel.id,
    secondChannelId: second.id,
    foreignChannelId: foreign.id,
    trader: { id: member.user.id, displayName: 'Tess', roleIds: [role] },
    member,
    goneMessage: messageKey('discord', channel.id, '1000000000000000001'),
    relations: ['reply', 'thread', 'forward'],
    async say(text, { as = 'trader', channelId = channel.id, relation = 'initial' } = {}) {
      const webhook = as === 'webhook' ? { webhook_id: world.newId() } : {};
      if (relation === 'initial') {
        return world.create({ channelId, author: author(as), content: text, extra: webhook }).id;
      }
      const root = world.create({ channelId: foreign.id, author: bot.user, content: 'root' });
      const reference = { message_id: root.id, channel_id: channelId, guild_id: server.id };
      if (relation === 'thread') {
        const thread = world.addThread(channel, 'talk');
        return world.create({ channelId: thread.id, author: author(as), content: text }).id;
      }
      const snapshot = { message: { content: text, embeds: [], attachments: [], type: 0 } };
      const extra =
        relation === 'reply'
          ? { type: 19, message_reference: { type: 0, ...reference } }
          : { message_reference: { type: 1, ...reference }, message_snapshots: [snapshot] };
      return world.create({ channelId, author: author(as), content: text, extra }).id;
    },
    async edit(id, content) {
      world.edit(messageOf(id), { content });
    },
    async unfurl(id) {
      world.change(messageOf(id), { embeds: [{ type: 'link', url: 'https://example.com' }] });
    },
    async remove(id) {
      world.remove([id]);
    },
    async cut() {
      gateway.refuses = true;
      gateway.forgetSessions();
      gateway.reset();
      await gateway.until(() => gateway.sockets() === 0);
    },
    async mend() {
      gateway.refuses = false;
      await gateway.until(() => gateway.connected() === 1);
    },
    async repeatLast() {
      gateway.repeatLast();
    },
    shown: () => ours('public').map(shownOf),
    failNext(how: NextPost) {
      const rule = { method: 'POST', path: CREATE, times: 1 } as const;
      if (typeof how === 'object') {
        const seconds = how.limitedMs / 1000;
        const body = { message: 'limited', retry_after: seconds, global: false };
        const headers = { 'retry-after': String(seconds), 'x-ratelimit-scope': 'shared' };
        rest.fail({ ...rule, how: { status: 429, body, headers } });
      } else if (how === 'forbidden') {
        rest.fail({ ...rule, how: fault(403, 50013, 'Missing Permissions') });
      } else {
        rest.fail({ ...rule, how });
      }
    },
    async press(postId, buttonId) {
      const message = messageOf(postId.split('/').at(-1) ?? '');
      const data = { custom_id: buttonId, component_type: 2 };
      const { channelId, wire } = message;
      const id = interactions.start({ channelId, member, type: 3, data, message: wire });
      return (await interactions.wait(id)).text;
    },
    async command(name, values) {
      const given = Object.entries(values).map(([key, value]) => ({ name: key, type: 3, value }));
      const data = { id: '1', type: 1, name: 'tt', options: [{ name, type: 1, options: given }] };
      const id = interactions.start({ channelId: channel.id, member, type: 2, data });
      return (await interactions.wait(id)).text;
    },
    directs: () =>
      ours('direct').map(({ channelId, content }) => ({
        person: world.channels.get(channelId)?.person ?? '',
        text: content,
      })),
    revoke() {
      standIn.setToken('refused');
    },
    close: () => standIn.close(),
  };
}
