/**
 * Our own posts in the history of a channel, found by the reference each ends in.
 *
 * What a run before this one may have posted is read once: after a long absence there are hundreds
 * of answers to look for, and reading for each would hold up the last of them for minutes.
 * What this run has tried itself is read anew each time.
 */
import { type REST, Routes } from 'discord.js';
import { z } from 'zod';
import { type Clock, type EpochMs, plus } from '#kernel/time.ts';
import { failureOf } from './failures.ts';
import { referenceLine } from './posting.ts';
import { compareIds, idAt } from './snowflake.ts';
import { PostedSchema } from './wire.ts';

export type OwnPost = z.output<typeof PostedSchema>;

export interface Sought {
  readonly channelId: string;
  readonly key: string;
  /** It was not posted before this; `null`: look through the newest page only. */
  readonly since: EpochMs | null;
  /** Who posted it: a request of this run, or of one before. */
  readonly by: 'this_run' | 'earlier_run';
}

export interface OwnPostsOptions {
  readonly rest: REST;
  readonly clock: Clock;
  readonly ownId: () => Promise<string>;
}

interface Reading {
  /** Where it begins, and when it was made (monotonic). */
  readonly since: EpochMs;
  readonly at: number;
  readonly byReference: ReadonlyMap<string, OwnPost>;
}

/** Clocks differ, and a message is made a little after it was asked for. */
const LOOK_BACK_MS = 5_000;
const PAGE = 100;
const PAGES_MAX = 20;
/** A reading is of no use once everything that waited for it is posted. */
const KEEP_MS = 10 * 60_000;

export class OwnPosts {
  readonly #options: OwnPostsOptions;
  readonly #readings = new Map<string, Reading>();

  constructor(options: OwnPostsOptions) {
    this.#options = options;
  }

  async find({ channelId, key, since, by }: Sought): Promise<OwnPost | null> {
    const kept = by === 'earlier_run' && since !== null ? this.#kept(channelId, since) : null;
    const { byReference } = kept ?? (await this.#read(channelId, since));
    return byReference.get(referenceLine(key)) ?? null;
  }

  #kept(channelId: string, since: EpochMs): Reading | null {
    const kept = this.#readings.get(channelId);
    if (kept === undefined || kept.since > since) return null;
    if (this.#options.clock.mono() - kept.at <= KEEP_MS) return kept;
    this.#readings.delete(channelId);
    return null;
  }

  async #read(channelId: string, since: EpochMs | null): Promise<Pick<Reading, 'byReference'>> {
    const { clock, ownId } = this.#options;
    const own = await ownId();
    const at = clock.mono();
    const byReference = new Map<string, OwnPost>();
    let after = since === null ? null : idAt(plus(since, -LOOK_BACK_MS));
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const read = await this.#page(channelId, after);
      const posts = read.flatMap((one) => PostedSchema.safeParse(one).data ?? []);
      for (const post of posts) {
        if (post.author?.id === own) byReference.set(lastLine(post.content ?? ''), post);
      }
      const newest = posts
        .map(({ id }) => id)
        .toSorted(compareIds)
        .at(-1);
      if (after === null || newest === undefined || read.length < PAGE) break;
      after = newest;
    }
    if (since !== null) this.#readings.set(channelId, { since, at, byReference });
    return { byReference };
  }

  async #page(channelId: string, after: string | null): Promise<readonly unknown[]> {
    const query = new URLSearchParams({ limit: String(PAGE), ...(after !== null && { after }) });
    const route = Routes.channelMessages(channelId);
    const answer = await this.#options.rest.get(route, { query }).catch(emptyWhereRefused);
    return z.array(z.unknown()).parse(answer);
  }
}

/** Where history is refused for good, the nonce alone must do. */
function emptyWhereRefused(error: unknown): readonly unknown[] {
  const { kind } = failureOf(error);
  if (kind === 'gone' || kind === 'forbidden' || kind === 'refused') return [];
  throw error;
}

function lastLine(content: string): string {
  return content.slice(content.lastIndexOf('\n') + 1);
}
