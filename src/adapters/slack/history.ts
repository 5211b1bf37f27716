/** Reading what was said in a channel, in pages, newest first as Slack gives it. */
import { z } from 'zod';
import type { Clock } from '#kernel/time.ts';
import type { CallFailure } from './failures.ts';
import { Ts } from './messages.ts';
import type { Web } from './web.ts';

const PAGE = 200;

const PageSchema = z.looseObject({
  messages: z.array(z.unknown()),
  response_metadata: z.looseObject({ next_cursor: z.string().optional() }).nullish(),
});

/** Enough of an item to tell it from others. */
export const ItemSchema = z.looseObject({
  ts: Ts,
  user: z.string().nullish(),
  bot_id: z.string().nullish(),
  thread_ts: z.string().optional(),
  metadata: z
    .looseObject({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
    .nullish(),
});

export interface HistoryRange {
  readonly channelId: string;
  /** The thread of this message instead of the channel itself. */
  readonly thread: string | null;
  /** Later than this `ts`. */
  readonly after: string;
  readonly pagesMax: number;
  /** How often Slack may ask to wait before this has failed. */
  readonly waitsMax: number;
}

export type History =
  | {
      readonly kind: 'read';
      /** Newest first. */
      readonly items: readonly unknown[];
      /** There is more than was asked for. */
      readonly isCut: boolean;
    }
  | { readonly kind: 'failed'; readonly method: string; readonly failure: CallFailure };

export async function readHistory(web: Web, clock: Clock, range: HistoryRange): Promise<History> {
  const method = range.thread === null ? 'conversations.history' : 'conversations.replies';
  const items: unknown[] = [];
  let cursor = '';
  let waits = 0;
  for (let page = 0; page < range.pagesMax; ) {
    const call = await web.call(method, {
      channel: range.channelId,
      ...(range.thread === null ? {} : { ts: range.thread }),
      oldest: range.after,
      inclusive: false,
      limit: PAGE,
      include_all_metadata: true,
      ...(cursor === '' ? {} : { cursor }),
    });
    if (call.kind === 'limited' && waits < range.waitsMax) {
      waits += 1;
      await pause(clock, call.waitMs);
      continue;
    }
    if (call.kind !== 'done') return { kind: 'failed', method, failure: call };
    const read = PageSchema.safeParse(call.body);
    if (!read.success) {
      return {
        kind: 'failed',
        method,
        failure: { kind: 'unknown', detail: 'no list of messages' },
      };
    }
    items.push(...read.data.messages);
    cursor = read.data.response_metadata?.next_cursor ?? '';
    if (cursor === '') return { kind: 'read', items, isCut: false };
    page += 1;
  }
  return { kind: 'read', items, isCut: true };
}

export async function pause(clock: Clock, ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    clock.after(ms, resolve);
  });
}
