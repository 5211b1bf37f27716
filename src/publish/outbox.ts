/**
 * Which acknowledgements have to go out, read from the record.
 *
 * In    every record as told, from the first; a start replays the journal through here.
 * Out   the posts whose text differs from what was last recorded as delivered.
 * Rule  the record alone says what was posted (`notice.delivered`), so nothing is lost or doubled
 *       over a restart: a delivery that was not recorded is repeated under the same key, which
 *       changes the post in place.
 */
import type { MessageStory, Told, TradeStory } from '#audit/model.ts';
import { sha256Hex } from '#kernel/digest.ts';
import { asMessageKey, type MessageKey, type TradeId } from '#kernel/ids.ts';
import { acknowledge, type ReasonOf } from './acknowledgement.ts';
import type { Post } from './ports.ts';

/** What became later of older messages is in the audit. */
const MESSAGES_MAX = 1_000;
const POST_PREFIX = 'ack:';

export interface DuePost {
  readonly post: Post;
  /** What `notice.delivered` names together with the key. */
  readonly digest: string;
}

export interface OutboxRules {
  readonly reasonOf: ReasonOf;
  /** Whether the channel is to hear of it: refusals of strangers usually are not answered. */
  readonly isAnswered: (message: MessageStory) => boolean;
}

interface Answer {
  readonly message: MessageStory;
  /** Digest of the text last delivered. */
  readonly delivered: string | null;
}

export class Outbox {
  readonly #rules: OutboxRules;
  readonly #answers = new Map<MessageKey, Answer>();
  /** Each trade as last told, and the messages that opened it or close it. */
  readonly #trades = new Map<TradeId, { story: TradeStory; readonly askedBy: Set<MessageKey> }>();
  /** Messages of which something was told since their post was last found delivered. */
  readonly #stale = new Set<MessageKey>();

  constructor(rules: OutboxRules) {
    this.#rules = rules;
  }

  /** Takes every record in its turn. */
  take({ entry, message, trade }: Told): void {
    if (message !== null) this.#takeMessage(message);
    if (trade !== null) this.#takeTrade(trade, message);
    if (entry.kind === 'notice.delivered') this.#delivered(entry.body.key, entry.body.digest);
  }

  /** Posts to send now; the same again until their delivery is told. */
  due(): readonly DuePost[] {
    const posts: DuePost[] = [];
    for (const key of this.#stale) {
      const post = this.#postOf(key);
      if (post === null) this.#stale.delete(key);
      else posts.push(post);
    }
    return posts;
  }

  #takeMessage(message: MessageStory): void {
    const { key } = message;
    const before = this.#answers.get(key);
    if (before?.message === message) return;
    // Of a message forgotten here only its trade is still told of: that answer is settled.
    if (before === undefined && message.outcome !== 'received') return;
    this.#answers.set(key, { message, delivered: before?.delivered ?? null });
    this.#stale.add(key);
    if (this.#answers.size > MESSAGES_MAX) this.#forgetOldest();
  }

  #takeTrade(story: TradeStory, message: MessageStory | null): void {
    const known = this.#trades.get(story.id) ?? { story, askedBy: new Set() };
    if (message?.tradeId === story.id) known.askedBy.add(message.key);
    known.story = story;
    this.#trades.set(story.id, known);
    for (const key of known.askedBy) this.#stale.add(key);
  }

  #delivered(postKey: string, digest: string): void {
    if (!postKey.startsWith(POST_PREFIX)) return;
    const key = asMessageKey(postKey.slice(POST_PREFIX.length));
    const answer = this.#answers.get(key);
    if (answer !== undefined) this.#answers.set(key, { ...answer, delivered: digest });
  }

  #postOf(key: MessageKey): DuePost | null {
    const answer = this.#answers.get(key);
    if (answer === undefined || !this.#rules.isAnswered(answer.message)) return null;
    const { message, delivered } = answer;
    const trade =
      message.tradeId === null ? null : (this.#trades.get(message.tradeId)?.story ?? null);
    const text = acknowledge(message, trade, this.#rules.reasonOf);
    if (text === null) return null;
    const digest = sha256Hex(text);
    if (digest === delivered) return null;
    const { channelId } = message.message;
    return { post: { key: POST_PREFIX + key, channelId, inReplyTo: key, text }, digest };
  }

  #forgetOldest(): void {
    const [oldest] = this.#answers.keys();
    if (oldest === undefined) return;
    const id = this.#answers.get(oldest)?.message.tradeId ?? null;
    this.#answers.delete(oldest);
    this.#stale.delete(oldest);
    if (id === null) return;
    const askedBy = this.#trades.get(id)?.askedBy ?? new Set();
    askedBy.delete(oldest);
    if (askedBy.size === 0) this.#trades.delete(id);
  }
}
