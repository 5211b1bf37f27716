/** Commands over the SQL history. */
import { type Command, InvalidArgumentError } from 'commander';
import type { EpochMs } from '#kernel/time.ts';
import { readMarketTime } from '#market/market-time.ts';
import { configOf, configured, type Ended, type Located, wholeNumber } from './command-options.ts';
import type { Io } from './io.ts';

export function addHistory(program: Command, io: Io, ended: Ended): void {
  configured(program.command('migrate'))
    .description('bring the tables of the SQL history up to date; a start does the same')
    .action(async (options: Located) => {
      const { runMigrate } = await import('./history.ts');
      ended(await runMigrate(await configOf(options), io));
    });
  configured(program.command('rebuild'))
    .description('empty the SQL history and fill it again from the journal')
    .option('--reason <text>', 'why, for the record of a desk that runs', '')
    .option('--json', 'one JSON document', false)
    .action(async (options: Located & { reason: string; json: boolean }) => {
      const { runRebuild } = await import('./history.ts');
      const { reason, json } = options;
      ended(await runRebuild(await configOf(options), { reason, json }, io));
    });
}

export function addAuditHistory(audit: Command, io: Io, ended: Ended): void {
  configured(audit.command('reconcile'))
    .description('prove that the SQL history holds what the journal says; 1 when it does not')
    .option('--json', 'one JSON document', false)
    .action(async (options: Located & { json: boolean }) => {
      const { runReconcile } = await import('./history.ts');
      ended(await runReconcile(await configOf(options), options, io));
    });
  configured(audit.command('search'))
    .description('the newest records that match, newest first')
    .option('--user <id>', 'who wrote the message, or acted')
    .option('--symbol <symbol>', 'underlying or full symbol')
    .option('--trade <id>', 'of one trade')
    .option('--kind <kind>', 'order.intended, or the part before the dot')
    .option('--channel <id>', 'of the message')
    .option('--from <when>', 'from this date or instant on', startOf)
    .option('--to <when>', 'up to this date, included, or this instant', endOf)
    .option('--words <text>', 'that occur in the message or the sentence')
    .option('--limit <number>', 'how many', wholeNumber, 100)
    .option('--json', 'JSON Lines with every field', false)
    .action(async (options: Located & SearchFlags) => {
      const { runSearch } = await import('./history.ts');
      const { config: _file, data: _directory, ...query } = options;
      ended(await runSearch(await configOf(options), query, io));
    });
}

interface SearchFlags {
  readonly user?: string;
  readonly symbol?: string;
  readonly trade?: string;
  readonly kind?: string;
  readonly channel?: string;
  readonly from?: EpochMs;
  readonly to?: EpochMs;
  readonly words?: string;
  readonly limit: number;
  readonly json: boolean;
}

function startOf(text: string): EpochMs {
  return timeOf(text, '00:00');
}

function endOf(text: string): EpochMs {
  return timeOf(text, '24:00');
}

function timeOf(text: string, timeOfDay: `${number}:${number}`): EpochMs {
  const at = readMarketTime(text, timeOfDay);
  if (at !== null) return at;
  throw new InvalidArgumentError('Expected a date (2025-12-02) or an ISO instant with a zone.');
}
