/**
 * A chat room inside the program, in place of Discord or Slack: people of a script speak in it, the
 * desk answers in it, the page shows it.
 *
 * Promises
 * 1. A post of a known key changes that post in place: a retry never says a thing twice.
 * 2. Message ids never repeat, also after a restart.
 */
import type { ChatMessage } from '#alerts/model.ts';
import type { MessageSource, Said } from '#alerts/ports.ts';
import { messageKey } from '#kernel/ids.ts';
import type { Clock } from '#kernel/time.ts';
import type { Channel, Post } from '#publish/ports.ts';

export interface LocalRoom extends Channel, MessageSource {
  readonly platform: 'local';
  /** Somebody says something; the message as the desk receives it. */
  say(said: Said): ChatMessage;
  /** What the desk posted, oldest first, bounded. */
  posts(): readonly Post[];
  /** Calls `listener` with every new or changed post, until undone. */
  onPost(listener: (post: Post) => void): () => void;
}

export interface LocalRoomOptions {
  readonly clock: Clock;
  /** An id nobody was given before. */
  readonly newId: () => string;
}

const POSTS_MAX = 500;

export function createLocalRoom({ clock, newId }: LocalRoomOptions): LocalRoom {
  const listeners = new Set<(message: ChatMessage) => void>();
  const postListeners = new Set<(post: Post) => void>();
  const posts = new Map<string, Post>();

  return {
    platform: 'local',
    say({ channelId, author, text, relation, messageId }) {
      const id = messageId ?? newId();
      const at = clock.now();
      const message: ChatMessage = {
        key: messageKey('local', channelId, id),
        platform: 'local',
        channelId,
        messageId: id,
        author,
        text,
        postedAt: at,
        receivedAt: at,
        relation,
        dryRun: false,
      };
      for (const listener of listeners) listener(message);
      return message;
    },
    onMessage(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async post(post) {
      posts.set(post.key, post);
      const oldest = posts.keys().next();
      if (posts.size > POSTS_MAX && oldest.done !== true) posts.delete(oldest.value);
      for (const listener of postListeners) listener(post);
      return { kind: 'delivered' };
    },
    posts: () => [...posts.values()],
    onPost(listener) {
      postListeners.add(listener);
      return () => postListeners.delete(listener);
    },
  };
}
