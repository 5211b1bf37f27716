/** The stand-in as the suite of chat platforms drives it. */
import { messageKey } from '#kernel/ids.ts';
import type { ChatService, NextPost, Shown } from '../../contract/chat-service.ts';
import { listOf, recordOf, textOf } from '../support/json.ts';
import { openSlackStandIn, type SlackStandIn, type SlackStandInOptions } from './stand-in.ts';
import type { Fault } from './web-api.ts';
import type { Message } from './world.ts';

export interface SlackService extends ChatService {
  readonly standIn: SlackStandIn;
  close(): Promise<void>;
}

/** A user group whose only member is the trader. */
export const GROUP = 'S0TRADERS';

export async function openSlackService(options: SlackStandInOptions = {}): Promise<SlackService> {
  const standIn = await openSlackStandIn(options);
  const { world } = standIn;
  const [channelId, secondChannelId] = [
    world.addChannel('alerts').id,
    world.addChannel('swings').id,
  ];
  const foreignChannelId = world.addChannel('elsewhere').id;
  const trader = world.addPerson('Mara');
  world.groups.set(GROUP, [trader]);
  const service = serviceOf(standIn, { channelId, secondChannelId, foreignChannelId }, trader);
  return { ...service, standIn, close: () => standIn.close() };
}

type Rooms = Pick<ChatService, 'channelId' | 'secondChannelId' | 'foreignChannelId'>;

function serviceOf(standIn: SlackStandIn, rooms: Rooms, trader: string): ChatService {
  const { world, socket, web } = standIn;
  const { channelId } = rooms;

  async function whispered(act: () => void): Promise<string> {
    const next = world.nextWhisper();
    act();
    return next;
  }

  return {
    ...rooms,
    trader: { id: trader, displayName: 'Mara', roleIds: [GROUP] },
    goneMessage: messageKey('slack', channelId, '1600000000.000100'),
    relations: ['thread', 'forward'],
    async say(text, { as = 'trader', channelId: where = channelId, relation = 'initial' } = {}) {
      const author = AUTHORS[as];
      const share = { attachments: [{ is_share: true, is_msg_unfurl: true, text }] };
      const given = {
        channelId: where,
        user: as === 'trader' ? trader : null,
        text,
        ...author,
        ...(relation === 'thread' ? { threadTs: '1600000000.000200' } : {}),
        ...(relation === 'forward' ? { extra: share } : {}),
      };
      return world.post(given).ts;
    },
    async edit(ts, text) {
      world.change(channelId, ts, trader, { text });
    },
    async unfurl(ts) {
      const attachments = [{ from_url: 'https://example.org', text: 'A page' }];
      world.change(channelId, ts, null, { extra: { attachments } });
    },
    async remove(ts) {
      world.remove(channelId, ts);
    },
    async cut() {
      socket.refuses = true;
      socket.drop();
    },
    async mend() {
      socket.refuses = false;
    },
    async repeatLast() {
      socket.repeatLast();
    },
    shown: () => world.ours().filter(isPublic).map(shownOf),
    failNext: (how) => web.failNext('chat.postMessage', faultOf(how)),
    press: (postId, buttonId) =>
      whispered(() => standIn.press(trader, channelId, postId, buttonId)),
    command: (name, values) =>
      whispered(() =>
        standIn.command(trader, channelId, [name, ...Object.values(values)].join(' ')),
      ),
    directs: () =>
      world.ours().flatMap((message) => {
        const person = world.channels.get(message.channelId)?.person ?? null;
        return person === null ? [] : [{ person, text: message.text }];
      }),
    revoke() {
      web.tokenError = 'token_revoked';
    },
  };

  function isPublic(message: Message): boolean {
    return world.channels.get(message.channelId)?.kind !== 'im';
  }
}

const AUTHORS = {
  trader: {},
  bot: { user: 'U0OTHERBOT', botId: 'B0OTHER' },
  webhook: { botId: 'B0HOOK', extra: { subtype: 'bot_message', username: 'Mara' } },
} as const;

function faultOf(how: NextPost): Fault {
  if (how === 'answer_lost') return { kind: 'answer_lost' };
  if (how === 'taken_then_500') return { kind: 'done_then_500' };
  if (how === 'forbidden') return { kind: 'error', error: 'not_in_channel' };
  return { kind: 'limited', seconds: how.limitedMs / 1_000 };
}

function shownOf(message: Message): Shown {
  const blocks = listOf(message.extra['blocks']).map(recordOf);
  const elements = blocks.flatMap((block) => listOf(block['elements']).map(recordOf));
  return {
    postId: message.ts,
    channelId: message.channelId,
    text: message.text,
    buttons: elements.map((element) => ({
      id: textOf(element['value']) ?? '',
      label: textOf(recordOf(element['text'])['text']) ?? '',
    })),
    repliesTo: message.threadTs,
  };
}
