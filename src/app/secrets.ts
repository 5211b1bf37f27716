/**
 * The secrets of the program: from `STRIKEWIRE_…` variables or, with `_FILE`, from mounted files;
 * never from the YAML file. A value is never shown, also not in a complaint about it.
 *
 * Credentials of the production account have names of their own, and no other environment reads
 * them: they cannot be sent to a host that somebody configured.
 */
import { Secret } from '#kernel/secret.ts';
import { parseApiKey } from '#operate/keys.ts';
import { isLoopback } from '#operate/settings.ts';
import type { ConfigProblem } from './config-problems.ts';
import { ENV_PREFIX } from './config-reference.ts';

interface SecretRule {
  /** Variable without the prefix; `…_FILE` names a file instead. */
  readonly variable: string;
  readonly isRight: (text: string) => boolean;
  readonly expected: string;
}

const ONE_WORD = {
  isRight: (text: string) => /^\S{8,8192}$/.test(text),
  expected: 'expected one word of at least 8 characters',
};

const RULES = {
  adminKey: {
    variable: 'ADMIN_KEY',
    isRight: (text: string) => parseApiKey(text) !== null,
    expected: 'expected a key as `strikewire key create` prints it (ak_…)',
  },
  tastytradeClientSecret: { variable: 'TASTYTRADE_CLIENT_SECRET', ...ONE_WORD },
  tastytradeRefreshToken: { variable: 'TASTYTRADE_REFRESH_TOKEN', ...ONE_WORD },
  tastytradeProductionClientSecret: {
    variable: 'TASTYTRADE_PRODUCTION_CLIENT_SECRET',
    ...ONE_WORD,
  },
  tastytradeProductionRefreshToken: {
    variable: 'TASTYTRADE_PRODUCTION_REFRESH_TOKEN',
    ...ONE_WORD,
  },
  /** Of `cancel-all`, so that it works when the desk's own grant does not. */
  tastytradeCancelRefreshToken: { variable: 'TASTYTRADE_CANCEL_REFRESH_TOKEN', ...ONE_WORD },
  tastytradeProductionCancelRefreshToken: {
    variable: 'TASTYTRADE_PRODUCTION_CANCEL_REFRESH_TOKEN',
    ...ONE_WORD,
  },
  discordToken: { variable: 'DISCORD_TOKEN', ...ONE_WORD },
  slackAppToken: {
    variable: 'SLACK_APP_TOKEN',
    isRight: (text: string) => /^xapp-\S+$/.test(text),
    expected: 'expected an app-level token (xapp-…)',
  },
  slackBotToken: {
    variable: 'SLACK_BOT_TOKEN',
    isRight: (text: string) => /^xoxb-\S+$/.test(text),
    expected: 'expected a bot token (xoxb-…)',
  },
  databaseUrl: {
    variable: 'DATABASE_URL',
    isRight: (text: string) => {
      const url = URL.parse(text);
      const isKnown = url?.protocol === 'postgres:' || url?.protocol === 'postgresql:';
      return isKnown && url.hostname !== '' && url.pathname.length > 1;
    },
    expected: 'expected an address such as postgres://USER:PASSWORD@db.example:5432/DATABASE',
  },
  redisUrl: {
    variable: 'REDIS_URL',
    isRight: (text: string) => {
      const url = URL.parse(text);
      return (url?.protocol === 'redis:' || url?.protocol === 'rediss:') && url.hostname !== '';
    },
    expected: 'expected an address such as redis://:PASSWORD@redis.example:6379/0, or rediss://…',
  },
  /** Shared by the roles of one desk: what one asks of another carries its seal. */
  rolesSecret: {
    variable: 'ROLES_SECRET',
    isRight: (text: string) => /^\S{32,512}$/.test(text),
    expected: 'expected one word of at least 32 characters, as `openssl rand -hex 32` makes it',
  },
  /** The addresses of chats carry their credential: the whole of it is secret. */
  alarmWebhookUrl: {
    variable: 'ALARM_WEBHOOK_URL',
    isRight: (text: string) => {
      const url = URL.parse(text);
      if (url?.protocol === 'https:') return true;
      return url?.protocol === 'http:' && isLoopback(url.hostname);
    },
    expected: 'expected an address that begins with https:// (http:// on this machine alone)',
  },
  alarmWebhookSecret: { variable: 'ALARM_WEBHOOK_SECRET', ...ONE_WORD },
} as const satisfies Readonly<Record<string, SecretRule>>;

