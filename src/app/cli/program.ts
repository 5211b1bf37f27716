/**
 * The command line: names, options and help of every command. What a command does is loaded only
 * when it is called, so that a small one starts fast.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { ROLES, type Role } from '#operate/model.ts';
import type { Config, ConfigRequest } from '../config.ts';
import { EXIT, type Exit, exitCodeHelp } from '../exit-codes.ts';
import type { LaneDependencies } from '../lane/lane-context.ts';
import { VERSION } from '../version.ts';
import { ACT_NAMES, ACTS } from './act-names.ts';
import { CommandFailed, type Io } from './io.ts';

export interface ProgramParts {
  readonly io: Io;
  /** The parser, loaded when a command needs it. */
  readonly reader: () => Promise<LaneDependencies['read']>;
}

/** Runs one command line; gives the process's exit code. */
export async function runProgram(args: readonly string[], parts: ProgramParts): Promise<number> {
  let exit: Exit = 'done';
  const program = createProgram(parts, (end) => {
    exit = end;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return EXIT[exit].code;
  } catch (error) {
    if (error instanceof CommandFailed) {
      parts.io.note(`${error.message.trimEnd()}\n`);
      return EXIT[error.exit].code;
    }
    // What the system refuses is no defect: its own words are enough.
    if (error instanceof Error && 'syscall' in error) {
      parts.io.note(`${error.message}\n`);
      return EXIT.refused.code;
    }
    // Help and version end here too, with 0; everything else of commander's is wrong usage.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage.code;
    throw error;
  }
}

type Ended = (exit: Exit) => void;

function createProgram(parts: ProgramParts, ended: Ended): Command {
  const program = new Command('strikewire')
    .description('Alerts and signals in, managed orders out, everything on record, nothing lost.')
    .version(VERSION, '-V, --version')
    .showHelpAfterError('(add --help for what is possible)')
    .configureOutput({
      writeOut: (text) => void parts.io.print(text),
      writeErr: (text) => parts.io.note(text),
    })
    .exitOverride()
    .addHelpText('after', `\n${exitCodeHelp()}\n\n${EXAMPLES}`);
  addRunning(program, parts, ended);
  addReading(program, parts, ended);
  addRecord(program, parts, ended);
  return program;
}

const EXAMPLES = `Examples:
  strikewire start                                     the demo desk: nothing to configure
  strikewire alert --example                           trades a message that is valid now
  strikewire alert "BTO UBER 78p 12/05 @ 0.75" --posted-at 2025-12-02 --dry-run
  strikewire halt --reason "something is wrong"        nothing new, at once`;

function addRunning(program: Command, { io, reader }: ProgramParts, ended: Ended): void {
  configured(program.command('start'))
    .description('run the desk and its page until told to stop')
    .addOption(new Option('--market <source>', 'where quotes come from').choices(MARKETS))
    .option('--port <number>', 'port of the page and the API; 0 takes any free one', wholeNumber)
    .option('--seed <number>', 'the same seed gives the same market and chat', wholeNumber)
    .option(
      '--roles <names>',
      'parts to run, separated by commas; this version has: desk',
      onlyDesk,
    )
    .action(async (options: StartOptions) => {
      const config = await configOf(options, DEMO_LIMITS);
      const { runStart } = await import('./start.ts');
      ended(await runStart(config, await reader(), io));
    });
  for (const act of ACT_NAMES) {
    const { help } = ACTS[act];
    const command = configured(program.command(act)).description(`${help} (on the running desk)`);
    command.option('--reason <text>', 'why, for the record', '');
    if (act === 'flatten') command.option('--yes', 'do not ask again', false);
    command.action(async (options: Located & { reason: string; yes?: boolean }) => {
      const { runAct } = await import('./acts.ts');
      const given = { act, reason: options.reason, confirmed: options.yes === true };
      ended(await runAct(await configOf(options), given, io));
    });
  }
}

function addReading(program: Command, { io, reader }: ProgramParts, ended: Ended): void {
  program
    .command('parse')
    .description('say what messages mean: JSON Lines in, JSON Lines out, nothing traded')
    .argument('[file]', 'lines of {"id","text","posted_at"}; - is the standard input', '-')
    .option('--json', 'JSON Lines, the only form there is', true)
    .action(async (file: string) => {
      const { runParse } = await import('./parse.ts');
      const { WIDE_PARSE_POLICY } = await import('#alerts/parser/settings.ts');
      const read = await reader();
      ended(await runParse(file, (text, posted) => read(text, posted, WIDE_PARSE_POLICY), io));
    });
  configured(program.command('alert'))
    .description('take one message through the whole path, as the local operator')
    .argument('[text]', 'the message, as it would be posted')
    .option('--example', 'take a message that is valid now instead of a text', false)
    .option('--dry-run', 'decide and show everything, send nothing', false)
    .option('--posted-at <when>', 'a date, or an instant with a zone')
    .option('--json', 'print the answer as one JSON document and end', false)
    .option('--no-follow', 'print the answer and end')
    .option('--channel <id>', 'local channel it is posted in', 'local')
    .option('--user <id>', 'local user who posts it', 'operator')
    .action(async (text: string | undefined, options: Located & AlertFlags) => {
      const { runAlert } = await import('./alert.ts');
      const { createPreview } = await import('./preview.ts');
      const preview = createPreview(reader);
      ended(await runAlert(await configOf(options), { ...options, text }, preview, io));
    });
}

function addRecord(program: Command, { io }: ProgramParts, ended: Ended): void {
  configured(program.command('check'))
    .description('report everything that would stop a start, at once')
    .option('--json', 'one JSON document', false)
    .action(async (options: Located & { json: boolean }) => {
      const { runCheck } = await import('./check.ts');
      const { readConfig } = await import('../config.ts');
      ended(await runCheck(readConfig(requestOf(options)), options, io));
    });
  const key = program.command('key').description('API keys');
  configured(key.command('create'))
    .description('make an API key; it is shown once')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .action(async (options: Located & { role: Role }) => {
      const { runKeyCreate } = await import('./key.ts');
      ended(await runKeyCreate(await configOf(options), options.role, io));
    });
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
}

function addAudit(program: Command, io: Io, ended: Ended): void {
  const audit = program.command('audit').description('the record as people read it');
  configured(audit.command('export'))
    .description('every record as JSON Lines, oldest first; Parquet is not in this version')
    .option('--from <when>', 'from this date or instant on')
    .option('--to <when>', 'up to this date, included, or this instant')
    .addOption(new Option('--format <format>', 'form').choices(['jsonl']).default('jsonl'))
    .action(async (options: Located & { from?: string; to?: string }) => {
      const { runAuditExport } = await import('./audit.ts');
      const range = { from: options.from, to: options.to };
      ended(await runAuditExport(await configOf(options), range, io));
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

/** Options by which every command finds its configuration and its data directory. */
interface Located {
  readonly config?: string;
  readonly data?: string;
}

interface StartOptions extends Located {
  readonly market?: string;
  readonly port?: number;
  readonly seed?: number;
}

interface AlertFlags {
  readonly example: boolean;
  readonly dryRun: boolean;
  readonly postedAt: string | undefined;
  readonly json: boolean;
  readonly follow: boolean;
  readonly channel: string;
  readonly user: string;
}

const MARKETS = ['simulated', 'recorded'] as const;

function configured(command: Command): Command {
  return command
    .option('--config <file>', 'settings (default: strikewire.yaml, when there is one)')
    .option('--data <directory>', 'data directory (default: data)');
}

function requestOf(options: StartOptions): Pick<ConfigRequest, 'file' | 'options'> {
  const given = [
    ['data.directory', '--data', options.data],
    ['market.source', '--market', options.market],
    ['market.seed', '--seed', options.seed],
    ['http.port', '--port', options.port],
  ] as const;
  const set = given.filter(([, , value]) => value !== undefined);
  return {
    file: options.config,
    options: Object.fromEntries(set.map(([path, option, value]) => [path, { option, value }])),
  };
}

/** The demo posts more alerts than the default limits let through on a day. */
const DEMO_LIMITS = {
  risk: { limits: { tradesPerDayMax: 100, tradesPerAuthorHourMax: 60, openTradesMax: 10 } },
};

async function configOf(options: StartOptions, demo: ConfigRequest['demo'] = {}): Promise<Config> {
  const { readConfig } = await import('../config.ts');
  const config = readConfig({ ...requestOf(options), demo });
  if (config.ok) return config.value;
  const { formatProblems } = await import('../config-problems.ts');
  throw new CommandFailed('usage', formatProblems(config.error));
}

function wholeNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number.');
}

function onlyDesk(text: string): string {
  if (text === 'desk') return text;
  throw new InvalidArgumentError('This version runs whole: expected desk.');
}
