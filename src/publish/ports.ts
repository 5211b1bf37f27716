/**
 * Where readers are. A `Channel` takes posts, with an identity that survives a retry. A
 * `ChatPlatform` is all of a chat service: messages in, posts out, buttons and commands.
 *
 * A platform adapter says who spoke by immutable ids and never decides who may do what.
 */
import type { Author, Platform } from '#alerts/model.ts';
import type { Deletion, MessageSource, Received } from '#alerts/ports.ts';
import type { MessageKey } from '#kernel/ids.ts';
import type { EpochMs } from '#kernel/time.ts';

/** Pressed at most once each time it is shown; what it means is kept by whoever posted it. */
export interface Button {
  /** At most 100 characters, opaque to the platform. */
  readonly id: string;
  readonly label: string;
  readonly style: 'primary' | 'danger' | 'plain';
}

export interface Post {
  /** The same key again changes the post of that key in place, or changes nothing. */
  readonly key: string;
  readonly channelId: string;
  /** The chat message this answers, when there is one. */
  readonly inReplyTo: MessageKey | null;
  readonly text: string;
  /** Under the text, in this order; an edit replaces them all. */
  readonly buttons: readonly Button[];
  /** Key of an earlier post of ours under whose thread this belongs. */
  readonly under: string | null;
  /** The platform's id of the post of this key, once it was delivered: it is edited. */
  readonly postId: string | null;
  /** The platform's id of the post named by `under`, once that was delivered. */
  readonly underPostId: string | null;
  /** When a delivery of this text was first tried: a retry looks there for what got through. */
  readonly triedAt: EpochMs | null;
}

export type PostOutcome =
  /** `postId`: the platform's own id, which edits and threads name. */
  | { readonly kind: 'delivered'; readonly postId: string }
  /** `retry`: trying the same again later may help; `waitMs` as the platform asks. */
  | {
      readonly kind: 'failed';
      readonly detail: string;
      readonly retry: boolean;
      readonly waitMs: number | null;
    };

export interface Channel {
  readonly platform: Platform;
  /** Never throws for what a platform or a network does. */
  post(post: Post): Promise<PostOutcome>;
}

/** Somebody who pressed or commanded. */
export type Actor = Pick<Author, 'id' | 'displayName' | 'roleIds'>;

interface Interaction {
  /** The platform's id of this act: it may be delivered more than once. */
  readonly id: string;
  readonly platform: Platform;
  readonly channelId: string;
  readonly by: Actor;
  readonly at: EpochMs;
  /**
   * Answers so that only this person sees it, as far as the platform can. May be called several
   * times: each call replaces the answer before it. Never throws.
   */
  respond(text: string, buttons?: readonly Button[]): Promise<void>;
}

/** A button under one of our posts or answers was pressed. */
export interface Press extends Interaction {
  readonly button: string;
}

/** A slash command, written out as one line: `buy 2 UBER 78p 12/05 @ .75`. */
export interface Invocation extends Interaction {
  readonly line: string;
}

/** One command as platforms with their own command menus show it. */
export interface CommandShape {
  readonly name: string;
  readonly description: string;
  readonly options: readonly {
    readonly name: string;
    readonly description: string;
    readonly kind: 'text' | 'integer';
    readonly required: boolean;
    readonly choices: readonly string[];
    readonly completes: boolean;
  }[];
}

/** What an operator must know of a platform. */
export interface PlatformProblem {
  /** `token_refused`, `intent_missing`, `permission_missing`, `channel_unknown`, … */
  readonly code: string;
  readonly detail: string;
  /** Nothing comes in or goes out until somebody acts. */
  readonly fatal: boolean;
}

export interface PlatformHealth {
  readonly state: 'stopped' | 'connecting' | 'connected' | 'failed';
  readonly detail: string;
  /** When anything last arrived, heartbeats counted. */
  readonly lastSeenAt: EpochMs | null;
}

export interface ChatPlatform extends Channel, MessageSource {
  /**
   * Connects, and keeps connected until stopped. `after` names the last message on record of a
   * channel: whatever was said since is fetched after every gap and handed over oldest first.
   * `null`: nothing older than the start is of interest.
   */
  start(after: (channelId: string) => string | null): Promise<void>;
  stop(): Promise<void>;
  onDeletion(listener: (deletion: Deletion) => Received): () => void;
  onPress(listener: (press: Press) => void): () => void;
  onInvocation(listener: (invocation: Invocation) => void): () => void;
  /** Offers these in the platform's own menus; `complete` proposes values while one is typed. */
  offer(
    commands: readonly CommandShape[],
    complete: (command: string, option: string, typed: string, by: Actor) => readonly string[],
  ): Promise<void>;
  /** Writes to one person alone; the same key again writes nothing new. */
  direct(person: string, key: string, text: string): Promise<PostOutcome>;
  onProblem(listener: (problem: PlatformProblem) => void): () => void;
  health(): PlatformHealth;
}
