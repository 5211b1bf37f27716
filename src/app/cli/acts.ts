/** Acts on the running desk: pause, halt, resume, flatten. */
import { z } from 'zod';
import type { Config } from '../config.ts';
import type { Exit } from '../exit-codes.ts';
import { ACTS, type Act } from './act-names.ts';
import { connectDesk } from './desk-client.ts';
import { CommandFailed, type Io } from './io.ts';

export interface ActOptions {
  readonly act: Act;
  readonly reason: string;
  /** Said in advance, for use without a terminal. */
  readonly confirmed: boolean;
}

const Done = z.object({ detail: z.string(), killState: z.string() });

export async function runAct(config: Config, options: ActOptions, io: Io): Promise<Exit> {
  const { act, reason, confirmed } = options;
  const desk = connectDesk(config.data.directory);
  if (act === 'flatten' && !confirmed && !(await confirms(io))) {
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

async function confirms(io: Io): Promise<boolean> {
  if (!io.isTerminal) return false;
  io.note('This sells everything the desk holds. Type FLATTEN to go on: ');
  for await (const chunk of io.input) return String(chunk).trim() === 'FLATTEN';
  return false;
}
