/** A chat service as the suite of every chat platform drives it: its far side, its faults. */
import type { ChatMessage } from '#alerts/model.ts';
import type { Deletion } from '#alerts/ports.ts';
import type { MessageKey } from '#kernel/ids.ts';
import type {
  ChatPlatform,
  Invocation,
  PlatformProblem,
  Post,
  PostOutcome,
  Press,
} from '#publish/ports.ts';

/** Who speaks: ids as the service gives them. */
export interface Speaker {
  readonly id: string;
  readonly displayName: string;
  readonly roleIds: readonly string[];
}

/** What the service shows of one post of ours. */
export interface Shown {
  readonly postId: string;
  readonly channelId: string;
  readonly text: string;
  readonly buttons: readonly { readonly id: string; readonly label: string }[];
  /** The message it answers, by the service's id, or the post whose thread it stands in. */
  readonly repliesTo: string | null;
}

export type NextPost =
  /** Taken and shown; the answer gets lost. */
  | 'answer_lost'
  /** Taken and shown; answered as a failure of the service. */
  | 'taken_then_500'
  /** Not taken: too many, again after this many milliseconds. */
  | { readonly limitedMs: number }
  /** Not taken: we may not write here. */
  | 'forbidden';

/** The far side. Every act resolves once the service has done its part. */
export interface ChatService {
  readonly channelId: string;
  readonly secondChannelId: string;
  /** A channel that exists and is none of ours. */
  readonly foreignChannelId: string;
  readonly trader: Speaker;
  /** Names a message of `channelId` that does not exist (any more). */
  readonly goneMessage: MessageKey;
  /** What the service has beside initial messages. */
  readonly relations: readonly ('reply' | 'thread' | 'forward')[];
  /** Resolves with the message's id. */
  say(
    text: string,
    how?: {
      readonly as?: 'trader' | 'bot' | 'webhook';
      readonly channelId?: string;
      readonly relation?: 'initial' | 'reply' | 'thread' | 'forward';
    },
  ): Promise<string>;
  edit(messageId: string, text: string): Promise<void>;
  /** A preview of a link is added, as if by itself: no person edited anything. */
  unfurl(messageId: string): Promise<void>;
  remove(messageId: string): Promise<void>;
  /** The connection breaks, and with it the session: nothing is replayed. */
  cut(): Promise<void>;
  /** Connections are taken again. */
  mend(): Promise<void>;
  /** The last event is delivered once more. */
  repeatLast(): Promise<void>;
  /** Ours, in the order of their posting, as they stand now. */
  shown(): readonly Shown[];
  failNext(how: NextPost): void;
  /** The trader presses; resolves with what they alone are shown once the desk answered. */
  press(postId: string, buttonId: string): Promise<string>;
  /** The trader sends a command by the platform's menu, e.g. `status`; resolves likewise. */
  command(name: string, values: Readonly<Record<string, string>>): Promise<string>;
  /** What was written to people alone. */
  directs(): readonly { readonly person: string; readonly text: string }[];
  /** The token is refused from now on. */
  revoke(): void;
}

export interface ChatHarness {
  readonly platform: ChatPlatform;
  readonly service: ChatService;
  close(): Promise<void>;
}

/** What a platform told its desk, and waiting for more of it. */
export class Heard {
  readonly messages: ChatMessage[] = [];
  readonly deletions: Deletion[] = [];
  readonly presses: Press[] = [];
  readonly invocations: Invocation[] = [];
  readonly problems: PlatformProblem[] = [];
  readonly #waiting = new Set<() => void>();
  /** What the desk does with a message before it is on record. */
  onMessage: (message: ChatMessage) => Promise<void> = async () => undefined;

  constructor(platform: ChatPlatform) {
    platform.onMessage((message) => {
      this.messages.push(message);
      this.wake();
      return this.onMessage(message);
    });
    platform.onDeletion(this.#into(this.deletions));
    platform.onPress(this.#into(this.presses));
    platform.onInvocation(this.#into(this.invocations));
    platform.onProblem(this.#into(this.problems));
  }

  /** Resolves as soon as it holds; the test's own time-out bounds the wait. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  async texts(count: number): Promise<readonly string[]> {
    await this.until(() => this.messages.length >= count);
    return this.messages.map(({ text }) => text);
  }

  wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #into<T>(list: T[]): (item: T) => undefined {
    return (item) => {
      list.push(item);
      this.wake();
    };
  }
}

export function postOf(parts: Partial<Post> & Pick<Post, 'key' | 'channelId'>): Post {
  return {
    inReplyTo: null,
    text: 'Bought 1 UBER 78P',
    buttons: [],
    under: null,
    postId: null,
    underPostId: null,
    triedAt: null,
    ...parts,
  };
}

/** The id of what was delivered; anything else fails the test. */
export function deliveredId(outcome: PostOutcome): string {
  if (outcome.kind === 'failed') throw new Error(`not delivered: ${outcome.detail}`);
  return outcome.postId;
}

export interface Room extends ChatHarness {
  readonly heard: Heard;
}

/**
 * gaps: the service goes on while the desk is not connected · faults: requests and answers get
 * lost, and the service refuses some · token: it asks who we are.
 */
type Capability = 'gaps' | 'faults' | 'token';

/** What a platform does not have, and why: the reason is printed with each promise left out. */
export type Lacks = Readonly<Partial<Record<Capability, string>>>;

/** What a platform must have for a promise to mean anything. */
export interface Needs {
  readonly skip: (why: string) => void;
  readonly capability: Capability;
}

export type Use = (test: (room: Room) => Promise<void>, needs?: Needs) => Promise<void>;
