/**
 * How fast a channel is posted to. Slack takes about one message a second and channel, and short
 * bursts beyond (docs.slack.dev, rate limits); answers to alerts must not wait in a queue of ours.
 */
import type { Clock } from '#kernel/time.ts';
import { pause } from './history.ts';

const PER_SECOND = 1;
const BURST = 20;

export interface Pace {
  /** Resolves when the next call may go out. */
  turn(channelId: string): Promise<void>;
  /** Slack asked for quiet in this channel. */
  block(channelId: string, ms: number): void;
  /** What is left of that. */
  blockedMs(channelId: string): number;
}

interface Bucket {
  left: number;
  at: number;
  blockedUntil: number;
}

export function createPace(clock: Clock): Pace {
  const buckets = new Map<string, Bucket>();

  function bucketOf(channelId: string): Bucket {
    const known = buckets.get(channelId);
    const bucket = known ?? { left: BURST, at: clock.mono(), blockedUntil: 0 };
    if (known === undefined) buckets.set(channelId, bucket);
    const now = clock.mono();
    bucket.left = Math.min(BURST, bucket.left + ((now - bucket.at) / 1_000) * PER_SECOND);
    bucket.at = now;
    return bucket;
  }

  return {
    async turn(channelId) {
      const bucket = bucketOf(channelId);
      bucket.left -= 1;
      if (bucket.left < 0) await pause(clock, (-bucket.left / PER_SECOND) * 1_000);
    },
    block(channelId, ms) {
      const bucket = bucketOf(channelId);
      bucket.blockedUntil = Math.max(bucket.blockedUntil, clock.mono() + ms);
    },
    blockedMs: (channelId) => Math.max(0, bucketOf(channelId).blockedUntil - clock.mono()),
  };
}
