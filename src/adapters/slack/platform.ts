/**
 * Slack as a `ChatPlatform`: Socket Mode in, Web API out.
 *
 * Messages are acknowledged to Slack when they are on record, and not before: what is not
 * acknowledged comes again, up to three times in five minutes, and what nobody received is fetched
 * from the history after every reconnect. Whatever comes twice is told twice; the desk knows it by
 * its key.
 */
import type { ChatMessage } from '#alerts/model.ts';
import type { Deletion, Received } from '#alerts/ports.ts';
import type { Random } from '#kernel/random.ts';
import type { Secret } from '#kernel/secret.ts';
import type { Clock } from '#kernel/time.ts';
import type {
  ChatPlatform,
  Invocation,
  PlatformHealth,
  PlatformProblem,
  Post,
  PostOutcome,
  Press,
} from '#publish/ports.ts';
import { type AnswerTo, createAnswers } from './answers.ts';
import { Connection } from './connection.ts';
import { readHappening } from './events.ts';
import { Intake } from './intake.ts';
import { readPresses, readSlash } from './interactions.ts';
import { checkChannel, type Introduction, introduce } from './introduction.ts';
import { type Heard, hear, type Self } from './messages.ts';
import { createPeople, type KnownPeople } from './people.ts';
import { Posts } from './posts.ts';
import { createProblems, type Problems } from './problems.ts';
import type { SlackSettings } from './settings.ts';
import type { Envelope } from './socket.ts';
import { Standstill } from './standstill.ts';
import { createWeb, type Web } from './web.ts';

export interface SlackOptions {
  readonly settings: SlackSettings;
  /** `xapp-…`, with the scope connections:write. */
  readonly appToken: Secret;
  /** `xoxb-…`, with the scopes `docs/slack.md` names. */
  readonly botToken: Secret;
  /** Ids of our channels: messages of others are not heard, and these are read after every gap. */
  readonly channels: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
}

const STOP_MS = 2_000;
const GIVEN_UP_MS = 3_000;
const TOO_LATE = 'This may have come too late and was not done. Give it again.';
const NOTHING: Heard = { kind: 'nothing' };

export function createSlack(options: SlackOptions): ChatPlatform {
  return new Slack(options);
}

class Slack implements ChatPlatform {
  readonly platform = 'slack' as const;
  readonly #options: SlackOptions;
  readonly #web: Web;
  readonly #people: KnownPeople;
  readonly #posts: Posts;
  readonly #answerTo: AnswerTo;
  readonly #intake: Intake;
  readonly #connection: Connection;
  readonly #problems: Problems;
  readonly #standstill: Standstill;
  readonly #messages = new Set<(message: ChatMessage) => Received>();
  readonly #deletions = new Set<(deletion: Deletion) => Received>();
  readonly #presses = new Set<(press: Press) => void>();
  readonly #invocations = new Set<(invocation: Invocation) => void>();
  #self: Self | null = null;
  #after: (channelId: string) => string | null = () => null;

