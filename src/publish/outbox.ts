/**
 * Which acknowledgements have to go out, read from the record.
 *
 * In    every record as told, from the first; a start replays the journal through here.
 * Out   the posts whose text differs from what was last recorded as delivered.
 * Rule  the record alone says what was posted (`notice.delivered`), so nothing is lost or doubled
 *       over a restart: a delivery that was not recorded is repeated under the same key, which
 *       changes the post in place.
 */
import type { Platform } from '#alerts/model.ts';
import type { MessageStory, Told, TradeStory } from '#audit/model.ts';
import { sha256Hex } from '#kernel/digest.ts';
import { asMessageKey, type MessageKey, messageKey, type TradeId } from '#kernel/ids.ts';
import type { EpochMs } from '#kernel/time.ts';
import { acknowledge, type ReasonOf } from './acknowledgement.ts';
import { alertButton, EDIT_KEPT } from './alert-buttons.ts';
import { repairMessageId, shownKey } from './made-messages.ts';
import type { Button, Post } from './ports.ts';

/** What became later of older messages is in the audit. */
const MESSAGES_MAX = 1_000;
/** Of them and those whose first answer has still to go out: a platform may be away for long. */
const UNANSWERED_MAX = 5_000;
const POST_PREFIX = 'ack:';
const PLAIN = { under: null, underPostId: null, triedAt: null } as const;

export interface DuePost {
  readonly platform: Platform;
  readonly post: Post;
  /** What `notice.delivered` names together with the key. */
  readonly digest: string;
  /** Nothing of it can have been posted before. */
  readonly since: EpochMs;
  /** Money is at work: it goes before what only says no. */
  readonly isUrgent?: true;
}

export interface PostSource {
  /** The same again until their delivery is told. */
  due(): readonly DuePost[];
}

export interface OutboxRules {
  readonly reasonOf: ReasonOf;
  /** Whether the channel is to hear of it: refusals of strangers usually are not answered. */
  readonly isAnswered: (message: MessageStory) => boolean;
  /** Address of a trade's page for readers of the chat; absent: there is none. */
  readonly tradeUrl?: (id: TradeId) => string;
}

interface Answer {
  readonly message: MessageStory;
  /** Digest of the text last delivered. */
  readonly delivered: string | null;
  /** The platform's id of the post, which later texts change. */
  readonly postId: string | null;
  /** Somebody decided that the entry stays although the message was edited. */
  readonly isKept: boolean;
}

/** What the record says of posts, as plain data. */
export interface SavedOutbox {
  readonly answers: readonly Answer[];
  readonly trades: readonly {
    readonly story: TradeStory;
    readonly askedBy: readonly MessageKey[];
  }[];
  readonly stale: readonly MessageKey[];
}

export class Outbox implements PostSource {
  readonly #rules: OutboxRules;
  readonly #answers = new Map<MessageKey, Answer>();
  /** Each trade as last told, and the messages that opened it or close it. */
  readonly #trades = new Map<TradeId, { story: TradeStory; readonly askedBy: Set<MessageKey> }>();
  /** Messages of which something was told since their post was last found delivered. */
  readonly #stale = new Set<MessageKey>();
  /** Posts of stale messages as last worked out: hundreds may wait, and are asked for often. */
  readonly #made = new Map<MessageKey, DuePost>();

  constructor(rules: OutboxRules) {
    this.#rules = rules;
  }

  /** Takes every record in its turn. */
  take({ entry, message, trade }: Told): void {
    if (message !== null) this.#takeMessage(message);
    if (trade !== null) this.#takeTrade(trade, message);
    if (entry.kind === 'notice.delivered') this.#delivered(entry.body);
    if (entry.kind === 'operator.acted' && entry.body.act === EDIT_KEPT) this.#kept(entry.message);
  }

  save(): SavedOutbox {
    return {
      answers: [...this.#answers.values()],
      trades: [...this.#trades.values()].map(({ story, askedBy }) => ({
        story,
        askedBy: [...askedBy],
      })),
      stale: [...this.#stale],
    };
  }

  /** Of a new outbox, in place of the records that made what was saved. */
  restore({ answers, trades, stale }: SavedOutbox): void {
    for (const answer of answers) this.#answers.set(answer.message.key, answer);
    for (const { story, askedBy } of trades) {
      this.#trades.set(story.id, { story, askedBy: new Set(askedBy) });
    }
    for (const key of stale) this.#touch(key);
  }

  /** A message as last told, and the trade it opened or closes; `null` when it is forgotten. */
  about(key: MessageKey): { message: MessageStory; trade: TradeStory | null } | null {
    const message = this.#answers.get(key)?.message ?? null;
    return message === null ? null : { message, trade: this.#tradeOf(message) };
  }

  /** Posts to send now; the same again until their delivery is told. */
  due(): readonly DuePost[] {
    const posts: DuePost[] = [];
    for (const key of this.#stale) {
      const post = this.#made.get(key) ?? this.#postOf(key);
      if (post === null) {
        this.#stale.delete(key);
        continue;
      }
      this.#made.set(key, post);
      posts.push(post);
    }
    return posts;
  }

  /** Something was told of it: there may be other words to post. */
  #touch(key: MessageKey): void {
    this.#stale.add(key);
    this.#made.delete(key);
  }

