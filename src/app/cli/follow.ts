/** Follows one trade on the running desk until its exit rests, or nothing is left to wait for. */
import { z } from 'zod';
import { oneLine } from '#kernel/text.ts';
import { parseInstant } from '#kernel/time.ts';
import { marketTime } from '#market/market-time.ts';
import type { DeskEvent } from './desk-client.ts';

const Trade = z.object({
  id: z.string(),
  contract: z.string(),
  phase: z.string(),
  held: z.number(),
  attention: z.string().nullable(),
  entry: z.object({ status: z.string() }),
  exit: z.object({ note: z.string().nullable() }),
  orders: z.array(z.object({ role: z.string(), phase: z.string() })),
  timeline: z.array(z.object({ seq: z.number(), at: z.string(), text: z.string() })),
});
type TradeShown = z.output<typeof Trade>;

const Snapshot = z.object({ trades: z.array(Trade) });
const Update = z.object({ kind: z.literal('trade'), trade: Trade });

/** Prints each new line of the trade's story; ends when it is settled or the stream ends. */
export async function followTrade(
  tradeId: string,
  events: AsyncIterable<DeskEvent>,
  print: (line: string) => Promise<void>,
): Promise<'settled' | 'lost'> {
  let seen = 0;
  for await (const event of events) {
    const trade = tradesIn(event).find(({ id }) => id === tradeId);
    if (trade === undefined) continue;
    for (const entry of trade.timeline.filter(({ seq }) => seq > seen)) {
      await print(`${timeOf(entry.at)}  ${oneLine(entry.text)}\n`);
    }
    seen = Math.max(seen, ...trade.timeline.map(({ seq }) => seq));
    if (isSettled(trade)) return 'settled';
  }
  return 'lost';
}

function tradesIn({ name, data }: DeskEvent): readonly TradeShown[] {
  if (name === 'snapshot') {
    const snapshot = Snapshot.safeParse(data);
    return snapshot.success ? snapshot.data.trades : [];
  }
  const update = Update.safeParse(data);
  return update.success ? [update.data.trade] : [];
}

/** The entry is over, and its exit rests, is not to be placed, or waits for a person. */
function isSettled({ entry, exit, orders, phase, attention }: TradeShown): boolean {
  if (phase === 'done' || attention !== null) return true;
  const rests = orders.some((order) => order.role !== 'entry' && order.phase === 'live');
  return entry.status === 'ended' && (rests || exit.note !== null);
}

/** The market's own time, as on the page. */
function timeOf(at: string): string {
  const instant = parseInstant(at);
  return instant === null ? at : marketTime(instant);
}
