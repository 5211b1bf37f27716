/** `npm run stand-in`: serves a stand-in until told to stop, and says how a desk gets to it. */
import { parseArgs } from 'node:util';
import { parseMoney } from '#kernel/price.ts';
import { RECORDED_LATENCY } from './tastytrade/engine/settings.ts';
import type { StandInOptions } from './tastytrade/options.ts';
import { openTastytradeStandIn, type TastytradeStandIn } from './tastytrade/stand-in.ts';

export interface CommandRun {
  readonly args: readonly string[];
  readonly write: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Resolves when it is time to stop. */
  readonly stopped: Promise<void>;
}

const HELP = `Usage: npm run stand-in -- tastytrade [options]

Serves a stand-in for tastytrade on 127.0.0.1 until Ctrl-C: REST, account stream and quotes,
with a market that moves and an account of invented money. Nothing leaves this machine.

Options:
  --port N             port to listen on; any free one unless given
  --seed S             the same seed gives the same prices and the same credentials (default 1)
  --cash DOLLARS       what the account starts with (default 100000)
  --account NUMBER     the account's number (default 5WT00001)
  --environment NAME   production, or sandbox with its delayed feed and missing services
                       (default production)
  --session HOURS      always-open, or calendar with New York's hours (default always-open)
  --daily-reset        at midnight in New York orders, positions and trades are deleted, as in the
                       sandbox
  --json               one line of JSON instead of the words
  --help               this text

Examples:
  npm run stand-in -- tastytrade --port 8130
  npm run stand-in -- tastytrade --environment sandbox --session calendar --seed 7
`;
const OPTIONS = {
  port: { type: 'string', default: '0' },
  seed: { type: 'string', default: '1' },
  cash: { type: 'string', default: '100000' },
  account: { type: 'string', default: '5WT00001' },
  environment: { type: 'string', default: 'production' },
  session: { type: 'string', default: 'always-open' },
  'daily-reset': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;
const USAGE = 2;
const FAILED = 1;
const PORT_MAX = 65_535;

/** The exit code. */
export async function runStandIn({ args, write, complain, stopped }: CommandRun): Promise<number> {
  const asked = parse(args);
  if (typeof asked === 'string') {
    complain(`${asked}\nSee: npm run stand-in -- --help\n`);
    return USAGE;
  }
  if (asked === null) {
    write(HELP);
    return 0;
  }
  try {
    const standIn = await openTastytradeStandIn(asked.options);
    write(asked.isJson ? `${JSON.stringify(facts(standIn))}\n` : described(standIn));
    await stopped;
    await standIn.close();
    return 0;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    complain(`The stand-in could not be opened on port ${asked.options.port}: ${reason}\n`);
    return FAILED;
  }
}

/** What to open; a sentence when it is wrong; `null` when help was asked for. */
function parse(
  args: readonly string[],
): { readonly options: StandInOptions; readonly isJson: boolean } | string | null {
  const read = tryParse(args);
  if (typeof read === 'string') return read;
  const { values, positionals } = read;
  if (values.help) return null;
  const [name, ...more] = positionals;
  if (name === undefined) return 'Say which stand-in: tastytrade.';
  if (name !== 'tastytrade' || more.length > 0) {
    return `There is no stand-in called ${positionals.join(' ')}; there is: tastytrade.`;
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > PORT_MAX) {
    return `--port takes a whole number from 0 to ${PORT_MAX}, was ${values.port}.`;
  }
  const cash = parseMoney(values.cash);
  if (!cash.ok || cash.value <= 0n) return `--cash takes dollars above 0, was ${values.cash}.`;
  if (!/^[A-Z0-9]{4,16}$/.test(values.account)) {
    return `--account takes 4 to 16 capitals and digits, was ${values.account}.`;
  }
  const environment = oneOf(['production', 'sandbox'] as const, values.environment);
  if (environment === null) {
    return `--environment is production or sandbox, was ${values.environment}.`;
  }
  const session = oneOf(['always-open', 'calendar'] as const, values.session);
  if (session === null) return `--session is always-open or calendar, was ${values.session}.`;
  const accounts = [{ number: values.account, cash: values.cash }];
  const common = { market: 'walk', latency: RECORDED_LATENCY, seed: values.seed } as const;
  const dailyReset = values['daily-reset'] ? 'midnight' : 'off';
  const options = { ...common, port, environment, session, dailyReset, accounts } as const;
  return { options, isJson: values.json };
}

function tryParse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
}

function oneOf<Word extends string>(words: readonly Word[], given: string): Word | null {
  return words.find((word) => word === given) ?? null;
}

function facts({ apiUrl, streamerUrl, accounts, credentials }: TastytradeStandIn) {
  return {
    standIn: 'tastytrade',
    apiUrl,
    streamerUrl,
    account: accounts[0] ?? '',
    clientSecret: credentials.clientSecret,
    refreshToken: credentials.refreshToken,
  };
}

function described(standIn: TastytradeStandIn): string {
  const { apiUrl, streamerUrl, account, clientSecret, refreshToken } = facts(standIn);
  return `A stand-in for tastytrade is up. Its money is invented; Ctrl-C ends it.

  REST            ${apiUrl}
  account stream  ${streamerUrl}
  account         ${account}

A desk gets to it with these variables (STRIKEWIRE_ENVIRONMENT may also be sandbox):

  export STRIKEWIRE_ENVIRONMENT=rehearsal
  export STRIKEWIRE_TASTYTRADE_API_URL=${apiUrl}
  export STRIKEWIRE_TASTYTRADE_STREAMER_URL=${streamerUrl}
  export STRIKEWIRE_TASTYTRADE_ACCOUNT=${account}
  export STRIKEWIRE_TASTYTRADE_CLIENT_SECRET=${clientSecret}
  export STRIKEWIRE_TASTYTRADE_REFRESH_TOKEN=${refreshToken}

or with the two secrets in the environment and this in strikewire.yaml:

  environment: rehearsal
  tastytrade:
    apiUrl: ${apiUrl}
    streamerUrl: ${streamerUrl}
    account: ${account}
`;
}
