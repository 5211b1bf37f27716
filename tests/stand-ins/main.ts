/** The command `npm run stand-in`. */
import { createInterface } from 'node:readline';
import { runStandIn } from './command.ts';
import { DISCORD_ROOM } from './discord/command.ts';
import { runRoom } from './room-command.ts';
import { SLACK_ROOM } from './slack/command.ts';

const stopped = Promise.withResolvers<void>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.resolve());

const [name, ...args] = process.argv.slice(2);
const run = {
  write: (text: string) => void process.stdout.write(text),
  complain: (text: string) => void process.stderr.write(text),
  stopped: stopped.promise,
};
const room = [DISCORD_ROOM, SLACK_ROOM].find((kind) => kind.name === name);
if (room !== undefined) {
  const lines = createInterface({ input: process.stdin });
  process.exitCode = await runRoom(room, { ...run, args, lines });
  lines.close();
} else {
  process.exitCode = await runStandIn({ ...run, args: process.argv.slice(2) });
}
