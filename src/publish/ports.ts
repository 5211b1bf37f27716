/** Where readers are: posts go out through a channel, with an identity that survives a retry. */
import type { MessageKey } from '#kernel/ids.ts';

export interface Post {
  /** The same key again changes the post of that key in place, or changes nothing. */
  readonly key: string;
  readonly channelId: string;
  /** The chat message this answers, when there is one. */
  readonly inReplyTo: MessageKey | null;
  readonly text: string;
}

export type PostOutcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'failed'; readonly detail: string; readonly retry: boolean };

export interface Channel {
  readonly platform: 'discord' | 'slack' | 'local';
  post(post: Post): Promise<PostOutcome>;
}
