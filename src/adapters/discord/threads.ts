/** Threads under our own posts: an incident is one thread and not a hundred posts. */
import { type REST, Routes, ThreadAutoArchiveDuration } from 'discord.js';
import { CODE, failureOf } from './failures.ts';

export class Threads {
  readonly #rest: REST;
  readonly #open = new Set<string>();
  /** Channels where we may not start any: an answer to the post stands in for it. */
  readonly #without = new Set<string>();

  constructor(rest: REST) {
    this.#rest = rest;
  }

  giveUp(channelId: string): void {
    this.#without.add(channelId);
  }

  /** The thread under that message, which carries its id; `null` when there can be none. */
  async open(channelId: string, messageId: string, name: string): Promise<string | null> {
    if (this.#without.has(channelId)) return null;
    if (this.#open.has(messageId)) return messageId;
    const body = { name, auto_archive_duration: ThreadAutoArchiveDuration.OneDay };
    try {
      await this.#rest.post(Routes.threads(channelId, messageId), { body });
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'unknown' || failure.kind === 'later') throw error;
      if (failure.kind === 'token') throw error;
      if (failure.code !== CODE.threadExists) {
        const isForGood = failure.kind === 'forbidden' || failure.code === CODE.wrongChannelType;
        if (isForGood) this.#without.add(channelId);
        return null;
      }
    }
    this.#open.add(messageId);
    return messageId;
  }
}
