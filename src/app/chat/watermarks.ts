/**
 * The last message on record of each channel, read from the record: from there on a platform
 * fetches what was said while nobody listened.
 *
 * Ids of one platform grow with time: Discord's are numbers, Slack's are seconds and a counter of
 * fixed width. The longer is the later one, and of equal length the greater. Ids that the desk
 * makes itself are none of these.
 */
import type { DeskEntry } from '#audit/model.ts';
import { isShown } from '#publish/made-messages.ts';

export class Watermarks {
  readonly #last = new Map<string, string>();

  take(entry: DeskEntry): void {
    if (entry.kind !== 'message.received' && entry.kind !== 'command.received') return;
    const { platform, channelId, messageId } =
      entry.kind === 'message.received' ? entry.body.message : entry.body;
    if (messageId === null || !isShown(messageId)) return;
    const channel = `${platform}:${channelId}`;
    const before = this.#last.get(channel);
    if (before === undefined || isLater(messageId, before)) this.#last.set(channel, messageId);
  }

  save(): readonly (readonly [string, string])[] {
    return [...this.#last];
  }

  /** Of new watermarks, in place of the records that made what was saved. */
  restore(saved: readonly (readonly [string, string])[]): void {
    for (const [channel, id] of saved) this.#last.set(channel, id);
  }

  /** `null` for a channel without any. */
  after(platform: string, channelId: string): string | null {
    return this.#last.get(`${platform}:${channelId}`) ?? null;
  }
}

function isLater(id: string, other: string): boolean {
  return id.length === other.length ? id > other : id.length > other.length;
}