  constructor(options: SlackOptions) {
    const { settings, clock, channels } = options;
    const onProblem = (problem: PlatformProblem): void => this.#report(problem);
    this.#options = options;
    this.#problems = createProblems(clock);
    this.#standstill = new Standstill(clock);
    this.#web = createWeb(options.botToken, settings);
    const web = this.#web;
    this.#people = createPeople({ web, clock, userGroups: settings.userGroups, onProblem });
    this.#posts = new Posts({ web, clock, self: () => this.#self, onProblem });
    this.#answerTo = createAnswers(web, onProblem);
    this.#intake = new Intake({
      web,
      clock,
      channels,
      overlapMs: settings.overlapMs,
      hear: (event) => this.#hear(event),
      onMessage: async (message) => recorded(this.#messages, message),
      onDeletion: async (deletion) => recorded(this.#deletions, deletion),
      onCommand: (line, message) => this.#commanded(line, message),
      onProblem,
    });
    this.#connection = new Connection({
      ...options,
      prepare: async () => this.#introduced(),
      onEnvelope: (envelope) => void this.#take(envelope),
      onConnected: () => this.#intake.catchUp(),
      onFailed: (problem) => this.#problems.tell(problem),
      onProblem,
      onMended: (code) => this.#problems.mended(code),
    });
  }

  async start(after: (channelId: string) => string | null): Promise<void> {
    this.#after = after;
    this.#standstill.start();
    await this.#people.start();
    await this.#connection.start();
    if (this.health().state === 'connected') void this.#checkChannels();
  }

  async stop(): Promise<void> {
    this.#connection.stop();
    this.#standstill.stop();
    this.#intake.stop();
    this.#people.stop();
    await this.#posts.idle(STOP_MS);
  }

  async post(post: Post): Promise<PostOutcome> {
    return this.#posts.post(post);
  }

  async direct(person: string, key: string, text: string): Promise<PostOutcome> {
    return this.#posts.direct(person, key, text);
  }

  /** Slack shows one slash command, which the app's manifest declares; its help names the rest. */
  async offer(): Promise<void> {}

  health(): PlatformHealth {
    return this.#connection.health();
  }

  onMessage(listener: (message: ChatMessage) => Received): () => void {
    return added(this.#messages, listener);
  }

  onDeletion(listener: (deletion: Deletion) => Received): () => void {
    return added(this.#deletions, listener);
  }

  onPress(listener: (press: Press) => void): () => void {
    return added(this.#presses, listener);
  }

  onInvocation(listener: (invocation: Invocation) => void): () => void {
    return added(this.#invocations, listener);
  }

  onProblem(listener: (problem: PlatformProblem) => void): () => void {
    return this.#problems.add(listener);
  }

  /** Nothing can be told apart before it is known which messages are our own. */
  async #introduced(): Promise<Introduction> {
    const met = await introduce(this.#web, this.#options.settings.team);
    if (met.kind === 'known') {
      this.#self = met.self;
      for (const problem of met.problems) this.#report(problem);
      await this.#intake.expect(this.#after);
    }
    return met;
  }

  /** A fatal problem ends the connection, which tells of it. */
  #report(problem: PlatformProblem): void {
    if (problem.fatal) this.#connection.fail(problem);
    else this.#problems.tell(problem);
  }

  #hear(event: unknown): Heard {
    const { channels, clock } = this.#options;
    if (this.#self === null) return NOTHING;
    return hear(event, { self: this.#self, people: this.#people, channels }, clock.now());
  }

  async #take(envelope: Envelope): Promise<void> {
    const us = this.#self;
    if (us === null) return;
    if (envelope.type === 'events_api') {
      await this.#takeEvent(envelope, us);
      return;
    }
    // Whoever commands or presses is told after 3 s that it failed: what follows may take longer.
    void envelope.ack();
    const now = this.#options.clock.now();
    if (envelope.type === 'slash_commands') {
      const act = readSlash(envelope.body, us, this.#people, now);
      if (act === null) return;
      const { place, ...invocation } = act;
      // Slack has told its giver by then that it failed.
      if (this.#standstill.waitedMs() > GIVEN_UP_MS) {
        void this.#answerTo(place)(TOO_LATE);
        return;
      }
      tell(this.#invocations, {
        ...invocation,
        platform: this.platform,
        respond: this.#answerTo(place),
      });
    } else if (envelope.type === 'interactive') {
      for (const { place, ...press } of readPresses(envelope.body, us, this.#people, now)) {
        tell(this.#presses, { ...press, platform: this.platform, respond: this.#answerTo(place) });
      }
    }
  }

  async #takeEvent({ body, ack }: Envelope, us: Self): Promise<void> {
    const happening = readHappening(body, us);
    switch (happening.kind) {
      case 'message':
        if (!(await this.#intake.take(happening.event))) return;
        break;
      case 'revoked':
        this.#report({
          code: 'token_refused',
          detail: `${happening.how}. Install the app again, set its token and start again.`,
          fatal: true,
        });
        break;
      case 'rate_limited':
        this.#report({
          code: 'events_rate_limited',
          detail: 'Slack delivers no more events this hour: the app is in too many channels.',
          fatal: false,
        });
        break;
      case 'foreign':
        this.#report({
          code: 'team_foreign',
          detail: `An event of the workspace ${happening.team} was left out.`,
          fatal: false,
        });
        break;
      case 'other':
        break;
    }
    await ack();
  }

  #commanded(line: string, { key, channelId, author, postedAt }: ChatMessage): void {
    const { id, displayName, roleIds } = author;
    tell(this.#invocations, {
      id: key,
      platform: this.platform,
      channelId,
      by: { id, displayName, roleIds },
      at: postedAt,
      line,
      respond: this.#answerTo({ url: null, replaces: false, channelId, userId: id }),
    });
  }

  async #checkChannels(): Promise<void> {
    for (const channelId of this.#options.channels) {
      const problem = await checkChannel(this.#web, channelId);
      if (problem !== null) this.#report(problem);
    }
  }
}

function added<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell<T>(listeners: ReadonlySet<(value: T) => void>, value: T): void {
  for (const listener of listeners) listener(value);
}

/** Settles once every listener has it on disk; rejects where nobody listens. */
async function recorded<T>(
  listeners: ReadonlySet<(value: T) => Received>,
  value: T,
): Promise<void> {
  if (listeners.size === 0) throw new Error('nobody listens');
  await Promise.all([...listeners].map(async (listener) => listener(value)));
}
