/** Which channels are ours, and which threads and servers belong to them. */
import type { Place } from './facts.ts';
import { ChannelSchema, GuildSchema, ThreadsSchema } from './wire.ts';

/** A thread that is forgotten is no place of ours: what is said there is not handed over. */
const THREADS_MAX = 10_000;

export class Rooms {
  readonly watched: readonly string[];
  readonly #watched: ReadonlySet<string>;
  readonly #servers: ReadonlySet<string>;
  /** Watched channel → its server, as far as known. */
  readonly #serverOf = new Map<string, string>();
  /** Thread → watched channel. */
  readonly #threads = new Map<string, string>();

  /** `servers` empty: those of the watched channels. */
  constructor(watched: readonly string[], servers: readonly string[]) {
    this.watched = [...new Set(watched)];
    this.#watched = new Set(watched);
    this.#servers = new Set(servers);
  }

  /** `null`: not one of ours. `server` is what the event says, if it says it. */
  placeOf(channelId: string, server: string | null): Place | null {
    if (server !== null && !this.#mayBe(server)) return null;
    if (this.#watched.has(channelId)) return { channelId, kind: 'channel' };
    const parent = this.#threads.get(channelId);
    return parent === undefined ? null : { channelId: parent, kind: 'thread' };
  }

  isOurs(server: string): boolean {
    return this.#mayBe(server) && (this.#servers.size > 0 || this.servers().includes(server));
  }

  servers(): readonly string[] {
    return [...new Set([...this.#servers, ...this.#serverOf.values()])];
  }

  serverOf(channelId: string): string | null {
    return this.#serverOf.get(channelId) ?? null;
  }

  watchedIn(server: string): readonly string[] {
    return this.watched.filter((id) => this.#serverOf.get(id) === server);
  }

  /** Learns from what is told of servers, channels and threads. */
  take(event: string, data: unknown): void {
    if (event === 'GUILD_CREATE') this.#takeServer(data);
    if (event === 'THREAD_LIST_SYNC') {
      this.#takeThreads(ThreadsSchema.safeParse(data).data?.threads ?? []);
    }
    if (event === 'THREAD_CREATE' || event === 'THREAD_UPDATE') {
      const thread = ChannelSchema.safeParse(data).data;
      if (thread !== undefined) this.#takeThreads([thread]);
    }
  }

  learn(channelId: string, server: string): void {
    if (this.#watched.has(channelId) && this.#mayBe(server)) this.#serverOf.set(channelId, server);
  }

  #mayBe(server: string): boolean {
    return this.#servers.size === 0 || this.#servers.has(server);
  }

  #takeServer(data: unknown): void {
    const { data: guild } = GuildSchema.safeParse(data);
    if (guild === undefined) return;
    for (const { id } of guild.channels) this.learn(id, guild.id);
    this.#takeThreads(guild.threads);
  }

  #takeThreads(
    threads: readonly { readonly id: string; readonly parent_id?: string | null | undefined }[],
  ): void {
    for (const { id, parent_id: parent } of threads) {
      if (typeof parent === 'string' && this.#watched.has(parent)) this.#threads.set(id, parent);
    }
    for (const id of this.#threads.keys()) {
      if (this.#threads.size <= THREADS_MAX) break;
      this.#threads.delete(id);
    }
  }
}
