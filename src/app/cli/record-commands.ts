/** Commands over the record: verify it, export it, ask it, keep copies of it, and its jobs. */
import { type Command, Option } from 'commander';
import { configOf, configured, type Ended, type Located, wholeNumber } from './command-options.ts';
import { addAuditHistory, addHistory } from './history-commands.ts';
import type { Io } from './io.ts';

export function addRecord(program: Command, io: Io, ended: Ended): void {
  const journal = program.command('journal').description('the record of record');
  configured(journal.command('verify'))
    .description('check chain, sequence and frames; names the first bad record')
    .argument('[directory]', 'a data directory, or the folder of segments in it')
    .option('--json', 'one JSON document', false)
    .action(async (directory: string | undefined, options: Located & { json: boolean }) => {
      const { runJournalVerify } = await import('./journal.ts');
      const where = directory ?? (await configOf(options)).data.directory;
      ended(await runJournalVerify({ directory: where, json: options.json }, io));
    });
  addAudit(program, io, ended);
  addHistory(program, io, ended);
  addQuery(program, io, ended);
  addKeeping(program, io, ended);
  addJobs(program, io, ended);
  addAlarms(program, io, ended);
}

function addAudit(program: Command, io: Io, ended: Ended): void {
  const audit = program.command('audit').description('the record as people read it');
  addAuditHistory(audit, io, ended);
  configured(audit.command('export'))
    .description('every record, oldest first; as Parquet a file for each day')
    .option('--from <when>', 'from this date or instant on')
    .option('--to <when>', 'up to this date, included, or this instant')
    .addOption(new Option('--format <format>', 'form').choices(FORMATS).default('jsonl'))
    .option('--out <directory>', 'write there (parquet: to parquet/ in the data directory)')
    .option('--complete-days', 'parquet: leave out the day that is not over', false)
    .option('--verify', 'parquet: compare an export with the journal, and write nothing', false)
    .option('--json', 'parquet: report as one JSON document', false)
    .action(async (options: Located & ExportFlags) => {
      const config = await configOf(options);
      const { from, to, out, format } = options;
      if (format === 'parquet') {
        const { runParquetExport } = await import('./parquet.ts');
        ended(await runParquetExport(config, { ...options, from, to, out }, io));
        return;
      }
      const { runAuditExport } = await import('./audit.ts');
      ended(await runAuditExport(config, { from, to, out, format }, io));
    });
  configured(audit.command('recent'))
    .description('the newest records of the running desk, newest first')
    .option('--limit <number>', 'how many', wholeNumber, 20)
    .option('--json', 'JSON Lines with every field', false)
    .action(async (options: Located & { limit: number; json: boolean }) => {
      const { runAuditRecent } = await import('./audit.ts');
      ended(await runAuditRecent(await configOf(options), options, io));
    });
}

function addQuery(program: Command, io: Io, ended: Ended): void {
  configured(program.command('query'))
    .description('ask the record in SQL: audit, trades, orders, fills, alerts; nothing is changed')
    .argument('[query]', 'one SELECT, or the name of a ready-made query')
    .option('--list', 'name the ready-made queries', false)
    .addOption(new Option('--format <form>', 'form').choices(ANSWER_FORMS).default('table'))
    .option('--parquet <directory>', 'where exports are (default: parquet/ in the data directory)')
    .addOption(new Option('--on <store>', 'what is asked').choices(ASKED).default('parquet'))
    .option('--exported-only', 'exported days alone: quick, and as old as the export', false)
    .option('--rows <number>', 'at most so many', wholeNumber, 10_000)
    .option('--timeout <seconds>', 'give up after', wholeNumber, 60)
    .option('--memory <megabytes>', 'most memory taken', wholeNumber, 512)
    .action(async (query: string | undefined, options: Located & QueryFlags) => {
      const { runQuery } = await import('./query.ts');
      const { parquet, ...others } = options;
      ended(await runQuery(await configOf(options), { ...others, query, parquet }, io));
    });
}

