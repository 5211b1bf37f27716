/**
 * The desk in its chat rooms: messages in, commands and presses in, answers out.
 *
 * Rules
 * 1. A platform hears that a message arrived once it is on record, and not before.
 * 2. An alert of a room for alerts goes to the lane; a line to the bot goes to the commands, and is
 *    on record before anything is done; everything else is nobody's business.
 * 3. Of people who may do nothing only so many commands a minute are taken, and put on record.
 * 4. The same act delivered again, also after a restart, does nothing. Whose command a restart cut
 *    off is told so, and gives it again.
 */
import { permissionsOf } from '#alerts/admission.ts';
import type { ChatMessage } from '#alerts/model.ts';
import type { AlertSettings, ChannelSettings } from '#alerts/settings.ts';
import type { DeskEntry } from '#audit/model.ts';
import { JournalUnwritable } from '#journal/ports.ts';
import { sha256Hex } from '#kernel/digest.ts';
import { asMessageKey, type MessageKey } from '#kernel/ids.ts';
import { clip, failureText } from '#kernel/text.ts';
import type { Cancel, Clock } from '#kernel/time.ts';
import { type Asker, actorOf } from '#operate/commands/authorise.ts';
import { type Completions, commandShapes, complete } from '#operate/commands/menu.ts';
import { lineIn } from '#operate/commands/read-line.ts';
import {
  type Asked,
  type CommandAnswer,
  type Commands,
  lineOfButton,
} from '#operate/commands/run.ts';
import type { Desk } from '#orders/desk.ts';
import { type AlertAct, readAlertButton } from '#publish/alert-buttons.ts';
import type { DuePost, PostSource } from '#publish/outbox.ts';
import type { Actor, ChatPlatform, Invocation, Press } from '#publish/ports.ts';
import type { AlertLane } from '../lane/alert-lane.ts';
import { recordableText } from '../recordable-text.ts';
import type { Askers } from './askers.ts';
import { answerKey, type CommandsTaken } from './commands-taken.ts';
import { STRANGERS_PER_MINUTE, StrangerLimit } from './stranger-limit.ts';
import type { Watermarks } from './watermarks.ts';

export interface ChatDeskParts {
  readonly platforms: readonly ChatPlatform[];
  readonly desk: Desk;
  readonly lane: Pick<AlertLane, 'take' | 'deleted'>;
  readonly commands: Commands;
  /** What a button about an alert does: the words for whoever pressed. */
  readonly actOnAlert: (
    press: Press,
    what: { readonly act: AlertAct; readonly key: MessageKey },
  ) => Promise<string>;
  readonly askers: Askers;
  readonly settings: () => AlertSettings;
  readonly watermarks: Watermarks;
  readonly completions: Completions;
  readonly taken: CommandsTaken;
  readonly clock: Clock;
  /** There is something to post. */
  readonly onSaid: () => void;
}

const CANNOT = 'This cannot be used here.';
const TOO_MANY_STRANGERS =
  `people who may do nothing give more than ${STRANGERS_PER_MINUTE} commands a minute: the rest are ` +
  'neither answered nor put on record. Look who is in the channels';
const CUT_OFF =
  'The desk started anew before this was answered. Look what came of it, then decide.';
/** Whoever asked longer ago has looked elsewhere by now. */
const CUT_OFF_MS = 60 * 60_000;
const ANSWERS_KEPT = 200;
const OUTCOME_MAX = 300;
const WAKE_MS = 10_000;

export class ChatDesk implements PostSource {
  readonly #parts: ChatDeskParts;
  /** Answers to typed commands that are not posted yet, by key. */
  readonly #answers = new Map<string, DuePost>();
  readonly #undo: (() => void)[] = [];
  readonly #strangers: StrangerLimit;
  #stopWaking: Cancel = () => undefined;