export type SecretName = keyof typeof RULES;
export type Secrets = Readonly<Record<SecretName, Secret | null>>;

/** Every variable that holds a secret or names the file of one. */
export const SECRET_VARIABLES: readonly string[] = Object.values(RULES).flatMap(({ variable }) => [
  ENV_PREFIX + variable,
  `${ENV_PREFIX}${variable}_FILE`,
]);

/** Reads the text of a mounted file, or says why not. */
export type ReadSecretFile = (
  path: string,
  place: string,
) => { readonly text: string | null; readonly problems: readonly ConfigProblem[] };

export interface SecretsRead {
  readonly secrets: Secrets;
  readonly problems: readonly ConfigProblem[];
}

export function readSecrets(
  variables: Readonly<Record<string, string | undefined>>,
  readFile: ReadSecretFile,
): SecretsRead {
  const problems: ConfigProblem[] = [];
  function one(rule: SecretRule): Secret | null {
    const read = readOne(rule, variables, readFile);
    problems.push(...read.problems);
    return read.secret;
  }
  const secrets = {
    adminKey: one(RULES.adminKey),
    tastytradeClientSecret: one(RULES.tastytradeClientSecret),
    tastytradeRefreshToken: one(RULES.tastytradeRefreshToken),
    tastytradeProductionClientSecret: one(RULES.tastytradeProductionClientSecret),
    tastytradeProductionRefreshToken: one(RULES.tastytradeProductionRefreshToken),
    tastytradeCancelRefreshToken: one(RULES.tastytradeCancelRefreshToken),
    tastytradeProductionCancelRefreshToken: one(RULES.tastytradeProductionCancelRefreshToken),
    discordToken: one(RULES.discordToken),
    slackAppToken: one(RULES.slackAppToken),
    slackBotToken: one(RULES.slackBotToken),
    databaseUrl: one(RULES.databaseUrl),
    redisUrl: one(RULES.redisUrl),
    rolesSecret: one(RULES.rolesSecret),
    alarmWebhookUrl: one(RULES.alarmWebhookUrl),
    alarmWebhookSecret: one(RULES.alarmWebhookSecret),
  };
  return { secrets, problems };
}

function readOne(
  { variable, isRight, expected }: SecretRule,
  variables: Readonly<Record<string, string | undefined>>,
  readFile: ReadSecretFile,
): { readonly secret: Secret | null; readonly problems: readonly ConfigProblem[] } {
  const name = ENV_PREFIX + variable;
  const fileName = `${name}_FILE`;
  const [given, file] = [variables[name], variables[fileName]];
  const place = `environment ${file === undefined ? name : fileName}`;
  const problem = (message: string) => ({
    secret: null,
    problems: [{ path: '', place, message, was: null }],
  });
  if (file !== undefined && given !== undefined) {
    return problem(`expected one of ${name} and ${fileName}, both are set`);
  }
  const read = file === undefined ? { text: given ?? null, problems: [] } : readFile(file, place);
  if (read.text === null) return { secret: null, problems: read.problems };
  const text = read.text.trim();
  if (!isRight(text)) return problem(`${expected}; it is not shown`);
  return { secret: new Secret(text), problems: [] };
}

/** Those that are there, for whoever keeps them out of what is printed. */
export function givenSecrets(secrets: Secrets): readonly Secret[] {
  return Object.values(secrets).filter((secret) => secret !== null);
}
