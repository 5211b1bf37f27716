/**
 * From a message received to its order request written, the durable records in between included:
 * the production lane, desk and journal on this machine's disk; only the broker is cut off at the
 * moment the request is handed to it.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createJournalDisk } from '#adapters/disk/journal-disk.ts';
import type { ChatMessage } from '#alerts/model.ts';
import { parseAlert } from '#alerts/parse.ts';
import { AlertSettingsSchema } from '#alerts/settings.ts';
import { OWN_ROOM, OWN_USER, withOwnPeople } from '#app/demo-room.ts';
import { createShiftableClock, marketHoursShift } from '#app/market-clock.ts';
import { openSurroundings, type Surroundings } from '#app/surroundings.ts';
import { composeTradingDesk, createRecollection, type TradingDesk } from '#app/trading-desk.ts';
import { openJournal } from '#journal/open.ts';
import type { Journal } from '#journal/ports.ts';
import { civilDate } from '#kernel/calendar.ts';
import { messageKey } from '#kernel/ids.ts';
import { formatPrice } from '#kernel/price.ts';
import { mid } from '#market/quote.ts';
import { isTradingDay } from '#market/session.ts';
import type { Broker, MutationOutcome } from '#orders/ports.ts';
import { OrdersSettingsSchema } from '#orders/settings.ts';
import { RiskSettingsSchema } from '#risk/settings.ts';
import { type BenchRow, spread } from './report.ts';

const BATCHES = 40;
const PER_BATCH = 15;
const GOAL_P99_MS = 10;

/** Limits as wide as they go: a bench asks for more trades in a minute than a day may have. */
const RISK = RiskSettingsSchema.parse({
  limits: {
    tradesPerDayMax: 100,
    tradesPerAuthorHourMax: 100,
    openTradesMax: 20,
    openPerUnderlyingMax: 20,
    // Every order is refused once it is measured.
    rejectsInARowMax: 20,
    mutationsPerMinuteMax: 50,
    mutationsPerSecondMax: 20,
    premiumOpenMax: '30%',
    premiumTradeMax: '200',
    spreadShareMax: '50%',
  },
});