function addKeeping(program: Command, io: Io, ended: Ended): void {
  configured(program.command('backup'))
    .description('copy the journal and what belongs to it, also while a desk runs, and check it')
    .option('--to <directory>', 'where backups go (default: jobs.backup.directory)')
    .option('--keep <number>', 'so many of the newest stay', wholeNumber)
    .option('--list', 'name the backups there are', false)
    .option('--verify <backup>', 'check one that is there, or the newest of a directory')
    .option('--json', 'one JSON document', false)
    .action(async (options: Located & BackupFlags) => {
      const { runBackup } = await import('./backup.ts');
      const { to, keep, verify, list, json } = options;
      ended(await runBackup(await configOf(options), { to, keep, verify, list, json }, io));
    });
  configured(program.command('restore'))
    .description('make the data directory, which must be empty, from a backup')
    .argument('<backup>', 'a backup, or a directory of them: then the newest')
    .option('--older', 'also when the record is known to have gone further', false)
    .option('--json', 'one JSON document', false)
    .action(async (from: string, options: Located & { older: boolean; json: boolean }) => {
      const { runRestore } = await import('./backup.ts');
      const { older, json } = options;
      ended(await runRestore(await configOf(options), { from, older, json }, io));
    });
}

function addJobs(program: Command, io: Io, ended: Ended): void {
  const jobs = configured(program.command('jobs'))
    .description('what the running desk does by the clock, and how it went')
    .option('--json', 'one JSON document', false)
    .action(async (options: Located & { json: boolean }) => {
      const { runJobs } = await import('./jobs.ts');
      ended(await runJobs(await configOf(options), options, io));
    });
  configured(jobs.command('run'))
    .description('begin a job now; without a running desk: parquet, backup, verify')
    .argument('<name>', 'as `strikewire jobs` names it')
    .option('--reason <text>', 'why, for the record', '')
    .option('--json', 'one JSON document', false)
    .action(async (name: string, _: unknown, command: Command) => {
      const { runJobNow } = await import('./jobs.ts');
      // Options of the same name stand at both commands: whichever was given counts.
      const options = command.optsWithGlobals<Located & { reason: string; json: boolean }>();
      const { reason, json } = options;
      ended(await runJobNow(await configOf(options), { name, reason, json }, io));
    });
}

function addAlarms(program: Command, io: Io, ended: Ended): void {
  const alarms = configured(program.command('alarms'))
    .description('what the running desk watches over itself for, and what is raised')
    .option('--json', 'one JSON document', false)
    .action(async (options: Located & { json: boolean }) => {
      const { runAlarms } = await import('./alarms.ts');
      ended(await runAlarms(await configOf(options), options, io));
    });
  const acts = {
    acknowledge: 'take note of a raised alarm: it is not told again until it has been over',
    test: 'tell an alarm as a test, wherever alarms are told',
  } as const;
  for (const act of ['acknowledge', 'test'] as const) {
    configured(alarms.command(act))
      .description(acts[act])
      .argument('<name>', 'as `strikewire alarms` names it')
      .option('--json', 'one JSON document', false)
      .action(async (name: string, _: unknown, command: Command) => {
        const { runAlarmAct } = await import('./alarms.ts');
        const options = command.optsWithGlobals<Located & { json: boolean }>();
        ended(await runAlarmAct(await configOf(options), { name, act, json: options.json }, io));
      });
  }
}

interface ExportFlags {
  readonly from?: string;
  readonly to?: string;
  readonly out?: string;
  readonly format: (typeof FORMATS)[number];
  readonly completeDays: boolean;
  readonly verify: boolean;
  readonly json: boolean;
}

interface QueryFlags {
  readonly list: boolean;
  readonly on: (typeof ASKED)[number];
  readonly format: (typeof ANSWER_FORMS)[number];
  readonly parquet?: string;
  readonly exportedOnly: boolean;
  readonly rows: number;
  readonly timeout: number;
  readonly memory: number;
}

const ASKED = ['parquet', 'sql'] as const;
const ANSWER_FORMS = ['table', 'json', 'csv'] as const;
const FORMATS = ['jsonl', 'csv', 'parquet'] as const;

interface BackupFlags {
  readonly to?: string;
  readonly keep?: number;
  readonly list: boolean;
  readonly verify?: string;
  readonly json: boolean;
}
