/**
 * Twenty alerts at once in a room of Discord and one of Slack: from posting to the answer shown,
 * and from the newest fill to the exit order. The production desk on this machine's disk, the real
 * client libraries, the simulated broker; the platforms are their stand-ins on loopback.
 */
import type { DeskRecord } from '#orders/model.ts';
import type { ChatService } from '../tests/contract/chat-service.ts';
import {
  compose,
  type Given,
  onDiscord,
  onSlack,
  slackRoomsOf,
  until,
} from '../tests/integration/chat/composed.ts';
import { openDiscordService } from '../tests/stand-ins/discord/service.ts';
import { openSlackService } from '../tests/stand-ins/slack/service.ts';
import { type BenchRow, spread } from './report.ts';

const AT_ONCE = 20;
const ROUNDS = 6;
const FILL_WITHIN_MS = 12_000;
const GOALS = { answer: 1_000, exit: 250 } as const;

/** Contracts that fill at once, two of each, so that there is an exit. */
const RISK = {
  limits: {
    ...{ tradesPerDayMax: 100, tradesPerAuthorHourMax: 100, openTradesMax: 20 },
    ...{ openPerUnderlyingMax: 20, openPerInstrumentMax: 20, premiumOpenMax: '30%' },
    ...{ mutationsPerMinuteMax: 50, mutationsPerSecondMax: 20, contractsMax: 2 },
    ...{ premiumTradeMax: '2000', spreadShareMax: '50%' },
    ...{ collarTicksOverAlert: 20, collarTicksOverAsk: 20 },
  },
  entry: { waitMs: 300, windowMs: 10_000, convertWithinTicks: 5 },
  exit: { gatherMs: 0 },
};

export async function measure(): Promise<readonly BenchRow[]> {
  return [...(await measureOn('Discord', openDiscord)), ...(await measureOn('Slack', openSlack))];
}

async function measureOn(name: string, open: () => Promise<Room>): Promise<readonly BenchRow[]> {
  const answers: number[] = [];
  const exits: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const taken = await measureRound(await open());
    // The first warms the program up: a desk does not answer its first alert cold.
    if (round === 0) continue;
    answers.push(...taken.answers);
    exits.push(...taken.exits);
  }
  return [
    rowOf(`${name}, 20 alerts at once: posted → answer shown`, answers, GOALS.answer),
    rowOf(`${name}: newest fill seen → exit order on record`, exits, GOALS.exit),
    { what: `${name}: alerts answered`, value: answers.length, unit: 'alerts' },
    { what: `${name}: exits placed`, value: exits.length, unit: 'exits' },
  ];
}

function rowOf(what: string, samplesMs: readonly number[], goalMs: number): BenchRow {
  const row = spread(what, samplesMs, 'ms');
  return { ...row, vs: `goal: p99 ${goalMs} ms`, ratio: (row.p99 ?? 0) / goalMs };
}

interface Room {
  readonly service: Pick<ChatService, 'say' | 'shown'>;
  readonly given: Given;
  connected(): Promise<void>;
  close(): Promise<void>;
}

async function openDiscord(): Promise<Room> {
  const service = await openDiscordService();
  const { gateway } = service.standIn;
  return {
    ...{ service, given: onDiscord(service, { risk: RISK }) },
    connected: () => gateway.until(() => gateway.connected() === 1),
    close: () => service.close(),
  };
}

async function openSlack(): Promise<Room> {
  const service = await openSlackService();
  const { standIn } = service;
  return {
    ...{ service, given: onSlack(standIn, slackRoomsOf(service), { risk: RISK }) },
    connected: () => until(() => standIn.socket.connections > 0),
    close: () => service.close(),
  };
}

async function measureRound({ service, given, ...room }: Room): Promise<{
  readonly answers: readonly number[];
  readonly exits: readonly number[];
}> {
  const desk = await compose(given);
  try {
    await room.connected();
    const text = await desk.alert();
    const posted = new Map<string, number>();
    const answers = new Map<string, number>();
    const look = setInterval(() => {
      for (const { repliesTo } of service.shown()) {
        const at = posted.get(repliesTo ?? '');
        if (repliesTo === null || at === undefined || answers.has(repliesTo)) continue;
        answers.set(repliesTo, performance.now() - at);
      }
    }, 2);
    for (let n = 0; n < AT_ONCE; n += 1) posted.set(await service.say(text), performance.now());
    await until(() => answers.size === AT_ONCE);
    clearInterval(look);
    const isOver = performance.now() + FILL_WITHIN_MS;
    await until(() => exitsIn(desk.records()).length === AT_ONCE || performance.now() > isOver);
    return { answers: [...answers.values()], exits: exitsIn(desk.records()) };
  } finally {
    await desk.close();
    await room.close();
  }
}

type Timed = DeskRecord & { readonly mono: number };

/** By the desk's own clock; what an order waits for the disk is measured by `alert-latency`. */
function exitsIn(records: readonly Timed[]): readonly number[] {
  const filled = new Map<string, number>();
  const exits: number[] = [];
  for (const record of records) {
    const { trade = '' } = record;
    if (record.kind === 'order.seen' && record.body.sighting.fills.length > 0) {
      // One contract of two has no exit: the newest fill is what it was waiting for.
      filled.set(trade, record.mono);
    }
    if (record.kind !== 'order.intended' || record.body.intent.op !== 'submit') continue;
    const from = filled.get(trade);
    if (record.body.intent.role === 'exit' && from !== undefined) exits.push(record.mono - from);
  }
  return exits;
}