  #takeMessage(message: MessageStory): void {
    const { key } = message;
    const before = this.#answers.get(key);
    if (before?.message === message) return;
    // Of a message forgotten here only its trade is still told of: that answer is settled.
    if (before === undefined && message.outcome !== 'received') return;
    const { delivered = null, postId = null, isKept = false } = before ?? {};
    this.#answers.set(key, { message, delivered, postId, isKept });
    this.#touch(key);
    // The refusal that offered a repair no longer does once it was taken.
    const repaired = shownKey(message.message);
    if (repaired !== null && repaired !== key) this.#touch(repaired);
    this.#forgetOld();
  }

  #takeTrade(story: TradeStory, message: MessageStory | null): void {
    const asks = message?.tradeId === story.id && this.#answers.has(message.key);
    const known = this.#trades.get(story.id) ?? (asks ? { story, askedBy: new Set() } : null);
    // Of a trade whose messages are forgotten nothing is answered any more.
    if (known === null) return;
    if (asks) known.askedBy.add(message.key);
    known.story = story;
    this.#trades.set(story.id, known);
    for (const key of known.askedBy) this.#touch(key);
  }

  #delivered(notice: { readonly key: string; readonly digest: string; readonly postId?: string }) {
    if (!notice.key.startsWith(POST_PREFIX)) return;
    const key = asMessageKey(notice.key.slice(POST_PREFIX.length));
    const answer = this.#answers.get(key);
    if (answer === undefined) return;
    const postId = notice.postId ?? answer.postId;
    this.#answers.set(key, { ...answer, delivered: notice.digest, postId });
    this.#made.delete(key);
  }

  #kept(key: MessageKey | undefined): void {
    const answer = key === undefined ? undefined : this.#answers.get(key);
    if (key === undefined || answer === undefined) return;
    this.#answers.set(key, { ...answer, isKept: true });
    this.#touch(key);
  }

  #tradeOf({ tradeId }: MessageStory): TradeStory | null {
    return tradeId === null ? null : (this.#trades.get(tradeId)?.story ?? null);
  }

  #postOf(key: MessageKey): DuePost | null {
    const answer = this.#answers.get(key);
    if (answer === undefined || !this.#rules.isAnswered(answer.message)) return null;
    const { message, delivered, postId } = answer;
    const text = this.#textOf(message);
    if (text === null) return null;
    const buttons = this.#buttonsOf(answer);
    const digest = digestOf(text, buttons);
    if (digest === delivered) return null;
    const { channelId, platform, receivedAt: since } = message.message;
    const inReplyTo = shownKey(message.message);
    const address = { key: POST_PREFIX + key, channelId, inReplyTo };
    const post = { ...address, ...PLAIN, text, buttons, postId };
    const due = { platform, post, digest, since };
    return message.tradeId === null ? due : { ...due, isUrgent: true };
  }

  #textOf(message: MessageStory): string | null {
    const text = acknowledge(message, this.#tradeOf(message), this.#rules.reasonOf);
    const url = message.tradeId === null ? null : (this.#rules.tradeUrl?.(message.tradeId) ?? null);
    return text === null || url === null ? text : `${text}\n${url}`;
  }

  #buttonsOf({ message, isKept }: Answer): readonly Button[] {
    const { key, outcome, repairs } = message;
    const { platform, channelId, messageId } = message.message;
    if (outcome === 'refused' && repairs.length > 0 && shownKey(message.message) === key) {
      const taken = this.#answers.has(messageKey(platform, channelId, repairMessageId(messageId)));
      return taken ? [] : [alertButton('fix', key)];
    }
    const trade = this.#tradeOf(message);
    return !isKept && trade !== null && isEditedWhileEntering(message, trade)
      ? [alertButton('keep', key), alertButton('drop', key)]
      : [];
  }

  #forgetOld(): void {
    while (this.#answers.size > MESSAGES_MAX) {
      const [oldest] = this.#answers;
      if (oldest === undefined) return;
      const [key, { delivered }] = oldest;
      const isUnanswered = delivered === null && this.#postOf(key) !== null;
      if (isUnanswered && this.#answers.size <= UNANSWERED_MAX) return;
      this.#forget(key);
    }
  }

  #forget(oldest: MessageKey): void {
    const id = this.#answers.get(oldest)?.message.tradeId ?? null;
    this.#answers.delete(oldest);
    this.#stale.delete(oldest);
    this.#made.delete(oldest);
    if (id === null) return;
    const askedBy = this.#trades.get(id)?.askedBy ?? new Set();
    askedBy.delete(oldest);
    if (askedBy.size === 0) this.#trades.delete(id);
  }
}

/** Its words changed after it was taken, and what it opened can still be taken back. */
export function isEditedWhileEntering(message: MessageStory, trade: TradeStory): boolean {
  const { editedText, key } = message;
  const isChanged = editedText !== null && editedText !== message.message.text;
  return isChanged && trade.plan.message === key && trade.entry.kind === 'open';
}

function digestOf(text: string, buttons: readonly Button[]): string {
  return sha256Hex(buttons.length === 0 ? text : `${text}\n${buttons.map(({ id }) => id).join()}`);
}
