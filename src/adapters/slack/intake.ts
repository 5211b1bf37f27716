/**
 * Everything said, handed over once it may be, oldest first, and acknowledged once it is on record.
 *
 * Rule  after a gap a channel is caught up before anything newer of it is handed over: the record's
 *       newest message is where the next catching up begins, so one handed over too early would
 *       hide all between. Only a history that does not answer ends the waiting; where it stopped is
 *       then remembered until it has been read.
 */
import type { ChatMessage } from '#alerts/model.ts';
import type { Deletion } from '#alerts/ports.ts';
import type { Cancel, Clock } from '#kernel/time.ts';
import type { PlatformProblem } from '#publish/ports.ts';
import { problemOf } from './failures.ts';
import { type History, ItemSchema, readHistory } from './history.ts';
import type { Heard } from './messages.ts';
import type { Web } from './web.ts';

/** Slack waits 3 s for an acknowledgement before it sends the same again. */
const HOLD_MS = 2_500;
const RETRY_MS = [1_000, 5_000, 15_000, 60_000] as const;
/** 10,000 messages. */
const PAGES_MAX = 50;
const WAITS_MAX = 5;
const START_OF_TIME = '0000000000.000000';

export interface IntakeOptions {
  readonly web: Web;
  readonly clock: Clock;
  /** Read after every gap. */
  readonly channels: readonly string[];
  /** At a start so much before the last record is read again: newer ones may have overtaken. */
  readonly overlapMs: number;
  readonly hear: (event: unknown) => Heard;
  readonly onMessage: (message: ChatMessage) => Promise<void>;
  readonly onDeletion: (deletion: Deletion) => Promise<void>;
  readonly onCommand: (line: string, message: ChatMessage) => void;
  readonly onProblem: (problem: PlatformProblem) => void;
}

/** An event that waits for those before it. */
interface Held {
  readonly message: ChatMessage;
  /** Told whether it is on record. */
  readonly settle: (isRecorded: Promise<boolean>) => void;
}

interface Room {
  /** Everything after this `ts` has still to be read; `null` when caught up. */
  from: string | null;
  /** Nothing up to this `ts` is of interest any more; `null` until that is known. */
  mark: string | null;
  /** Handed over when the channel is caught up; `null` when nothing is held. */
  held: Held[] | null;
  /** On record from the last reading: the live event of the same may come after it. */
  filled: ReadonlySet<string>;
  stopHold: Cancel;
  stopRetry: Cancel;
}

export class Intake {
  readonly #options: IntakeOptions;
  readonly #rooms = new Map<string, Room>();
  #round = 0;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** One message event. Resolves to whether Slack may forget it; rejects never. */
  async take(event: unknown): Promise<boolean> {
    const heard = this.#options.hear(event);
    switch (heard.kind) {
      case 'nothing':
        return true;
      case 'unreadable':
        this.#tell('message_unreadable', `Slack sent a message of unknown form: ${heard.detail}.`);
        return true;
      case 'command':
        this.#options.onCommand(heard.line, heard.message);
        return true;
      case 'deletion':
        return this.#settled(this.#options.onDeletion(heard.deletion));
      case 'message':
        return this.#live(heard.message);
    }
  }

  /**
   * Before each connection: from here on whatever arrives waits until the channel is caught up, for
   * the first event may come in one breath with Slack's greeting.
   *
   * Of a channel of which nothing is on record, what follows its newest message now is of interest.
   * Asked any later, a message lost meanwhile would be that newest.
   */
  async expect(after: (channelId: string) => string | null): Promise<void> {
    const { web, clock, channels, overlapMs } = this.#options;
    const marking = channels.map(async (channelId) => {
      const room = this.#room(channelId);
      const recorded = room.mark === null ? after(channelId) : null;
      if (recorded !== null) {
        room.mark = recorded;
        room.from = earlierBy(recorded, overlapMs);
      }
      if (room.mark !== null) return;
      const newest = { channelId, thread: null, after: START_OF_TIME, pagesMax: 1, waitsMax: 0 };
      const history = await readHistory(web, clock, newest);
      if (history.kind === 'read') room.mark ??= newestOf(history.items) ?? START_OF_TIME;
    });
    await Promise.all(marking);
    for (const channelId of channels) this.#await(this.#room(channelId));
  }

  /** A connection was made: whatever was said meanwhile is fetched. */
  catchUp(): void {
    this.#round += 1;
    for (const channelId of this.#options.channels) {
      this.#await(this.#room(channelId));
      void this.#fill(channelId, this.#round, 0);
    }
  }

