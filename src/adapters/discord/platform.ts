/**
 * Discord as a chat platform: messages in, posts out, buttons and commands.
 *
 * In    every event of the gateway, as it comes; what was missed, from each channel's history.
 * Out   messages of the watched channels and their threads, of everybody but ourselves.
 * Rule  who said it is told by ids; who may do what is not known here.
 *
 * Events are read from the wire and not from the library's objects: those wait for servers that are
 * slow to come, drop edits of what they do not know, and fail at shapes they do not expect.
 */
import type { Client, REST } from 'discord.js';
import type { ChatMessage } from '#alerts/model.ts';
import type { Deletion } from '#alerts/ports.ts';
import type { Secret } from '#kernel/secret.ts';
import type { Cancel, Clock, EpochMs } from '#kernel/time.ts';
import type {
  ChatPlatform,
  CommandShape,
  Invocation,
  PlatformHealth,
  PlatformProblem,
  Post,
  PostOutcome,
  Press,
} from '#publish/ports.ts';
import { Connection } from './connection.ts';
import { type Failure, failureOf } from './failures.ts';
import { Inbox } from './inbox.ts';
import { type Complete, Interactions } from './interactions.ts';
import { Listeners } from './listeners.ts';
import { menuOf } from './menu.ts';
import { registerMenu } from './menu-registration.ts';
import { checkChannels } from './permissions.ts';
import {
  type Act,
  closingProblem,
  connectionLost,
  NO_CONTENT,
  problemOf,
  UNREADABLE,
  UNRECORDED,
} from './problems.ts';
import { Publisher } from './publisher.ts';
import { createRest } from './rest.ts';
import { Rooms } from './rooms.ts';
import type { DiscordSettings } from './settings.ts';
import { GuildSchema, ReadySchema } from './wire.ts';

export interface DiscordOptions {
  readonly settings: DiscordSettings;
  readonly token: Secret;
  /** Ids of the channels that are listened to. */
  readonly channelIds: readonly string[];
  readonly clock: Clock;
  /** For the log: what went wrong and was dealt with. Never a secret. */
  readonly onTrouble: (detail: string) => void;
  /** `none` in tests: the library waits 5 s before it identifies again. */
  readonly identifyThrottle?: 'library' | 'none';
}

const API_URL = 'https://discord.com/api';
/** Changes of roles and channels come in flocks. */
const CHECK_AFTER_MS = 1_000;
const CHECKED_ON = ['CHANNEL_UPDATE', 'CHANNEL_DELETE', 'GUILD_ROLE_UPDATE', 'GUILD_MEMBER_UPDATE'];
const REFUSED_WAIT_MS = 60_000;

export function createDiscord(options: DiscordOptions): ChatPlatform {
  return new DiscordPlatform(options);
}

class DiscordPlatform implements ChatPlatform {
  readonly platform = 'discord';
  readonly #options: DiscordOptions;
  readonly #rest: REST;
  readonly #rooms: Rooms;
  readonly #inbox: Inbox;
  readonly #publisher: Publisher;
  readonly #interactions: Interactions;
  readonly #connection: Connection;
  readonly #messages = new Listeners<ChatMessage>();
  readonly #deletions = new Listeners<Deletion>();
  readonly #presses = new Listeners<Press>();
  readonly #invocations = new Listeners<Invocation>();
  readonly #problems = new Listeners<PlatformProblem>();
  /** Each problem is told once, until it is gone or the next start. */
  #told = new Set<string>();
  #channelProblems: readonly string[] = [];
  #shapes: readonly CommandShape[] | null = null;
  #self: { readonly userId: string; readonly applicationId: string } | null = null;
  /** Servers that went away for a while: their channels may have missed something. */
  readonly #awayServers = new Set<string>();
  #client: Client | null = null;
  #lastSeenAt: EpochMs | null = null;
  #isTokenRefused = false;
  #stopCheck: Cancel = () => undefined;

  readonly onMessage = this.#messages.add;
  readonly onDeletion = this.#deletions.add;
  readonly onPress = this.#presses.add;
  readonly onInvocation = this.#invocations.add;
  readonly onProblem = this.#problems.add;

