/**
 * `npm run crash-test`: kills the real program again and again while it trades at a broker that
 * lives here, and compares what that broker has on its books with what the program has on record.
 *
 * Results go to stdout, progress to stderr. 0: everything held; 1: something did not, or too few
 * restarts had anything to find out; 2: wrong usage.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type CrashReport, crashTest } from '../tests/crash/run.ts';

const HELP = `Kills a trading desk with SIGKILL, starts it on what it left, and judges it by its broker's books.

  npm run crash-test -- [--kills N] [--seed S] [--lanes N] [--json]

  --kills N   how often (50)
  --seed S    what goes wrong and when; processes have a will of their own, so that a seed
              repeats the kind of a run and not its every step (1)
  --lanes N   desks at the same time, each with a directory and a broker of its own (one a core)
  --json      one line of JSON instead of the words
  --help

Exit code 0: nothing was sent twice, nothing is without its trade, nothing is missing on record, every
other invariant holds, and at least 30 % of the restarts had something to find out. 1: otherwise.
2: wrong usage.
`;
const OPTIONS = {
  kills: { type: 'string', default: '50' },
  seed: { type: 'string', default: '1' },
  lanes: { type: 'string', default: String(availableParallelism()) },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;
const UNRESOLVED_LEAST = 0.3;
const TOLD_MAX = 20;

class WrongUsage extends Error {}

const { stdout, stderr } = process;

async function main(): Promise<number> {
  const values = read();
  if (values.help) {
    stdout.write(HELP);
    return 0;
  }
  const kills = whole('kills', values.kills);
  const report = await crashTest({
    kills,
    seed: whole('seed', values.seed),
    lanes: whole('lanes', values.lanes),
    ...(stderr.isTTY && {
      onProgress: (so) => stderr.write(`\r${so.kills} of ${kills} kills, ${so.broken} broken `),
    }),
  });
  if (stderr.isTTY) stderr.write('\r\u001b[K');
  stdout.write(values.json ? `${JSON.stringify(asJson(report))}\n` : asText(report));
  for (const what of report.broken.slice(0, TOLD_MAX)) stderr.write(`BROKEN ${what}\n`);
  return report.broken.length === 0 && shareUnresolved(report) >= UNRESOLVED_LEAST ? 0 : 1;
}

function read() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : String(error));
  }
}

function whole(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1 && text.trim() !== '') return value;
  throw new WrongUsage(`--${option} takes a whole number of at least 1, was '${text}'`);
}

function asJson(report: CrashReport) {
  return {
    kills: report.kills,
    duplicates: report.duplicates,
    orphans: report.orphans,
    lostAuditRecords: report.lostAuditRecords,
    unresolvedRestarts: report.unresolved,
    wallMs: report.wallMs,
    broken: report.broken.length,
    trades: report.trades,
    orders: report.orders,
    found: Object.fromEntries(report.found),
  };
}

function asText(report: CrashReport): string {
  const { kills, unresolved, trades, orders, answers, runs, startMs, restMs, wallMs } = report;
  const states = [...report.found].map(([state, n]) => `${String(n).padStart(6)}  ${state}\n`);
  const share = Math.round(shareUnresolved(report) * 100);
  return `${kills} kills in ${runs} runs, ${seconds(wallMs)} s: ${Math.round(wallMs / kills)} ms a kill
${trades} trades, ${orders} orders, ${answers} answers

  ${report.duplicates} duplicate orders, ${report.orphans} orphans, ${report.lostAuditRecords} lost records, ${report.broken.length} broken promises in all
  ${unresolved} restarts (${share} %) found something unresolved

What they found:
${states.join('')}
Of the time of all lanes together, ${seconds(startMs)} s were starts and ${seconds(restMs)} s coming to rest.
`;
}

function shareUnresolved({ unresolved, kills }: CrashReport): number {
  return unresolved / Math.max(1, kills);
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(0);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof WrongUsage)) throw error;
  stderr.write(`${error.message}\nSee: npm run crash-test -- --help\n`);
  process.exitCode = 2;
}
