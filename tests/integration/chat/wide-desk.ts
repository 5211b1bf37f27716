/**
 * `strikewire start` with nothing changed but how much it may trade: a test of a thousand trades
 * has to go past limits that no configuration lifts.
 */
import { createProcessIo } from '#app/cli/io.ts';
import { runStart } from '#app/cli/start.ts';
import { readConfig } from '#app/config.ts';
import { formatProblems } from '#app/config-problems.ts';
import { EXIT } from '#app/exit-codes.ts';
import { readAlert } from '#app/reader.ts';
import { percent } from '#kernel/percent.ts';

const MANY = 100_000;
const WIDER = {
  ...{ tradesPerDayMax: MANY, tradesPerAuthorHourMax: MANY, openTradesMax: MANY },
  ...{ openPerUnderlyingMax: MANY, openPerInstrumentMax: MANY, premiumOpenMax: percent('100%') },
  ...{ mutationsPerMinuteMax: MANY, mutationsPerSecondMax: MANY },
  // A desk that was killed while it sent pauses until it knows: here it is to go on meanwhile.
  ...{ unresolvedMax: MANY, unresolvedAgeMsMax: 600_000 },
  // The machine may be busy with other tests: quotes then come late.
  ...{ quoteReceivedAgeMsMax: 600_000, quoteEventAgeMsMax: 600_000 },
};

const config = readConfig({});
if (!config.ok) throw new Error(formatProblems(config.error));
const { risk } = config.value;
const wide = { ...config.value, risk: { ...risk, limits: { ...risk.limits, ...WIDER } } };
const exit = await runStart(wide, readAlert, createProcessIo());
process.exit(EXIT[exit].code);
