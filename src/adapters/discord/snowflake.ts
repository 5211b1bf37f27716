/**
 * Discord's ids: 64 bits as decimal text, the upper 42 of them the time of making.
 *
 * https://discord.com/developers/docs/reference#snowflakes
 */
import { type EpochMs, epochMs } from '#kernel/time.ts';

const DISCORD_EPOCH_MS = 1_420_070_400_000n;
const TIME_SHIFT = 22n;

export function timeOf(id: string): EpochMs {
  return epochMs(Number((BigInt(id) >> TIME_SHIFT) + DISCORD_EPOCH_MS));
}

/** The lowest id of that instant. */
export function idAt(at: EpochMs): string {
  const since = BigInt(at) - DISCORD_EPOCH_MS;
  return String(since > 0n ? since << TIME_SHIFT : 0n);
}

/** Negative when `a` is the older one. */
export function compareIds(a: string, b: string): number {
  const difference = BigInt(a) - BigInt(b);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

export function laterId(a: string, b: string): string {
  return compareIds(a, b) >= 0 ? a : b;
}
