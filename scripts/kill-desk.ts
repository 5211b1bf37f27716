/**
 * Kills a trading desk many times, and judges what it has left behind against its broker's books.
 *
 *     node scripts/kill-desk.ts --kills 40 --seed 1
 *
 * Runs of a dozen kills, each on a directory of its own, which stays where a promise was broken.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killAgainAndAgain } from '../tests/integration/process/killing.ts';

const KILLS_PER_RUN = 12;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
  },
});
const kills = Number(values.kills);
const first = Number(values.seed);
const found = new Map<string, number>();
let broken = 0;

for (let done = 0; done < kills; done += KILLS_PER_RUN) {
  const seed = first + done / KILLS_PER_RUN;
  const directory = mkdtempSync(join(tmpdir(), 'strikewire-kills-'));
  const started = performance.now();
  const report = await killAgainAndAgain({
    directory,
    kills: Math.min(KILLS_PER_RUN, kills - done),
    seed,
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const { trades, answers, exitCode } = report;
  console.log(`seed ${seed}: ${trades} trades, ${answers} answers, exit ${exitCode}, ${seconds} s`);
  for (const [state, times] of report.found) found.set(state, (found.get(state) ?? 0) + times);
  for (const what of report.broken) console.log(`  BROKEN ${what}`);
  if (report.broken.length > 0) console.log(`  left in ${directory}`);
  else rmSync(directory, { recursive: true });
  broken += report.broken.length;
}

console.log('\nWhat the starts found:');
for (const [state, times] of [...found].toSorted((a, b) => b[1] - a[1])) {
  console.log(`${String(times).padStart(5)}  ${state}`);
}
console.log(`\n${kills} kills, ${broken} broken promises`);
process.exitCode = broken === 0 ? 0 : 1;
