/**
 * Plays the script: a first order soon after the start, then a message every few seconds, for ever.
 * The same seed, market and clock give the same conversation.
 */
import type { ChatMessage } from '#alerts/model.ts';
import type { Said } from '#alerts/ports.ts';
import type { Random } from '#kernel/random.ts';
import type { Cancel, Clock } from '#kernel/time.ts';
import { type Beat, deck, FIRST_BEAT, type Line, type Open } from './beats.ts';
import type { Stage } from './stage.ts';

export interface ScriptOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly stage: Stage;
  readonly firstAfterMs: number;
  /** Mean time between messages. */
  readonly everyMs: number;
  readonly say: (said: Said) => ChatMessage;
}

export interface Script {
  start(): void;
  stop(): void;
}

/** Later laps take their time. */
const CALM = 2;
/** A beat that the market offers nothing for is passed over; this many in a row, and it waits. */
const PASSES_MAX = 10;

export function createScript({ clock, random, stage, say, ...pace }: ScriptOptions): Script {
  const book: Open[] = [];
  let waiting: readonly Beat[] = [];
  let laps = 0;
  let lastOrderId: string | null = null;
  let cancel: Cancel | null = null;
  let isStopped = false;

  function later(ms: number, action: () => void): void {
    cancel = isStopped ? null : clock.after(ms, action);
  }

  function drawBeat(): Beat {
    if (waiting.length === 0) {
      waiting = shuffled(deck(), random);
      laps += 1;
    }
    const [beat = FIRST_BEAT, ...rest] = waiting;
    waiting = rest;
    return beat;
  }

  async function play(first: Beat): Promise<void> {
    let lines = await first({ stage, random, book });
    for (let passed = 0; lines === null && passed < PASSES_MAX; passed += 1) {
      lines = await drawBeat()({ stage, random, book });
    }
    speak(lines ?? []);
  }

  function speak([line, ...rest]: readonly Line[]): void {
    if (isStopped) return;
    if (line !== undefined) {
      const messageId = line.under === 'last_order' ? lastOrderId : null;
      const { author, channelId, text, relation } = line;
      const message = say({ author, channelId, text, relation, messageId });
      if (relation === 'initial') lastOrderId = message.messageId;
    }
    const next = rest[0];
    if (next === undefined) later(gap(), () => void play(drawBeat()));
    else later(next.afterMs, () => speak(rest));
  }

  function gap(): number {
    const meanMs = laps > 1 ? pace.everyMs * CALM : pace.everyMs;
    return Math.round(meanMs * (0.5 + random.next()));
  }

  return {
    start() {
      later(pace.firstAfterMs, () => void play(FIRST_BEAT));
    },
    stop() {
      isStopped = true;
      cancel?.();
    },
  };
}

function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  return items
    .map((item) => ({ item, rank: random.next() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
