/**
 * The configuration: one YAML file and `STRIKEWIRE_…` variables, joined over every part's own
 * schema, checked whole, frozen. The only reader of the process environment.
 *
 * Every problem is reported at once, with its place and what is expected; a value of a secret is
 * never shown. Secrets come from the environment or a mounted file, never from the YAML file.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { DiscordSettingsSchema } from '#adapters/discord/settings.ts';
import { SlackSettingsSchema } from '#adapters/slack/settings.ts';
import { TastytradeSettingsSchema } from '#adapters/tastytrade/settings.ts';
import { AlertSettingsSchema } from '#alerts/settings.ts';
import { BusSettingsSchema } from '#bus/settings.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { Secret } from '#kernel/secret.ts';
import { ALARMS_SETTINGS } from '#operate/alarms/settings.ts';
import { JOBS_SETTINGS } from '#operate/jobs/settings.ts';
import { HTTP_SETTINGS } from '#operate/settings.ts';
import { OrdersSettingsSchema } from '#orders/settings.ts';
import { RiskSettingsSchema } from '#risk/settings.ts';
import { busProblems } from './bus/bus-settings.ts';
import { type ConfigProblem, nearestName, showValue } from './config-problems.ts';
import { ENV_PREFIX, expectedAt, keysAt, listSettings } from './config-reference.ts';
import {
  lookUp,
  overlay,
  readDotEnv,
  readEnvironment,
  readOptions,
  readYaml,
  type SourceTree,
  type Tree,
} from './config-sources.ts';
import { RolesSettingsSchema } from './roles/roles-settings.ts';
import { readSecrets, SECRET_VARIABLES, type Secrets } from './secrets.ts';
import { DESK_SETTINGS } from './settings.ts';
import { venueProblems } from './venue-settings.ts';

/** Settings are written by people; reading more takes the YAML library for ever. */
const FILE_BYTES_MAX = 131_072;
/** Of unknown keys at one place so many are named, in a file that may be anything. */
const UNKNOWN_NAMED_MAX = 20;
const DEFAULT_FILE = 'strikewire.yaml';

const CONFIG_SCHEMA = z.strictObject({
  ...DESK_SETTINGS,
  http: HTTP_SETTINGS.prefault({}),
  alerts: AlertSettingsSchema.prefault({}),
  risk: RiskSettingsSchema.prefault({}),
  orders: OrdersSettingsSchema,
  tastytrade: TastytradeSettingsSchema,
  discord: DiscordSettingsSchema,
  slack: SlackSettingsSchema.prefault({}),
  jobs: JOBS_SETTINGS,
  alarms: ALARMS_SETTINGS,
  bus: BusSettingsSchema,
  roles: RolesSettingsSchema,
});

export interface Config extends z.output<typeof CONFIG_SCHEMA> {
  readonly secrets: Secrets;
  /** The file that was read, or `null`. */
  readonly file: string | null;
}

/** Reads the configuration of this process, from where it was started. */
export function readConfig(
  request: Pick<ConfigRequest, 'file' | 'options' | 'demo'>,
): Result<Config, readonly ConfigProblem[]> {
  return loadConfig({ ...request, directory: process.cwd(), environment: process.env });
}

export interface ConfigRequest {
  /** Named by `--config`: then it must exist. */
  readonly file?: string | undefined;
  /** Where `strikewire.yaml` and `.env` are looked for. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Weaker than everything that is given, and only while the demo script plays. */
  readonly demo?: Tree;
  /** By path, with the option that gave it. */
  readonly options?: Readonly<Record<string, { readonly option: string; readonly value: unknown }>>;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Variables with our prefix that are no settings: read by tests, or secrets. */
const ELSEWHERE = new Set([`${ENV_PREFIX}MARKET_DATA`, ...SECRET_VARIABLES]);

/** Reads, joins and checks everything. Paths in the result are absolute. */
export function loadConfig(request: ConfigRequest): Result<Config, readonly ConfigProblem[]> {
  const path = resolve(request.directory, request.file ?? DEFAULT_FILE);
  const file = readText(
    path,
    request.file ?? DEFAULT_FILE,
    request.file === undefined ? 'optional' : 'needed',
  );
  const dotEnv = readText(resolve(request.directory, '.env'), '.env', 'optional');
  const sources = [
    ...(file.text === null ? [] : [readYaml(file.text, request.file ?? DEFAULT_FILE)]),
    ...environments(dotEnv.text, request.environment),
    readOptions(request.options ?? {}),
  ];
  const variables = { ...readDotEnv(dotEnv.text ?? ''), ...request.environment };
  const secrets = readSecrets(variables, (mounted, place) =>
    readText(resolve(request.directory, mounted), place, 'needed'),
  );
  const given = sources.reduce<Tree>((tree, source) => overlay(tree, source.tree), {});
  const raw = overlay(playsDemo(given) ? (request.demo ?? {}) : {}, given);
  const parsed = CONFIG_SCHEMA.safeParse(raw);
  const problems = [
    ...file.problems,
    ...dotEnv.problems,
    ...sources.flatMap((source) => source.problems),
    ...secrets.problems,
    ...(parsed.success
      ? [
          ...venueProblems(parsed.data, secrets.secrets),
          ...busProblems(parsed.data, secrets.secrets),
        ].map((problem) => ({ ...problem, place: placeOf(problem.path.split('.'), sources) }))
      : explain(parsed.error, raw, sources)),
  ];
  if (!parsed.success || problems.length > 0) return err(problems);
  return ok(
    freeze({
      ...fitted(parsed.data, given, request.directory),
      secrets: secrets.secrets,
      file: file.text === null ? null : path,
    }),
  );
}

/** The settings of the whole program, for help, the example and its test. */
export const settings = () => listSettings(CONFIG_SCHEMA);

function environments(dotEnv: string | null, environment: ConfigRequest['environment']) {
  const known = settings();
  const own = readEnvironment(environment, known, { place: 'environment', elsewhere: ELSEWHERE });
  if (dotEnv === null) return [own];
  const file = readEnvironment(readDotEnv(dotEnv), known, { place: '.env', elsewhere: ELSEWHERE });
  return [file, own];
}

function readText(path: string, name: string, need: 'needed' | 'optional') {
  try {
    const bytes = readFileSync(path);
    if (bytes.length <= FILE_BYTES_MAX) return { text: UTF8.decode(bytes), problems: [] };
    const message = `expected at most ${FILE_BYTES_MAX} bytes`;
    return { text: null, problems: [{ path: '', place: name, message, was: null }] };
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' && need === 'optional') return { text: null, problems: [] };
    const messages: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      ERR_ENCODING_INVALID_ENCODED_DATA: 'expected text in UTF-8',
    };
    const message = messages[code] ?? `cannot be read (${code})`;
    return { text: null, problems: [{ path: '', place: name, message, was: null }] };
  }
}

