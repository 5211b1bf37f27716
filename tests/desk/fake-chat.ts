/** A chat service in memory: what people say and press there, and what they see of the desk. */
import type { Author, ChatMessage, Relation } from '#alerts/model.ts';
import type { Deletion, Received } from '#alerts/ports.ts';
import { type MessageKey, messageKey } from '#kernel/ids.ts';
import type { Clock } from '#kernel/time.ts';
import type {
  Button,
  ChatPlatform,
  CommandShape,
  Invocation,
  PlatformProblem,
  Post,
  PostOutcome,
  Press,
} from '#publish/ports.ts';

export interface Speaking {
  readonly as?: string;
  readonly kind?: Author['kind'];
  readonly roleIds?: readonly string[];
  readonly channel?: string;
  readonly relation?: Relation;
  readonly messageId?: string;
  readonly agoMs?: number;
}

export interface Shown {
  readonly postId: string;
  readonly channelId: string;
  text: string;
  buttons: readonly Button[];
  readonly inReplyTo: MessageKey | null;
}

export const ALERTS = '100';
export const ORDERS = '200';
export const CONTROL = '300';
const POST_MS = 30;
const DELIVERED = 'delivered';

/** All of a service that outlives the desk's processes. */
export class FakeService {
  readonly shown: Shown[] = [];
  readonly messages: ChatMessage[] = [];
  /** By key: how often it was posted anew. */
  readonly created = new Map<string, number>();
  readonly tries: Post[] = [];
  /** What was written to people alone. */
  readonly directs: { readonly person: string; readonly key: string; readonly text: string }[] = [];
  refusesDirects = false;
  /** What becomes of the next tries. */
  readonly plans: ('refused' | 'lost' | 'taken_and_lost' | 'gone' | 'throws' | number)[] = [];
  readonly #clock: Clock;
  #ids = 1_000;
  #keys = new Map<string, Shown>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  newId(): string {
    this.#ids += 1;
    return String(this.#ids);
  }

  in(channelId: string): readonly Shown[] {
    return this.shown.filter((post) => post.channelId === channelId);
  }

  post(post: Post): PostOutcome {
    this.tries.push(post);
    const plan = this.plans.shift() ?? DELIVERED;
    if (plan === 'throws') throw new Error('a defect of the adapter');
    if (plan === 'refused') return failed('no permission', false);
    if (plan === 'lost') return failed('lost on the way');
    if (typeof plan === 'number') return failed('too many', true, plan);
    const shown = this.#find(post);
    if (shown === null) {
      this.#show(post);
    } else {
      shown.text = post.text;
      shown.buttons = post.buttons;
    }
    if (plan === 'taken_and_lost') return failed('the answer was lost');
    return { kind: 'delivered', postId: (shown ?? this.#find(post))?.postId ?? this.#lastId() };
  }

  /** As real platforms: by id, or by looking for the key where something may have got through. */
  #find({ key, postId, triedAt }: Post): Shown | null {
    if (postId !== null) return this.shown.find((one) => one.postId === postId) ?? null;
    return triedAt === null ? null : (this.#keys.get(key) ?? null);
  }

  #show({ key, channelId, text, buttons, inReplyTo }: Post): void {
    const shown = { postId: this.newId(), channelId, text, buttons, inReplyTo };
    this.created.set(key, (this.created.get(key) ?? 0) + 1);
    this.#keys.set(key, shown);
    this.shown.push(shown);
  }

  #lastId(): string {
    return this.shown.at(-1)?.postId ?? '';
  }

  now() {
    return this.#clock.now();
  }
}

/** The service as one process of the desk has it. */
export class FakeChat implements ChatPlatform {
  readonly platform = 'discord' as const;
  readonly responses: {
    readonly by: string;
    readonly text: string;
    readonly buttons: readonly Button[];
  }[] = [];
  after: ((channelId: string) => string | null) | null = null;
  complete:
    | ((command: string, option: string, typed: string, id: string) => readonly string[])
    | null = null;
  readonly #service: FakeService;
  readonly #clock: Clock;
  #hear: (message: ChatMessage) => Received = () => undefined;
  #forget: (deletion: Deletion) => Received = () => undefined;
  #press: (press: Press) => void = () => undefined;
  #invoke: (invocation: Invocation) => void = () => undefined;
  #trouble: (problem: PlatformProblem) => void = () => undefined;

