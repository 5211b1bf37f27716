/**
 * A private desk for one look: the whole path on the simulated market at any moment, with nothing
 * kept and nothing sent. For `strikewire alert --dry-run --posted-at …`.
 */
import { setImmediate as settled } from 'node:timers/promises';
import { createMemoryJournal } from '#adapters/memory/journal.ts';
import { messageKey } from '#kernel/ids.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import type { AlertAnswer } from '#operate/ports.ts';
import type { Config } from './config.ts';
import { withOwnPeople } from './demo-room.ts';
import type { LaneDependencies } from './lane/lane-context.ts';
import { openSurroundings } from './surroundings.ts';
import { composeTradingDesk, createRecollection } from './trading-desk.ts';

export interface PreviewRequest {
  readonly config: Config;
  readonly version: string;
  readonly read: LaneDependencies['read'];
  readonly text: string;
  readonly channel: string;
  readonly user: string;
  readonly postedAt: EpochMs;
}

/** The desk has been up for this long when the message arrives. */
const WARM_UP_MS = 2_000;
const DECIDE_MS_MAX = 5_000;
const STEP_MS = 10;

/** The answer a desk running at that moment would give to the local operator, as a dry run. */
export async function previewAlert(request: PreviewRequest): Promise<AlertAnswer> {
  const { config, version, read, text, channel, user, postedAt } = request;
  const { environment, risk, orders, chat, market } = config;
  const clock = createVirtualClock(plus(postedAt, -WARM_UP_MS));
  const { seed } = market;
  const surroundings = openSurroundings({ clock, source: 'simulated', seed, directory: null });
  const { desk, lane } = composeTradingDesk({
    journal: createMemoryJournal({ clock, run: 'preview' }),
    broker: surroundings.broker,
    quotes: surroundings.quotes,
    instruments: surroundings.instruments,
    clock,
    settings: {
      alerts: withOwnPeople(config.alerts, chat.script),
      risk,
      orders,
      environment,
      dryRun: true,
    },
    recollection: createRecollection(),
    epoch: 1,
    version,
    read,
  });
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      clock.advance(STEP_MS);
      await settled();
    }
  };
  desk.start();
  await pass(WARM_UP_MS);
  const answer = lane.receive({
    key: messageKey('local', channel, 'preview'),
    platform: 'local',
    channelId: channel,
    messageId: 'preview',
    author: { id: user, kind: 'person', displayName: user, roleIds: [] },
    text,
    postedAt,
    receivedAt: clock.now(),
    relation: 'initial',
    dryRun: true,
  });
  await Promise.race([answer, pass(DECIDE_MS_MAX)]);
  const given = await answer;
  await desk.stop('preview is over');
  surroundings.close();
  return given;
}
