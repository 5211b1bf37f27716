/**
 * Messages, edits and deletions of the watched channels, live and from history, in order.
 *
 * A preview of a link changes a message without anybody's having edited it: only a new time of
 * editing makes an edit.
 */
import type { REST } from 'discord.js';
import type { z } from 'zod';
import type { ChatMessage } from '#alerts/model.ts';
import type { Deletion } from '#alerts/ports.ts';
import { messageKey } from '#kernel/ids.ts';
import { type Cancel, type Clock, plus } from '#kernel/time.ts';
import { isEmptied, messageOf, type Place } from './facts.ts';
import { type Failure, failureOf } from './failures.ts';
import { type History, openHistory } from './history.ts';
import { Intake } from './intake.ts';
import type { Rooms } from './rooms.ts';
import { idAt, timeOf } from './snowflake.ts';
import { DeletionSchema, EditSchema, MessageSchema, type WireMessage } from './wire.ts';

export interface InboxOptions {
  readonly rest: REST;
  readonly clock: Clock;
  readonly rooms: Rooms;
  readonly holdWithinMs: number;
  readonly overlapMs: number;
  readonly retryAfterMs: number;
  /** Our own user, whose posts come back as events. */
  readonly ownId: () => string | null;
  readonly onMessage: (message: ChatMessage) => Promise<void>;
  readonly onDeletion: (deletion: Deletion) => Promise<void>;
  /** Somebody wrote, and nothing of it reaches us. */
  readonly onEmptied: () => void;
  readonly onUnreadable: (what: string) => void;
  /** History cannot be had, for good or for a while; told once for a gap. */
  readonly onFailure: (failure: Failure, channelId: string, act: 'history') => void;
  /** A listener failed: the message is fetched again a little later. */
  readonly onUnrecorded: (error: unknown) => void;
}

const EDITS_MAX = 10_000;
const PAUSE_MS_MAX = 30_000;
const TRIES_UNTOLD = 3;
const UNRECORDED_AGAIN_MS = 10_000;

export class Inbox {
  readonly #options: InboxOptions;
  readonly #retries = new Map<string, Cancel>();
  readonly #intakes = new Map<string, Intake>();
  /** Of each channel the newest fetch, which takes over from an earlier one. */
  readonly #fetches = new Map<string, symbol>();
  /** Message → time of its last edit that was handed over. */
  readonly #edits = new Map<string, string>();

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** `after` gives the last message on record of a channel. */
  begin(after: (channelId: string) => string | null): void {
    const { clock, holdWithinMs, overlapMs, rooms } = this.#options;
    this.stop();
    const now = idAt(clock.now());
    for (const id of rooms.watched) {
      const last = after(id);
      const overlap = last === null || overlapMs === 0 ? null : plus(timeOf(last), -overlapMs);
      const mark = overlap === null ? (last ?? now) : idAt(overlap);
      this.#intakes.set(id, new Intake({ clock, holdWithinMs, mark }));
    }
  }

  stop(): void {
    this.#fetches.clear();
    for (const cancel of this.#retries.values()) cancel();
    this.#retries.clear();
    for (const intake of this.#intakes.values()) intake.stop();
    this.#intakes.clear();
  }

  take(event: string, data: unknown): void {
    switch (event) {
      case 'MESSAGE_CREATE':
        this.#create(data);
        break;
      case 'MESSAGE_UPDATE':
        this.#update(data);
        break;
      case 'MESSAGE_DELETE':
      case 'MESSAGE_DELETE_BULK':
        this.#remove(data);
        break;
      default:
    }
  }

  /** Whatever was said since each mark. With `hold`, new messages wait until that is there. */
  fetchMissed(channels: readonly string[], how: 'hold' | 'pass'): void {
    for (const channelId of channels) {
      const intake = this.#intakes.get(channelId);
      if (intake === undefined) continue;
      const own = Symbol(channelId);
      this.#fetches.set(channelId, own);
      intake.openGap(how);
      void this.#fetch(channelId, intake, () => this.#fetches.get(channelId) === own);
    }
  }

  #create(data: unknown): void {
    const wire = this.#read(MessageSchema, data, 'a message');
    if (wire === null) return;
    const place = this.#options.rooms.placeOf(wire.channel_id, wire.guild_id ?? null);
    if (place === null || this.#isOwn(wire)) return;
    if (isEmptied(wire)) this.#options.onEmptied();
    this.#intakes.get(place.channelId)?.take(wire.id, () => this.#hand(wire, place));
  }

  #update(data: unknown): void {
    const wire = this.#read(EditSchema, data, 'an edit');
    if (wire === null) return;
    const place = this.#options.rooms.placeOf(wire.channel_id, wire.guild_id ?? null);
    if (place === null || this.#isOwn(wire) || !this.#isNewEdit(wire)) return;
    this.#intakes.get(place.channelId)?.take(null, () => this.#hand(wire, place));
  }

  #remove(data: unknown): void {
    const wire = this.#read(DeletionSchema, data, 'a deletion');
    if (wire === null) return;
    const place = this.#options.rooms.placeOf(wire.channel_id, wire.guild_id ?? null);
    if (place === null) return;
    const at = this.#options.clock.now();
    for (const id of [wire.id ?? [], wire.ids].flat()) {
      const key = messageKey('discord', place.channelId, id);
      const hand = () => this.#options.onDeletion({ key, at });
      this.#intakes.get(place.channelId)?.take(null, hand);
    }
  }

  #read<T>(schema: z.ZodType<T>, data: unknown, what: string): T | null {
    const { data: wire } = schema.safeParse(data);
    if (wire === undefined) this.#options.onUnreadable(what);
    return wire ?? null;
  }

