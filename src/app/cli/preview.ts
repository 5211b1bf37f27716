/**
 * Dry runs without a running desk: a private one, at the date that was asked for. Its parts are
 * loaded when they are needed: a command that asks a running desk never waits for them.
 */
import { createSystemClock, type EpochMs, epochMs } from '#kernel/time.ts';
import type { Config } from '../config.ts';
import type { LaneDependencies } from '../lane/lane-context.ts';
import { VERSION } from '../version.ts';
import type { Preview } from './alert.ts';

export function createPreview(reader: () => Promise<LaneDependencies['read']>): Preview {
  return {
    async process(config, message, at) {
      const [{ previewAlert }, { answerJson }] = await Promise.all([
        import('../preview-desk.ts'),
        import('../answer.ts'),
      ]);
      const postedAt = at ?? (await present(config));
      const read = await reader();
      const { text, channel, user } = message;
      const request = { config, version: VERSION, read, text, channel, user, postedAt };
      return answerJson(await previewAlert(request));
    },
    async example(config, at) {
      const { exampleAlertAt } = await import('../example-alert.ts');
      return exampleAlertAt(config, at ?? (await present(config)));
    },
  };
}

/** Now, or the market hours a demonstration would run in. */
async function present({ market }: Config): Promise<EpochMs> {
  const now = createSystemClock().now();
  if (market.clock === 'real') return now;
  const { marketHoursShift } = await import('../market-clock.ts');
  return epochMs(now + marketHoursShift(now, null, 0));
}
