/** The room inside the program: what a platform promises that needs no network to be kept. */
import { randomUUID } from 'node:crypto';
import { LocalRoom } from '#adapters/local-chat/room.ts';
import { messageKey } from '#kernel/ids.ts';
import { createSystemClock } from '#kernel/time.ts';
import type { Post } from '#publish/ports.ts';
import { chatPlatformContract } from './chat-platform.contract.ts';
import type { ChatService, Shown } from './chat-service.ts';

const CHANNELS = { channelId: 'floor', secondChannelId: 'swings' };
const TRADER = { id: 'mara', displayName: 'Mara', roleIds: ['traders'] };

chatPlatformContract(
  'local',
  async () => {
    const newId = () => randomUUID();
    const channelIds = Object.values(CHANNELS);
    const platform = new LocalRoom({ clock: createSystemClock(), newId, channelIds });
    return { platform, service: serviceOf(platform), close: async () => undefined };
  },
  {
    gaps: 'the room lives and dies with the desk: nobody speaks in it while the desk is away',
    faults: 'no network lies between the room and the desk, and every channel is open to it',
    token: 'the room asks for none',
  },
);

function serviceOf(room: LocalRoom): ChatService {
  const { channelId } = CHANNELS;
  let last: Parameters<LocalRoom['say']>[0] | null = null;

  function say(said: Parameters<LocalRoom['say']>[0]): string {
    const { messageId } = room.say(said);
    last = { ...said, messageId };
    return messageId;
  }

  const answered = (start: (act: Parameters<LocalRoom['press']>[0]) => void): Promise<string> =>
    new Promise((onAnswer) => {
      start({ channelId, by: TRADER, onAnswer });
    });

  return {
    ...CHANNELS,
    foreignChannelId: 'elsewhere',
    trader: TRADER,
    goneMessage: messageKey('local', channelId, 'gone'),
    relations: ['reply', 'thread', 'forward'],
    async say(text, { as = 'trader', channelId: where = channelId, relation = 'initial' } = {}) {
      const kind = as === 'trader' ? 'person' : as;
      return say({
        ...{ channelId: where, text, relation, messageId: null },
        author: { ...TRADER, kind },
      });
    },
    async edit(messageId, text) {
      const author = { ...TRADER, kind: 'person' } as const;
      say({ channelId, author, text, relation: 'edit', messageId });
    },
    // The room makes no previews.
    async unfurl() {},
    async remove(messageId) {
      room.remove(channelId, messageId);
    },
    cut: absent,
    mend: absent,
    async repeatLast() {
      if (last !== null) say(last);
    },
    shown: () => room.posts().map(shownOf),
    failNext: absent,
    press: (_, button) => answered((act) => room.press(act, button)),
    command: (name, values) =>
      answered((act) => room.command(act, [name, ...Object.values(values)].join(' '))),
    directs: () => room.notes(),
    revoke: absent,
  };
}

function absent(): never {
  throw new Error('the room has nothing of the kind');
}

function shownOf({ key, channelId, text, buttons, inReplyTo, underPostId }: Post): Shown {
  return {
    postId: key,
    channelId,
    text,
    buttons: buttons.map(({ id, label }) => ({ id, label })),
    repliesTo: underPostId ?? inReplyTo?.split(':').at(-1) ?? null,
  };
}