  async #hand(wire: WireMessage, place: Place): Promise<void> {
    const { clock, onMessage, onUnrecorded } = this.#options;
    try {
      await onMessage(messageOf(wire, place, clock.now()));
    } catch (error) {
      onUnrecorded(error);
      this.#fetchSoon(place.channelId);
      throw error;
    }
  }

  #fetchSoon(channelId: string): void {
    if (this.#retries.has(channelId)) return;
    const again = (): void => {
      this.#retries.delete(channelId);
      this.fetchMissed([channelId], 'pass');
    };
    this.#retries.set(channelId, this.#options.clock.after(UNRECORDED_AGAIN_MS, again));
  }

  #isOwn({ author }: WireMessage): boolean {
    return author.id === this.#options.ownId();
  }

  #isNewEdit({ id, edited_timestamp: at }: WireMessage): boolean {
    if (typeof at !== 'string' || this.#edits.get(id) === at) return false;
    this.#edits.delete(id);
    this.#edits.set(id, at);
    const [oldest] = this.#edits.keys();
    if (this.#edits.size > EDITS_MAX && oldest !== undefined) this.#edits.delete(oldest);
    return true;
  }

  async #fetch(channelId: string, intake: Intake, isCurrent: () => boolean): Promise<void> {
    const { rest, rooms } = this.#options;
    const history = openHistory(rest, (id) => rooms.serverOf(id));
    const filled = new Set<string>();
    const run: FetchRun = { intake, history, filled, isCurrent };
    let outcome: Outcome | null = null;
    for (let tries = 1; outcome === null && isCurrent(); tries += 1) {
      outcome = await this.#pages(channelId, run).catch((error: unknown) =>
        this.#pauseAfter(failureOf(error), channelId, tries),
      );
    }
    intake.closeGap(outcome ?? 'incomplete', filled);
  }

  /** Waits, longer each time; what no waiting can mend ends the fetch. */
  async #pauseAfter(failure: Failure, channelId: string, tries: number): Promise<Outcome | null> {
    const { clock, retryAfterMs, onFailure } = this.#options;
    const isPassing = failure.kind === 'unknown' || failure.kind === 'later';
    if (!isPassing || tries === TRIES_UNTOLD) onFailure(failure, channelId, 'history');
    if (!isPassing) return 'incomplete';
    const pauseMs = Math.min(retryAfterMs * 2 ** (tries - 1), PAUSE_MS_MAX);
    await passed(clock, Math.max(pauseMs, failure.kind === 'later' ? failure.waitMs : 0));
    return null;
  }

  /** A page at a time, each on record before the next is asked for. */
  async #pages(channelId: string, run: FetchRun): Promise<Outcome> {
    const { intake, history, filled, isCurrent } = run;
    for (;;) {
      const page = await history.page(channelId, intake.mark);
      if (page.unreadable > 0) this.#options.onUnreadable('a message of the past');
      const recorded: Promise<boolean>[] = [];
      for (const wire of page.messages) {
        if (!isCurrent()) return 'incomplete';
        if (this.#isOwn(wire)) continue;
        const whole = { ...wire, member: await this.#memberOf(history, channelId, wire) };
        filled.add(wire.id);
        const hand = (): Promise<void> => {
          this.#isNewEdit(whole);
          return this.#hand(whole, { channelId, kind: 'channel' });
        };
        recorded.push(intake.fill(wire.id, hand));
      }
      if ((await Promise.all(recorded)).includes(false)) return 'incomplete';
      intake.reached(page.last);
      if (page.isLast) return 'complete';
    }
  }

  /** Only a person's roles can mean anything. */
  async #memberOf(history: History, channelId: string, { author, webhook_id: hook }: WireMessage) {
    if (author.bot === true || (hook ?? null) !== null) return null;
    const roles = await history.rolesOf(channelId, author.id);
    return roles === null ? null : { roles: [...roles] };
  }
}

type Outcome = 'complete' | 'incomplete';

interface FetchRun {
  readonly intake: Intake;
  readonly history: History;
  readonly filled: Set<string>;
  readonly isCurrent: () => boolean;
}

function passed(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}
