/** The chat side of a desk, put together: the program and its tests run the same. */
import type { DeskEntry } from '#audit/model.ts';
import type { InstrumentSource } from '#feeds/ports.ts';
import type { Cancel, Clock } from '#kernel/time.ts';
import type { Completions } from '#operate/commands/menu.ts';
import { Commands } from '#operate/commands/run.ts';
import type { AlarmsControl, ArmingControl, DeskControl, DeskFeed } from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';
import type { Outbox } from '#publish/outbox.ts';
import type { ChatPlatform } from '#publish/ports.ts';
import type { Environment } from '#risk/model.ts';
import type { AlertLane } from '../lane/alert-lane.ts';
import type { LaneDependencies } from '../lane/lane-context.ts';
import type { Reload } from '../reload.ts';
import type { Venue } from '../venue.ts';
import { AdminNotes } from './admin-notes.ts';
import { actOnAlert } from './alert-acts.ts';
import type { Askers } from './askers.ts';
import { ChatDesk } from './chat-desk.ts';
import type { ChatMemory } from './chat-memory.ts';
import { createCommandsDesk } from './commands-desk.ts';
import { PostOffice } from './post-office.ts';

export interface ChatParts {
  readonly desk: Desk;
  readonly lane: AlertLane;
  /** Acts of people in chats, whose roles `askers` knows. */
  readonly control: DeskControl;
  readonly askers: Askers;
  /** Reads the configuration again. */
  readonly reload: Reload;
  readonly alarms?: Pick<AlarmsControl, 'list' | 'acknowledge'>;
  /** The newest certification, in lines; none where there is none. */
  readonly certified?: () => readonly string[];
  readonly arming: Pick<ArmingControl, 'state'>;
  readonly feed: Pick<DeskFeed, 'snapshot'>;
  readonly instruments: InstrumentSource;
  readonly read: LaneDependencies['read'];
  readonly venue: Pick<Venue, 'client' | 'account'> | null;
  readonly environment: Environment;
  readonly confirmOrders: 'real' | 'always';
  readonly memory: ChatMemory;
  readonly outbox: Outbox;
  readonly platforms: readonly ChatPlatform[];
  /** The room that this program keeps itself; `null`: there is none. */
  readonly room: ChatPlatform | null;
  readonly clock: Clock;
  readonly newCode: () => string;
  /** Underlyings to propose while a command is typed. */
  readonly symbols: readonly string[];
}

export interface Chat {
  /** Connects; resolves when each platform is connected or has given up for now. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** A record is on disk, and its readers have been told of it. */
  recorded(entry: DeskEntry): void;
  /** There may be something to post. */
  wake(): void;
}

const LOOK_AT_DAY_MS = 60_000;

export function createChat(parts: ChatParts): Chat {
  const { desk, memory, outbox, platforms, room, clock } = parts;
  const everywhere = room === null ? platforms : [...platforms, room];
  const settings = () => memory.allowList.settings();
  const commands = new Commands({
    desk: createCommandsDesk({ ...parts, allowList: memory.allowList }),
    clock,
    newCode: parts.newCode,
  });
  const chatDesk = new ChatDesk({
    ...{ platforms: everywhere, lane: parts.lane, askers: parts.askers },
    ...{ desk, commands, settings, clock },
    actOnAlert: (press, what) => actOnAlert({ ...parts, settings }, press, what),
    watermarks: memory.watermarks,
    taken: memory.taken,
    completions: completionsOf(parts),
    onSaid: () => office.wake(),
  });
  const office = new PostOffice({
    desk,
    clock,
    sources: [outbox, chatDesk, memory.control],
    channelOf: (platform) => everywhere.find((one) => one.platform === platform) ?? null,
  });
  // The page says itself what cannot wait: nobody needs a note beside it.
  const notes = new AdminNotes({
    ...{ platforms, settings, clock },
    badge: () => parts.feed.snapshot().desk.environment,
  });
  let stopLooking: Cancel = () => undefined;

  function lookAtDay(): void {
    const over = memory.summary.due(desk.now(), desk.book.open().length);
    if (over !== null) memory.control.summary(over.day, over.text);
    office.wake();
    stopLooking = clock.after(LOOK_AT_DAY_MS, lookAtDay);
  }

  return {
    async start() {
      memory.control.start();
      lookAtDay();
      await chatDesk.start();
    },
    async stop() {
      stopLooking();
      notes.stop();
      office.stop();
      await chatDesk.stop();
    },
    recorded(entry) {
      chatDesk.take(entry);
      notes.recorded(entry);
      office.wake();
    },
    wake: () => office.wake(),
  };
}

function completionsOf({ desk, feed, symbols }: ChatParts): Completions {
  const open = () => desk.book.open();
  return {
    symbols: () => [...new Set([...open().map(underlying), ...symbols])],
    trades: () => open().map(({ id }) => id),
    held: () =>
      feed
        .snapshot()
        .messages.filter(({ outcome }) => outcome === 'held')
        .map(({ key }) => key),
    orders: () =>
      open().flatMap(({ orders }) =>
        orders.flatMap(({ phase, orderId }) =>
          phase === 'live' && orderId !== null ? [orderId] : [],
        ),
      ),
  };
}

function underlying({
  plan,
}: {
  readonly plan: { readonly instrument: { readonly underlying: string } };
}) {
  return plan.instrument.underlying;
}
