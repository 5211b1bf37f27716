import { expect, it } from 'vitest';
import type { RunningDesk } from '../../cli/strikewire.ts';
import { ask, command, kindsIn, openDesk, temporaryDirectory, trade, UNHURRIED } from './desks.ts';

async function isReady(desk: RunningDesk): Promise<boolean> {
  return (await ask(desk, 'GET /readyz', { key: null })).status === 200;
}

it('refuses a second desk on the directory, names the first, and leaves it unharmed', async () => {
  const desk = await openDesk(UNHURRIED);
  await trade(desk);
  const before = await kindsIn(desk.directory);
  const second = await command('start', '--data', desk.directory, '--port', '0');
  expect([second.code, second.out]).toEqual([4, '']);
  expect(second.err).toContain(`in use by process ${desk.child.pid}`);
  expect(await isReady(desk)).toBe(true);
  const after = await kindsIn(desk.directory);
  expect(after.slice(0, before.length)).toEqual(before);
  expect(after.filter((kind) => kind === 'run.started')).toHaveLength(1);
});

it('takes over at once from a desk that was killed, and goes on with its trade', async () => {
  const directory = temporaryDirectory();
  const first = await openDesk(UNHURRIED, directory);
  await trade(first);
  first.child.kill('SIGKILL');
  await first.ended;
  const second = await openDesk(UNHURRIED, directory);
  expect(await isReady(second)).toBe(true);
  const kinds = await kindsIn(directory);
  expect(kinds.filter((kind) => kind === 'run.started')).toHaveLength(2);
  expect(kinds.filter((kind) => kind === 'trade.opened')).toHaveLength(1);
  expect(kinds).not.toContain('run.ended');
});

it('lets one of several win that start at the same moment', async () => {
  const directory = temporaryDirectory();
  const starts = await Promise.allSettled([1, 2, 3].map(async () => openDesk({}, directory)));
  const won = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  expect(won).toHaveLength(1);
  const refused = starts.flatMap((start) =>
    start.status === 'rejected' ? [String(start.reason)] : [],
  );
  for (const words of refused) expect(words).toContain('in use');
  for (const desk of won) expect(await isReady(desk)).toBe(true);
});
