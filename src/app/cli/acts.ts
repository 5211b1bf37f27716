/** Acts on the running desk: pause, halt, resume, flatten, release, reload. */
import { z } from 'zod';
import type { Config } from '../config.ts';
import type { Exit } from '../exit-codes.ts';
import { ACTS, type Act } from './act-names.ts';
import { connectDesk } from './desk-client.ts';
import { CommandFailed, confirmsBy, type Io } from './io.ts';

export interface ActOptions {
  readonly act: Act;
  readonly reason: string;
  /** Said in advance, for use without a terminal. */
  readonly confirmed: boolean;
}

const Told = z.object({ detail: z.string() });
const SELLS = 'This sells everything the desk holds. ';
const Done = z.object({ detail: z.string(), killState: z.string() });

export async function runAct(config: Config, options: ActOptions, io: Io): Promise<Exit> {
  const { act, reason, confirmed } = options;
  const desk = connectDesk(config.data.directory, config.secrets.adminKey);
  if (act === 'flatten' && !confirmed && !(await confirmsBy('FLATTEN', io, SELLS))) {
    throw new CommandFailed('refused', 'Nothing was done: type FLATTEN, or pass --yes.');
  }
  const answer = await desk.call('PUT', '/api/v1/kill-state', {
    to: ACTS[act].to,
    reason: reason === '' && act !== 'resume' ? `strikewire ${act}` : reason,
    ...(act === 'flatten' ? { confirm: 'FLATTEN' } : {}),
  });
  const { detail, killState } = Done.parse(answer);
  await io.print(`${killState}  ${detail}\n`);
  return 'done';
}

/** Asked of the broker first; what it waited for may stand still, and then it is refused. */
export async function runRelease(
  config: Config,
  { trade, reason }: { readonly trade: string; readonly reason: string },
  io: Io,
): Promise<Exit> {
  const desk = connectDesk(config.data.directory, config.secrets.adminKey);
  const path = `/api/v1/trades/${encodeURIComponent(trade)}/release`;
  const { detail } = Told.parse(await desk.call('POST', path, { reason }));
  await io.print(`${detail}\n`);
  return 'done';
}

/** With a file that does not read, the desk says what is wrong, and nothing has changed. */
export async function runReload(config: Config, reason: string, io: Io): Promise<Exit> {
  const desk = connectDesk(config.data.directory, config.secrets.adminKey);
  const path = '/api/v1/configuration/reload';
  const { detail } = Told.parse(await desk.call('POST', path, { reason }));
  await io.print(`${detail}\n`);
  return 'done';
}
