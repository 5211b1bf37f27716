/** Dry runs without a running desk: a private one, at the date that was asked for. */
import { createSystemClock, type EpochMs, epochMs } from '#kernel/time.ts';
import { toAnswerJson } from '#operate/answer-json.ts';
import type { Config } from '../config.ts';
import { exampleAlertAt } from '../example-alert.ts';
import type { LaneDependencies } from '../lane/lane-context.ts';
import { marketHoursShift } from '../market-clock.ts';
import { previewAlert } from '../preview-desk.ts';
import { VERSION } from '../version.ts';
import type { Preview } from './alert.ts';

export function createPreview(read: LaneDependencies['read']): Preview {
  return {
    async process(config, text, at) {
      const postedAt = at ?? present(config);
      return toAnswerJson(await previewAlert({ config, version: VERSION, read, text, postedAt }));
    },
    example: async (config, at) => exampleAlertAt(config, at ?? present(config)),
  };
}

/** Now, or the market hours a demonstration would run in. */
function present({ market }: Config): EpochMs {
  const now = createSystemClock().now();
  return market.clock === 'real' ? now : epochMs(now + marketHoursShift(now, null, 0));
}
