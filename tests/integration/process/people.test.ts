/** People and keys that are changed by command: on record, whether a desk runs or not. */
import { expect, it } from 'vitest';
import { command, openDesk, recordOnce, temporaryDirectory } from './desks.ts';

it('people and keys changed by command are on record, with who and why, of the desk that runs or starts next', async () => {
  const directory = temporaryDirectory();
  const on = (...args: readonly string[]) => command(...args, '--data', directory);
  const added = await on(
    ...['operator', 'add', 'alice', '--role', 'admin', '--reason', 'she is on call'],
  );
  expect(added.code).toBe(0);
  await openDesk({}, directory);
  expect((await on('key', 'create', '--role', 'viewer')).code).toBe(0);
  expect((await on('operator', 'remove', 'alice', '--reason', 'she left')).code).toBe(0);
  const records = await recordOnce(directory, (all) =>
    all.some(({ kind, body }) => kind === 'operator.acted' && body.act.startsWith('remove')),
  );
  const acts = records.flatMap(({ kind, actor, body }) =>
    kind === 'operator.acted' ? [`${actor} ${body.act} ${body.reason}`] : [],
  );
  expect(acts).toEqual([
    expect.stringMatching(
      /^shell:\S+ add operator alice as admin \(by command, .+Z\) she is on call$/,
    ),
    expect.stringMatching(/^shell:\S+ make a key for the role viewer \(by command, /),
    expect.stringMatching(/^shell:\S+ made key [a-z2-7]{12} \(by command, /),
    expect.stringMatching(/^shell:\S+ remove operator alice \(by command, .+\) she left$/),
  ]);
  const { out } = await on('audit', 'export');
  expect(out).toContain('she is on call');
});