export async function measure(): Promise<readonly BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), 'strikewire-latency-'));
  try {
    const orders: number[] = [];
    const answers: number[] = [];
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const taken = await measureBatch(join(directory, `b${batch}`), batch);
      // The first two warm the program up: a desk does not trade its first alert cold.
      if (batch < 2) continue;
      orders.push(...taken.orders);
      answers.push(...taken.answers);
    }
    const sync = spread('one bare write + fdatasync of 4 KiB', bareSyncs(directory), 'ms');
    const order = spread('message received → order request written', orders, 'ms');
    const answer = spread('message received → decision answered', answers, 'ms');
    return [
      { ...order, vs: sync.what, ratio: (order.p50 ?? 0) / (sync.p50 ?? 1) },
      answer,
      sync,
      { what: 'goal: p99 of the order request', value: GOAL_P99_MS, unit: 'ms' },
      { what: 'alerts measured', value: orders.length, unit: 'alerts' },
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Batch {
  readonly orders: readonly number[];
  readonly answers: readonly number[];
}

/** One desk of its own: fifteen alerts on fifteen contracts, one after another. */
async function measureBatch(directory: string, batch: number): Promise<Batch> {
  const clock = createShiftableClock();
  clock.shift(marketHoursShift(clock.now(), null, 0));
  const surroundings = openSurroundings({
    clock,
    source: 'simulated',
    seed: batch,
    directory: null,
  });
  const cut = cutOff(surroundings.broker);
  const journal = await openIn(directory, clock);
  const { desk, lane } = compose(surroundings, cut.broker, journal, clock);
  desk.start();
  await until(() => desk.isReconciled);
  const orders: number[] = [];
  const answers: number[] = [];
  for (const text of await texts(surroundings, clock.now())) {
    const from = performance.now();
    const placed = cut.next();
    const answer = await lane.receive(message(text, clock.now()));
    answers.push(performance.now() - from);
    if (answer.tradeId === null)
      throw new Error(`${text} was not traded: ${answer.code} ${answer.detail}`);
    orders.push((await placed) - from);
  }
  await desk.stop('measured');
  await journal.close();
  surroundings.close();
  return { orders, answers };
}

/** The moment an order request is handed over; the broker then takes it and never fills. */
function cutOff(broker: Broker): { readonly broker: Broker; next(): Promise<number> } {
  let tell: (at: number) => void = () => undefined;
  const rejected: MutationOutcome = {
    kind: 'rejected',
    rejection: { code: 'bench', message: 'measured' },
  };
  return {
    broker: {
      ...broker,
      async place() {
        tell(performance.now());
        return rejected;
      },
    },
    next: () =>
      new Promise((resolve) => {
        tell = resolve;
      }),
  };
}

async function openIn(directory: string, clock: ReturnType<typeof createShiftableClock>) {
  const disk = createJournalDisk(directory, { reserveBytes: 0 });
  const opened = await openJournal({ disk, clock, run: 'r_bench' });
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value.journal;
}

function compose(
  surroundings: Surroundings,
  broker: Broker,
  journal: Journal,
  clock: ReturnType<typeof createShiftableClock>,
): TradingDesk {
  return composeTradingDesk({
    journal,
    broker,
    quotes: surroundings.quotes,
    instruments: surroundings.instruments,
    clock,
    settings: {
      alerts: withOwnPeople(AlertSettingsSchema.parse({}), 'none'),
      risk: RISK,
      orders: OrdersSettingsSchema.parse({}),
      environment: 'simulated',
      dryRun: false,
    },
    recollection: createRecollection(),
    epoch: 1,
    version: 'bench',
    read: (text, posted, policy) => parseAlert(text, { posted, policy, isTradingDay }),
  });
}

/** Alerts that hold now, on contracts already quoted, as in a room that follows them. */
async function texts(surroundings: Surroundings, now: number): Promise<readonly string[]> {
  const listing = await surroundings.instruments.listing('SPY');
  if (!listing.ok) throw new Error('SPY is not listed');
  const found: string[] = [];
  for (const { expiry, strikes } of listing.value.expiries) {
    for (const strike of strikes) {
      const query = { kind: 'option', underlying: 'SPY', right: 'P', strike, expiry } as const;
      const instrument = await surroundings.instruments.find(query);
      const quote = instrument.ok ? surroundings.quoteNow(instrument.value) : null;
      if (!instrument.ok || quote === null || quote.eventAt > now) continue;
      const middle = mid(quote);
      if (middle < 300_000_000n || middle > 1_500_000_000n || found.length === PER_BATCH) continue;
      surroundings.quotes.subscribe(instrument.value);
      const { month, day, year } = civilDate(expiry);
      const price = formatPrice(quote.ask);
      found.push(`BTO SPY ${formatPrice(strike)}p ${month}/${day}/${year} @ ${price}`);
    }
  }
  return found;
}

let said = 0;
function message(text: string, at: ChatMessage['postedAt']): ChatMessage {
  said += 1;
  return {
    key: messageKey('local', OWN_ROOM, `bench${said}`),
    platform: 'local',
    channelId: OWN_ROOM,
    messageId: `bench${said}`,
    author: { id: OWN_USER, kind: 'person', displayName: OWN_USER, roleIds: [] },
    text,
    postedAt: at,
    receivedAt: at,
    relation: 'initial',
    dryRun: false,
  };
}

function bareSyncs(directory: string): readonly number[] {
  const file = openSync(join(directory, 'bare'), 'w');
  const bytes = Buffer.alloc(4096, 1);
  const samples = Array.from({ length: 300 }, () => {
    const from = performance.now();
    writeSync(file, bytes);
    fdatasyncSync(file);
    return performance.now() - from;
  });
  closeSync(file);
  return samples;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
