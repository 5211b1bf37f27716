/**
 * `strikewire arm` and `disarm`: entries of a real or rehearsed account, in two steps.
 *
 * On a terminal both steps are one conversation. Without one the first call prints the code, and a
 * second one gives it back with `--code` and `--account`.
 */
import { createInterface } from 'node:readline/promises';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Config } from '../config.ts';
import type { Exit } from '../exit-codes.ts';
import { connectDesk, type DeskClient } from './desk-client.ts';
import { CommandFailed, type Io } from './io.ts';

export interface ArmOptions {
  readonly code: string | undefined;
  /** Last four characters of the account. */
  readonly account: string | undefined;
  readonly reason: string;
}

const Code = z.object({ code: z.string(), expires_at: z.string() });
const Armed = z.object({ detail: z.string() });
const State = z.object({
  state: z.string(),
  account: z.string().nullable(),
  until: z.string().nullable(),
});

export async function runArm(config: Config, options: ArmOptions, io: Io): Promise<Exit> {
  const desk = connectDesk(config.data.directory, config.secrets.adminKey);
  if (options.code !== undefined) return arm(desk, { ...options, code: options.code }, io);
  const { account } = State.parse(await desk.call('GET', '/api/v1/arming'));
  const { code, expires_at: until } = Code.parse(
    await desk.call('POST', '/api/v1/arming/code', {}),
  );
  if (!io.isTerminal) {
    await io.print(`${code}\n`);
    const again = `strikewire arm --code ${code} --account <last four of the account>`;
    io.note(`One-time code, valid until ${until}. To go on: ${again}\n`);
    return 'done';
  }
  io.note(`This lets the desk enter trades for account ${account ?? '?'}.\n`);
  io.note(`One-time code, valid until ${until}: ${code}\n`);
  const [typed = '', lastFour = ''] = await answers(io, [
    'Type the code: ',
    'Last four characters of the account: ',
  ]);
  return arm(desk, { ...options, code: typed, account: lastFour }, io);
}

export async function runDisarm(config: Config, reason: string, io: Io): Promise<Exit> {
  const desk = connectDesk(config.data.directory, config.secrets.adminKey);
  const { detail } = Armed.parse(await desk.call('POST', '/api/v1/arming/disarm', { reason }));
  await io.print(`${detail}\n`);
  return 'done';
}

async function arm(
  desk: DeskClient,
  { code, account, reason }: ArmOptions & { readonly code: string },
  io: Io,
): Promise<Exit> {
  if (account === undefined) {
    throw new CommandFailed(
      'usage',
      'Give the last four characters of the account: --account 1234',
    );
  }
  const body = { code, last_four: account, reason };
  const { detail } = Armed.parse(await desk.call('PUT', '/api/v1/arming', body));
  await io.print(`${detail}\n`);
  return 'done';
}

/** What is typed at each question; nothing once the input ends. */
async function answers(io: Io, questions: readonly string[]): Promise<readonly string[]> {
  const lines = createInterface({ input: Readable.from(io.input) })[Symbol.asyncIterator]();
  const given: string[] = [];
  for (const question of questions) {
    io.note(question);
    const line = await lines.next();
    given.push(line.done === true ? '' : line.value.trim());
  }
  return given;
}