  constructor(parts: ChatDeskParts) {
    this.#parts = parts;
    this.#strangers = new StrangerLimit(parts.clock, () =>
      parts.desk.incident('chat_trouble', TOO_MANY_STRANGERS),
    );
  }

  /** Resolves when every platform is connected or has given up for now. */
  async start(): Promise<void> {
    this.#wake();
    this.#tellCutOff();
    await Promise.all(this.#parts.platforms.map((platform) => this.#open(platform)));
  }

  async stop(): Promise<void> {
    this.#stopWaking();
    for (const undo of this.#undo) undo();
    await Promise.all(this.#parts.platforms.map((platform) => platform.stop()));
  }

  due(): readonly DuePost[] {
    return [...this.#answers.values()];
  }

  /** An answer that was posted is not posted again. */
  take({ kind, body }: DeskEntry): void {
    if (kind !== 'notice.delivered') return;
    if (this.#answers.get(body.key)?.digest === body.digest) this.#answers.delete(body.key);
  }

  async #open(platform: ChatPlatform): Promise<void> {
    const { desk, watermarks, completions } = this.#parts;
    const { platform: name } = platform;
    this.#undo.push(
      platform.onMessage((message) => this.#heard(message)),
      platform.onDeletion(({ key }) => this.#parts.lane.deleted(key, name)),
      platform.onPress((press) => void this.#settle(this.#pressed(press))),
      platform.onInvocation((act) => void this.#settle(this.#interact(act, act.line))),
      platform.onProblem(({ code, detail, fatal }) => {
        const state = fatal ? 'Nothing comes in or goes out until it is mended. ' : '';
        desk.incident('chat_trouble', `${name}: ${code}: ${state}${detail}`);
      }),
    );
    // Ids and symbols are told to whoever may do something, and to nobody else.
    const offered = platform.offer(commandShapes(), (command, option, typed, by) =>
      this.#mayAnything(name, by) ? complete({ command, option, typed }, completions) : [],
    );
    await this.#settle(offered);
    await this.#settle(platform.start((channelId) => watermarks.after(name, channelId)));
  }

  /** What goes wrong in one act stops no other; what a journal refuses, it says itself. */
  async #settle(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (error instanceof JournalUnwritable) return;
      this.#parts.desk.incident('adapter_failed', `chat: ${failureText(error)}`);
    }
  }

  #heard(message: ChatMessage): Promise<void> | undefined {
    const room = this.#roomOf(message);
    const text = recordableText(message.text);
    const line = message.relation === 'initial' ? lineIn(text) : null;
    if (line !== null) return this.#typed(message, line, room);
    if (room?.purpose !== 'alerts') return undefined;
    const { recorded, answer } = this.#parts.lane.take({ ...message, text });
    void this.#settle(answer.then(() => undefined));
    return recorded;
  }

  /** Settles once the command is on record; the answer is posted when it is there. */
  async #typed(message: ChatMessage, line: string, room: ChannelSettings | null): Promise<void> {
    const { messageId, platform, channelId, postedAt, author, key } = message;
    const asker = this.#askerOf(message, room);
    if (!this.#isTaken(asker)) return;
    const asked = { id: messageId, line, by: author, asker, at: postedAt };
    const isNew = await this.#record(asked, messageId);
    if (!isNew) return;
    const to = { platform, channelId, inReplyTo: key, since: postedAt };
    const post = (said: CommandAnswer): void => this.#say(answerKey(message), said, to);
    void this.#settle(this.#answer(asked, async (said) => post(said)));
  }

  async #pressed(press: Press): Promise<void> {
    const about = readAlertButton(press.button);
    if (about !== null) {
      await this.#actOnAlert(press, about);
      return;
    }
    const line = lineOfButton(press.button);
    if (line === null) await press.respond(CANNOT);
    else await this.#interact(press, line);
  }

  async #actOnAlert(press: Press, about: { act: AlertAct; key: MessageKey }): Promise<void> {
    const asked = this.#askedBy(press, `button ${press.button}`);
    if (!this.#isTaken(asked.asker)) return press.respond(CANNOT);
    const isNew = await this.#record(asked, null);
    if (!isNew) return;
    const text = await this.#parts.actOnAlert(press, about);
    this.#noteAnswer(asked, text);
    await press.respond(text);
  }

  async #interact(act: Invocation | Press, line: string): Promise<void> {
    const asked = this.#askedBy(act, line);
    if (!this.#isTaken(asked.asker)) return act.respond(CANNOT);
    const isNew = await this.#record(asked, null);
    if (!isNew) return;
    await this.#answer(asked, ({ text, buttons }) => act.respond(text ?? CANNOT, buttons));
  }

  async #answer(asked: Asked, give: (said: CommandAnswer) => Promise<void>): Promise<void> {
    this.#parts.askers.note(asked.asker);
    const answer = await this.#parts.commands.run(asked);
    if (answer.later === null) this.#noteAnswer(asked, answer.text);
    await give(answer);
    const later = await answer.later;
    if (later === null) return;
    this.#noteAnswer(asked, later.text);
    await give(later);
  }

  /** What somebody was told, but for strangers, who are told nothing. */
  #noteAnswer({ asker, line }: Asked, text: string | null): void {
    if (text === null) return;
    const { desk } = this.#parts;
    const act = `answered ${recordableText(clip(line, OUTCOME_MAX))}`;
    const body = { act, reason: clip(text, OUTCOME_MAX), at: desk.now() };
    desk.record([{ kind: 'operator.acted', body, actor: actorOf(asker) }], 'lazy');
  }

  #isTaken({ permissions }: Asker): boolean {
    return permissions.size > 0 || this.#strangers.takes();
  }

  /** False for an act that was on record before: whoever gave it was answered then. */
  async #record({ id, line, asker, at }: Asked, messageId: string | null): Promise<boolean> {
    const { platform, channelId } = asker;
    if (this.#parts.taken.has(platform, id)) return false;
    const body = { platform, channelId, id, messageId, line: recordableText(line), at };
    const { records, durable } = this.#parts.desk.record(
      [{ kind: 'command.received', body, actor: actorOf(asker) }],
      'sync',
    );
    for (const record of records) this.#parts.taken.take(record);
    await durable;
    return true;
  }

  /** Whoever may do something here is told; a stranger was not answered before either. */
  #tellCutOff(): void {
    const { taken, settings, desk } = this.#parts;
    const { people } = settings();
    for (const command of taken.open()) {
      const { channelId, actor, at } = command;
      const platform = this.#parts.platforms.find((one) => one.platform === command.platform);
      const isKnown = (people[actor]?.permissions.length ?? 0) > 0;
      if (platform === undefined || !isKnown || desk.now() - at > CUT_OFF_MS) continue;
      const said = { text: CUT_OFF, buttons: [], later: null };
      const key = answerKey(command);
      const inReplyTo = asMessageKey(key.slice('cmd:'.length));
      this.#say(key, said, { platform: platform.platform, channelId, inReplyTo, since: at });
    }
  }

  #say(
    key: string,
    { text, buttons }: CommandAnswer,
    to: Pick<DuePost, 'platform' | 'since'> & Pick<DuePost['post'], 'channelId' | 'inReplyTo'>,
  ): void {
    if (text === null) return;
    const { platform, channelId, inReplyTo, since } = to;
    const post = { key, channelId, inReplyTo, text, buttons, ...ALONE };
    this.#answers.set(key, { platform, post, digest: sha256Hex(text), since });
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > ANSWERS_KEPT && oldest !== undefined) this.#answers.delete(oldest);
    this.#parts.onSaid();
  }

  #roomOf({ platform, channelId }: Pick<ChatMessage, 'platform' | 'channelId'>) {
    const { channels } = this.#parts.settings();
    return channels[`${platform}:${channelId}`] ?? null;
  }

  #askedBy({ id, platform, channelId, by, at }: Invocation | Press, line: string): Asked {
    const author = { ...by, kind: 'person' } as const;
    const room = this.#roomOf({ platform, channelId });
    return { id, line, by, asker: this.#askerOf({ platform, channelId, author }, room), at };
  }

  #askerOf(
    message: Pick<ChatMessage, 'platform' | 'channelId' | 'author'>,
    room: ChannelSettings | null,
  ): Asker {
    const { platform, channelId, author } = message;
    return {
      ...{ platform, channelId, id: author.id, kind: author.kind },
      permissions: permissionsOf(message, this.#parts.settings()),
      purpose: room?.purpose ?? null,
    };
  }

  #mayAnything(platform: ChatPlatform['platform'], by: Actor): boolean {
    const author = { ...by, kind: 'person' } as const;
    return permissionsOf({ platform, author }, this.#parts.settings()).size > 0;
  }

  /** Posts that wait for their time, such as edits that would come too often. */
  #wake(): void {
    this.#stopWaking = this.#parts.clock.after(WAKE_MS, () => {
      this.#parts.onSaid();
      this.#wake();
    });
  }
}

const ALONE = { under: null, underPostId: null, postId: null, triedAt: null } as const;