  constructor(options: DiscordOptions) {
    const { settings, token, clock, channelIds, onTrouble } = options;
    this.#options = options;
    const apiUrl = (settings.apiUrl ?? API_URL).replace(/\/+(?:v\d+\/*)?$/, '');
    const rooms = new Rooms(channelIds, settings.servers);
    const rest = createRest(apiUrl, settings.requestWithinMs, () =>
      this.#giveUp(closingProblem('token')),
    );
    const shared = { rest, clock, rooms, onTrouble };
    const ownId = (): string | null => this.#self?.userId ?? null;
    const onFailure = (failure: Failure, where: string, act: Act): void =>
      this.#failed(failure, where, act);
    this.#rest = rest;
    this.#rooms = rooms;
    this.#publisher = new Publisher({ rest, clock, ownId, onFailure });
    this.#interactions = new Interactions({
      ...{ ...shared, command: settings.command },
      onPress: (press) => void this.#tell(this.#presses, press),
      onInvocation: (invocation) => void this.#tell(this.#invocations, invocation),
    });
    this.#inbox = new Inbox({
      ...{ ...shared, ...settings, ownId, onFailure },
      onMessage: (message) => this.#messages.tell(message),
      onDeletion: (deletion) => this.#deletions.tell(deletion),
      onUnrecorded: (error) => {
        onTrouble(`a message could not be put on record: ${String(error)}`);
        this.#report(UNRECORDED);
      },
      onEmptied: () => this.#report(NO_CONTENT),
      onUnreadable: (what) => {
        onTrouble(`${what} of unknown shape was left out`);
        this.#report(UNREADABLE);
      },
    });
    this.#connection = new Connection({
      ...{ ...settings, apiUrl, token, clock },
      identifyThrottle: options.identifyThrottle ?? 'library',
      onEvent: (event, data) => this.#take(event, data),
      onSign: () => {
        this.#lastSeenAt = clock.now();
      },
      onServers: (client) => this.#inBackground(this.#meet(client)),
      onFatal: (closing) => this.#giveUp(closingProblem(closing)),
      onLost: (detail) => this.#report(connectionLost(detail)),
      onTrouble,
    });
  }

  async start(after: (channelId: string) => string | null): Promise<void> {
    if (this.#connection.state !== 'stopped') await this.stop();
    this.#told = new Set();
    this.#channelProblems = [];
    this.#isTokenRefused = false;
    this.#rest.setToken(this.#options.token.reveal());
    this.#inbox.begin(after);
    return this.#connection.start();
  }

  async stop(): Promise<void> {
    this.#stopCheck();
    this.#inbox.stop();
    this.#client = null;
    await this.#connection.stop();
  }

  async post(post: Post): Promise<PostOutcome> {
    return this.#isTokenRefused ? refusedOutcome() : this.#publisher.post(post);
  }

  async direct(person: string, key: string, text: string): Promise<PostOutcome> {
    return this.#isTokenRefused ? refusedOutcome() : this.#publisher.direct(person, key, text);
  }

  async offer(commands: readonly CommandShape[], complete: Complete): Promise<void> {
    this.#shapes = commands;
    this.#interactions.offer(commands, complete);
    await this.#register();
  }

  health(): PlatformHealth {
    const { state, detail } = this.#connection;
    return { state, detail, lastSeenAt: this.#lastSeenAt };
  }

  #take(event: string, data: unknown): void {
    this.#rooms.take(event, data);
    if (event === 'READY') this.#greet(data);
    // The library resumed: what it replayed came before this, in order.
    if (event === 'RESUMED') this.#inbox.fetchMissed(this.#rooms.watched, 'pass');
    if (event === 'GUILD_CREATE' || event === 'GUILD_DELETE') this.#serverMoved(event, data);
    if (event === 'INTERACTION_CREATE') this.#interactions.take(data);
    if (CHECKED_ON.includes(event)) this.#checkSoon();
    this.#inbox.take(event, data);
  }

  #greet(data: unknown): void {
    const { data: ready } = ReadySchema.safeParse(data);
    if (ready !== undefined) {
      const { user, application } = ready;
      this.#self = { userId: user.id, applicationId: application?.id ?? user.id };
    }
    this.#told.delete(keyOf(connectionLost('')));
    this.#inbox.fetchMissed(this.#rooms.watched, 'hold');
  }

  #serverMoved(event: string, data: unknown): void {
    const id = GuildSchema.safeParse(data).data?.id;
    if (id === undefined) return;
    if (event === 'GUILD_DELETE') this.#awayServers.add(id);
    else if (this.#awayServers.delete(id)) {
      this.#inbox.fetchMissed(this.#rooms.watchedIn(id), 'hold');
    }
    if (event === 'GUILD_DELETE') this.#checkSoon();
  }

  async #meet(client: Client): Promise<void> {
    this.#client = client;
    await Promise.all([this.#check(client), this.#register()]);
  }

  #checkSoon(): void {
    this.#stopCheck();
    this.#stopCheck = this.#options.clock.after(CHECK_AFTER_MS, () => {
      if (this.#client !== null) this.#inBackground(this.#check(this.#client));
    });
  }

  async #check(client: Client): Promise<void> {
    const found = await checkChannels(client, this.#rest, this.#rooms);
    const keys = found.map(keyOf);
    const mended = this.#channelProblems.filter((key) => !keys.includes(key));
    for (const key of mended) this.#told.delete(key);
    // What could not be read there may be readable now.
    if (mended.length > 0) this.#inbox.fetchMissed(this.#rooms.watched, 'pass');
    this.#channelProblems = keys;
    for (const problem of found) this.#report(problem);
  }

  async #register(): Promise<void> {
    const servers = this.#rooms.servers();
    if (this.#shapes === null || this.#self === null || servers.length === 0) return;
    const { applicationId } = this.#self;
    const menu = menuOf(this.#options.settings.command, this.#shapes);
    const problems = await registerMenu(this.#rest, { applicationId, servers }, menu);
    for (const problem of problems) this.#report(problem);
  }

  #failed(failure: Failure, where: string, act: Act): void {
    const problem = problemOf(failure, where, act);
    if (problem?.fatal === true) this.#giveUp(problem);
    else if (problem !== null) this.#report(problem);
  }

  #giveUp(problem: PlatformProblem): void {
    if (problem.code === 'token_refused') this.#isTokenRefused = true;
    void this.#connection.fail(problem.detail);
    this.#report(problem);
  }

  #report(problem: PlatformProblem): void {
    const key = keyOf(problem);
    if (this.#told.has(key)) return;
    this.#told.add(key);
    void this.#tell(this.#problems, problem);
  }

  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#options.onTrouble(`looking after Discord failed: ${failureOf(error).detail}`);
    });
  }

  async #tell<T>(listeners: Listeners<T>, value: T): Promise<void> {
    try {
      await listeners.tell(value);
    } catch (error) {
      this.#options.onTrouble(`a listener failed: ${String(error)}`);
    }
  }
}

function keyOf({ code, detail }: PlatformProblem): string {
  return code === 'connection_lost' ? code : `${code} ${detail}`;
}

/** It goes out once the token is mended. */
function refusedOutcome(): PostOutcome {
  const detail = 'Discord refuses the bot token';
  return { kind: 'failed', detail, retry: true, waitMs: REFUSED_WAIT_MS };
}