  constructor(service: FakeService, clock: Clock) {
    this.#service = service;
    this.#clock = clock;
  }

  /** One message as the platform delivers it; settles when it may be told that it arrived. */
  say(
    text: string,
    speaking: Speaking = {},
  ): { readonly message: ChatMessage; readonly received: Received } {
    const {
      as = '1',
      kind = 'person',
      roleIds = [],
      channel = ALERTS,
      relation = 'initial',
    } = speaking;
    const messageId = speaking.messageId ?? this.#service.newId();
    const now = this.#clock.now();
    const message: ChatMessage = {
      key: messageKey('discord', channel, messageId),
      ...{ platform: 'discord', channelId: channel, messageId, text, relation, dryRun: false },
      author: { id: as, kind, displayName: `person ${as}`, roleIds },
      postedAt: (now - (speaking.agoMs ?? 0)) as ChatMessage['postedAt'],
      receivedAt: now,
    };
    this.#service.messages.push(message);
    return { message, received: this.#hear(message) };
  }

  again(message: ChatMessage): Received {
    return this.#hear(message);
  }

  remove(key: MessageKey): Received {
    return this.#forget({ key, at: this.#clock.now() });
  }

  press(button: string, by = '1', id = this.#service.newId(), channelId = CONTROL): string {
    this.#press({ ...this.#act(id, channelId, by), button });
    return id;
  }

  invoke(line: string, by = '1', channelId = ORDERS, id = this.#service.newId()): string {
    this.#invoke({ ...this.#act(id, channelId, by), line });
    return id;
  }

  trouble(problem: PlatformProblem): void {
    this.#trouble(problem);
  }

  post(post: Post): Promise<PostOutcome> {
    return new Promise((resolve, reject) => {
      this.#clock.after(POST_MS, () => {
        try {
          resolve(this.#service.post(post));
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
  }

  async start(after: (channelId: string) => string | null): Promise<void> {
    this.after = after;
  }

  async stop(): Promise<void> {}

  onMessage(listener: (message: ChatMessage) => Received): () => void {
    this.#hear = listener;
    return () => undefined;
  }

  onDeletion(listener: (deletion: Deletion) => Received): () => void {
    this.#forget = listener;
    return () => undefined;
  }

  onPress(listener: (press: Press) => void): () => void {
    this.#press = listener;
    return () => undefined;
  }

  onInvocation(listener: (invocation: Invocation) => void): () => void {
    this.#invoke = listener;
    return () => undefined;
  }

  onProblem(listener: (problem: PlatformProblem) => void): () => void {
    this.#trouble = listener;
    return () => undefined;
  }

  async offer(
    _: readonly CommandShape[],
    complete: Parameters<ChatPlatform['offer']>[1],
  ): Promise<void> {
    this.complete = (command, option, typed, id) => complete(command, option, typed, personOf(id));
  }

  async direct(person: string, key: string, text: string): Promise<PostOutcome> {
    if (this.#service.refusesDirects) {
      return { kind: 'failed', detail: 'away', retry: true, waitMs: null };
    }
    this.#service.directs.push({ person, key, text });
    return { kind: 'delivered', postId: this.#service.newId() };
  }

  health() {
    return { state: 'connected', detail: '', lastSeenAt: null } as const;
  }

  #act(id: string, channelId: string, by: string) {
    return {
      ...{ id, platform: 'discord' as const, channelId, by: personOf(by), at: this.#clock.now() },
      respond: async (text: string, buttons: readonly Button[] = []) => {
        this.responses.push({ by, text, buttons });
      },
    };
  }
}

function personOf(id: string) {
  return { id, displayName: `person ${id}`, roleIds: [] };
}

function failed(detail: string, retry = true, waitMs: number | null = null): PostOutcome {
  return { kind: 'failed', detail, retry, waitMs };
}
