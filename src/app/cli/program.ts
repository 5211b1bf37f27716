/**
 * The command line: names, options and help of every command. What a command does is loaded only
 * when it is called, so that a small one starts fast.
 */
import { Command, CommanderError, Option } from 'commander';
import { ROLES, type Role } from '#operate/model.ts';
import { EXIT, type Exit, exitCodeHelp } from '../exit-codes.ts';
import type { LaneDependencies } from '../lane/lane-context.ts';
import { VERSION } from '../version.ts';
import { ACT_NAMES, ACTS } from './act-names.ts';
import {
  configOf,
  configured,
  type Ended,
  type Located,
  requestOf,
  roleNames,
  type StartOptions,
  wholeNumber,
} from './command-options.ts';
import { CommandFailed, type Io } from './io.ts';
import { addPeople } from './people-commands.ts';
import { addRecord } from './record-commands.ts';

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
  addArming(program, parts, ended);
  addCancelAll(program, parts, ended);
  addCertifying(program, parts, ended);
  addReading(program, parts, ended);
  addChecking(program, parts, ended);
  addPeople(program, parts, ended);
  addRecord(program, parts.io, ended);
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
      'parts to run, separated by commas: desk, api; both when not given',
      roleNames,
    )
    .action(async (options: StartOptions) => {
      const config = await configOf(options, DEMO_LIMITS);
      const { readConfig } = await import('../config.ts');
      const again = () => readConfig({ ...requestOf(options), demo: DEMO_LIMITS });
      const { runStart } = await import('./start.ts');
      ended(await runStart(config, await reader(), io, again));
    });
  configured(program.command('reload'))
    .description('let the running desk read people, roles and channels from the file again')
    .option('--reason <text>', 'why, for the record', '')
    .action(async (options: Located & { reason: string }) => {
      const { runReload } = await import('./acts.ts');
      ended(await runReload(await configOf(options), options.reason, io));
    });
  configured(program.command('release'))
    .description('let a trade go on that waits for a person (on the running desk)')
    .argument('<trade>', 'its id, t_…')
    .requiredOption('--reason <text>', 'what was seen to, for the record')
    .action(async (trade: string, options: Located & { reason: string }) => {
      const { runRelease } = await import('./acts.ts');
      ended(await runRelease(await configOf(options), { trade, reason: options.reason }, io));
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

function addArming(program: Command, { io }: ProgramParts, ended: Ended): void {
  const admin = 'needs STRIKEWIRE_ADMIN_KEY';
  configured(program.command('arm'))
    .description(`let the running desk enter trades for a real account, in two steps (${admin})`)
    .option('--code <digits>', 'second step: the one-time code of the first')
    .option('--account <four>', 'second step: last four characters of the account')
    .option('--reason <text>', 'why, for the record', '')
    .action(async (options: Located & ArmFlags) => {
      const { runArm } = await import('./arm.ts');
      const { code, account, reason } = options;
      ended(await runArm(await configOf(options), { code, account, reason }, io));
    });
  configured(program.command('disarm'))
    .description('no new entries for the real account; working ones are cancelled; exits go on')
    .option('--reason <text>', 'why, for the record', '')
    .action(async (options: Located & { reason: string }) => {
      const { runDisarm } = await import('./arm.ts');
      ended(await runDisarm(await configOf(options), options.reason, io));
    });
}

function addCancelAll(program: Command, { io }: ProgramParts, ended: Ended): void {
  configured(program.command('cancel-all'))
    .description('take back every working order of ours at the broker; works with the desk dead')
    .option('--keep-sells', 'leave resting exits where they are', false)
    .option('--yes', 'do not ask again', false)
    .option('--within <seconds>', 'how long to go on trying', wholeNumber, 60)
    .option('--json', 'one JSON document', false)
    .action(async (options: Located & CancelAllFlags) => {
      const { runCancelAll } = await import('./cancel-all.ts');
      const { keepSells, yes: confirmed, within: withinSeconds, json } = options;
      const given = { keepSells, confirmed, withinSeconds, json };
      ended(await runCancelAll(await configOf(options), given, io));
    });
}

function addCertifying(program: Command, { io }: ProgramParts, ended: Ended): void {
  configured(program.command('certify'))
    .description('try everything the desk relies on at a sandbox; needed before a desk is armed')
    .option('--only <names>', 'some scenarios, separated by commas; makes no certificate')
    .option('--list', 'name the scenarios and what each proves, and try none', false)
    .option('--json', 'one JSON document', false)
    .action(async (options: Located & CertifyFlags) => {
      const { listScenarios, runCertify } = await import('./certify.ts');
      if (options.list) ended(await listScenarios(options, io));
      else ended(await runCertify(await configOf(options), options, io));
    });
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
      ended(
        await runParse(file, (text, posted) => read(text, posted, WIDE_PARSE_POLICY, 'local'), io),
      );
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

function addChecking(program: Command, { io }: ProgramParts, ended: Ended): void {
  configured(program.command('check'))
    .description('report everything that would stop a start, at once')
    .option('--roles <names>', 'of a process that runs these parts alone', roleNames)
    .option('--json', 'one JSON document', false)
    .action(async (options: StartOptions & { json: boolean }) => {
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
}

interface ArmFlags {
  readonly code: string | undefined;
  readonly account: string | undefined;
  readonly reason: string;
}

interface CancelAllFlags {
  readonly keepSells: boolean;
  readonly yes: boolean;
  readonly within: number;
  readonly json: boolean;
}

interface CertifyFlags {
  readonly only: string | undefined;
  readonly list: boolean;
  readonly json: boolean;
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

/** The demo posts more alerts than the default limits let through on a day. */
const DEMO_LIMITS = {
  risk: { limits: { tradesPerDayMax: 100, tradesPerAuthorHourMax: 60, openTradesMax: 10 } },
};