  /** Something may be missing from here on. */
  #await(room: Room): void {
    room.from ??= room.mark;
    this.#hold(room);
  }

  stop(): void {
    this.#round += 1;
    for (const room of this.#rooms.values()) {
      room.stopRetry();
      this.#release(room);
    }
  }

  #room(channelId: string): Room {
    const known = this.#rooms.get(channelId);
    if (known !== undefined) return known;
    const idle = (): void => undefined;
    const nothing = { from: null, mark: null, held: null, filled: new Set<string>() };
    const room: Room = { ...nothing, stopHold: idle, stopRetry: idle };
    this.#rooms.set(channelId, room);
    return room;
  }

  #hold(room: Room): void {
    room.held ??= [];
    room.stopHold();
    room.stopHold = this.#options.clock.after(HOLD_MS, () => this.#release(room));
  }

  #release(room: Room): void {
    const held = room.held ?? [];
    room.held = null;
    room.stopHold();
    for (const { message, settle } of held) settle(this.#once(room, message));
  }

  async #live(message: ChatMessage): Promise<boolean> {
    const room = this.#room(message.channelId);
    const { held } = room;
    if (held === null) return this.#once(room, message);
    return new Promise<boolean>((settle) => {
      held.push({ message, settle });
    });
  }

  /** What the last reading has put on record is not handed over again. */
  async #once(room: Room, message: ChatMessage): Promise<boolean> {
    const isFilled = message.relation !== 'edit' && room.filled.has(message.messageId);
    return isFilled || this.#hand(message);
  }

  async #fill(channelId: string, round: number, tries: number): Promise<void> {
    const room = this.#room(channelId);
    room.stopRetry();
    const history = await this.#read(channelId, room);
    if (round !== this.#round) return;
    if (history.kind === 'failed') {
      this.#release(room);
      this.#failed(channelId, round, tries, history);
      return;
    }
    if (room.from === null) {
      room.mark ??= newestOf(history.items) ?? START_OF_TIME;
    } else {
      if (history.isCut) {
        this.#tell('gap_too_long', `${channelId}: more was said meanwhile than can be fetched.`);
      }
      room.from = null;
      // What cannot be put on record sets the place back to before itself.
      if (!(await this.#handOver(channelId, history.items))) this.#again(channelId, round, tries);
    }
    if (round === this.#round) this.#release(room);
  }

  #read(channelId: string, room: Room): Promise<History> {
    const { web, clock } = this.#options;
    const [after, pagesMax] = room.from === null ? [START_OF_TIME, 1] : [room.from, PAGES_MAX];
    const range = { channelId, thread: null, after, pagesMax, waitsMax: WAITS_MAX };
    return readHistory(web, clock, range);
  }

  /** Oldest first. A command is not given late: whoever gave it did not get an answer. */
  async #handOver(channelId: string, items: readonly unknown[]): Promise<boolean> {
    const room = this.#room(channelId);
    const filled = new Set<string>();
    const handed = items.toReversed().map(async (item) => {
      const event = typeof item === 'object' ? { ...item, channel: channelId } : item;
      const heard = this.#options.hear(event);
      if (heard.kind === 'unreadable') {
        this.#tell(
          'message_unreadable',
          `${channelId}: a message of unknown form: ${heard.detail}.`,
        );
      }
      if (heard.kind !== 'message') return true;
      const { messageId } = heard.message;
      // In its place, but as it was sent: the history shows what became of it since.
      const live = takeHeld(room, messageId);
      const isRecorded = this.#hand(live?.message ?? heard.message);
      live?.settle(isRecorded);
      const isInitial = live !== null || heard.message.relation !== 'edit';
      if ((await isRecorded) && isInitial) filled.add(messageId);
      return isRecorded;
    });
    const isAll = (await Promise.all(handed)).every(Boolean);
    room.filled = filled;
    return isAll;
  }

  /** Whether it is on record now. */
  async #hand(message: ChatMessage): Promise<boolean> {
    const room = this.#room(message.channelId);
    const isRecorded = await this.#settled(this.#options.onMessage(message));
    const { messageId: ts, relation } = message;
    // An edit that is not on record is sent again; reading everything since would not bring it.
    if (!isRecorded && relation !== 'edit') room.from = earlier(room.from, justBefore(ts));
    if (!isRecorded) return false;
    if (room.mark === null || room.mark < ts) room.mark = ts;
    return true;
  }

  #failed(
    channelId: string,
    round: number,
    tries: number,
    { method, failure }: Extract<History, { readonly kind: 'failed' }>,
  ): void {
    if (failure.kind !== 'refused') {
      this.#again(channelId, round, tries);
      return;
    }
    const known = problemOf(method, failure, channelId);
    if (known !== null) this.#options.onProblem(known);
    else this.#tell('history_refused', `${method} in ${channelId}: ${failure.error}.`);
  }

  #again(channelId: string, round: number, tries: number): void {
    const wait = RETRY_MS[Math.min(tries, RETRY_MS.length - 1)] ?? RETRY_MS[0];
    if (tries === 1) {
      this.#tell('history_unavailable', `${channelId}: what was said meanwhile is still missing.`);
    }
    this.#room(channelId).stopRetry = this.#options.clock.after(wait, () => {
      void this.#fill(channelId, round, tries + 1);
    });
  }

  async #settled(received: Promise<void>): Promise<boolean> {
    try {
      await received;
      return true;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#tell('message_not_recorded', `A message could not be put on record: ${why}.`);
      return false;
    }
  }

  #tell(code: string, detail: string): void {
    this.#options.onProblem({ code, detail, fatal: false });
  }
}

function takeHeld({ held }: Room, ts: string): Held | null {
  const at = (held ?? []).findIndex(
    ({ message }) => message.messageId === ts && message.relation !== 'edit',
  );
  return at < 0 ? null : (held?.splice(at, 1)[0] ?? null);
}

function newestOf(items: readonly unknown[]): string | null {
  const stamps = items.flatMap((item) => {
    const read = ItemSchema.safeParse(item);
    return read.success ? [read.data.ts] : [];
  });
  return stamps.toSorted().at(-1) ?? null;
}

/** Of two stamps; their digits are fixed in number, so their text is in the order of time. */
function earlier(one: string | null, other: string): string {
  return one !== null && one < other ? one : other;
}

function justBefore(ts: string): string {
  return earlierByMicros(ts, 1n);
}

function earlierBy(ts: string, ms: number): string {
  return earlierByMicros(ts, BigInt(ms) * 1_000n);
}

function earlierByMicros(ts: string, by: bigint): string {
  const [seconds = '0', micros = '0'] = ts.split('.');
  const at = BigInt(seconds) * 1_000_000n + BigInt(micros) - by;
  const before = at < 0n ? 0n : at;
  const digits = before.toString().padStart(seconds.length + 6, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