function playsDemo(given: Tree): boolean {
  const script = lookUp(given, ['chat', 'script'])?.value ?? 'demo';
  const environment = lookUp(given, ['environment'])?.value ?? 'simulated';
  return script === 'demo' && environment === 'simulated';
}

/** What follows from the environment: nothing invented is said there; each has its own record. */
function fitted(
  settled: z.output<typeof CONFIG_SCHEMA>,
  given: Tree,
  from: string,
): z.output<typeof CONFIG_SCHEMA> {
  const { environment, data, chat, market } = settled;
  const isOwn = environment === 'simulated' || lookUp(given, ['data', 'directory']) !== null;
  const directory = resolve(from, isOwn ? data.directory : `${data.directory}-${environment}`);
  if (environment === 'simulated') return { ...settled, data: { ...data, directory } };
  return {
    ...settled,
    data: { ...data, directory },
    chat: { ...chat, script: 'none' },
    market: { ...market, source: 'simulated', clock: 'real' },
  };
}

function explain(
  error: z.ZodError,
  raw: Tree,
  sources: readonly SourceTree[],
): readonly ConfigProblem[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return unknownKeys(issue, sources);
    const path = issue.path.map(String).join('.');
    const place = placeOf(issue.path, sources);
    const message = messageOf(issue);
    const found = message.includes(', was ') ? null : lookUp(raw, issue.path);
    return [{ path, place, message, was: found === null ? null : showValue(found.value) }];
  });
}

/** A part's own words where it has some, else what its schema expects. */
function messageOf(issue: z.core.$ZodIssue): string {
  // A line such as `http:` with nothing, or nothing but comments, under it.
  if (issue.code === 'invalid_type' && issue.expected === 'object') {
    return 'expected settings under it; leave the line out to have the defaults';
  }
  if (issue.message.startsWith('expected') || issue.code === 'custom') return issue.message;
  const isOwn = !/^(?:Invalid|Too)/.test(issue.message);
  const expected = isOwn ? issue.message : expectedAt(CONFIG_SCHEMA, issue.path);
  return expected === null ? issue.message : `expected ${expected}`;
}

function unknownKeys(
  { keys, path }: z.core.$ZodIssueUnrecognizedKeys,
  sources: readonly SourceTree[],
): readonly ConfigProblem[] {
  const named = keys.slice(0, UNKNOWN_NAMED_MAX).map((key) => unknownKey([...path, key], sources));
  const more = keys.length - named.length;
  if (more === 0) return named;
  const message = `${more} more settings that there are not`;
  return [...named, { path: path.join('.'), place: placeOf(path, sources), message, was: null }];
}

function unknownKey(path: readonly PropertyKey[], sources: readonly SourceTree[]): ConfigProblem {
  const name = path.map(String).join('.');
  const nearest = nearestName(String(path.at(-1)), keysAt(CONFIG_SCHEMA, path.slice(0, -1)));
  const hint =
    nearest === null ? 'strikewire.example.yaml lists all of them' : `did you mean ${nearest}?`;
  const message = `no such setting; ${hint}`;
  return { path: name, place: placeOf(path, sources), message, was: null };
}

/** Of the strongest source that says anything at the path. */
function placeOf(path: readonly PropertyKey[], sources: readonly SourceTree[]): string {
  const holds = (source: SourceTree): boolean => lookUp(source.tree, path) !== null;
  const parent = (source: SourceTree): boolean => lookUp(source.tree, path.slice(0, -1)) !== null;
  const source = sources.findLast(holds) ?? sources.findLast(parent);
  return source?.place(path) ?? 'default';
}

function freeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null && !(inner instanceof Secret)) freeze(inner);
  }
  return Object.freeze(value);
}

/** `ENOENT` of a system error; its name otherwise. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
