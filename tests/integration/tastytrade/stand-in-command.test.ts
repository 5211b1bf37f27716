import { expect, it } from 'vitest';
import { runStandIn } from '../../stand-ins/command.ts';
import { isRecord, parseJson } from '../../stand-ins/support/json.ts';

it('serves until it is told to stop, and prints what a desk needs', async () => {
  const run = start(['tastytrade', '--seed', '7', '--account', '5WT12345']);
  const words = await run.written;
  const url = /STRIKEWIRE_TASTYTRADE_API_URL=(\S+)/.exec(words)?.[1] ?? '';
  for (const needed of [
    'STREAMER_URL=ws://',
    'CLIENT_SECRET=',
    'REFRESH_TOKEN=',
    'ACCOUNT=5WT12345',
  ])
    expect(words).toContain(`export STRIKEWIRE_TASTYTRADE_${needed}`);
  expect(words).toContain('environment: rehearsal');
  expect((await fetch(`${url}/customers/me`)).status).toBe(401);
  run.stop();
  expect(await run.code).toBe(0);
  await expect(fetch(`${url}/customers/me`)).rejects.toThrow('fetch failed');
});

it('prints one line of JSON when asked, the same secrets for the same seed', async () => {
  const secrets: unknown[] = [];
  for (let time = 0; time < 2; time += 1) {
    const run = start(['tastytrade', '--json', '--seed', 'x']);
    const facts = parseJson(await run.written);
    expect(facts).toMatchObject({ standIn: 'tastytrade', account: '5WT00001' });
    secrets.push(isRecord(facts) ? facts['refreshToken'] : null);
    run.stop();
    await run.code;
  }
  expect(secrets[0]).toBe(secrets[1]);
});

it('helps', async () => {
  const run = start(['--help']);
  expect(await run.written).toContain('npm run stand-in -- tastytrade');
  expect(await run.code).toBe(0);
});

it.each([
  [[], 'Say which stand-in'],
  [['discord'], 'no stand-in called discord'],
  [['tastytrade', '--port', '1.5'], '--port'],
  [['tastytrade', '--cash', 'lots'], '--cash'],
  [['tastytrade', '--account', 'a b'], '--account'],
  [['tastytrade', '--session', 'night'], '--session'],
  [['tastytrade', '--environment', 'moon'], '--environment'],
  [['tastytrade', '--prot', '1'], '--prot'],
])('refuses %j with a reason', async (args, reason) => {
  const run = start(args);
  expect(await run.complaint).toContain(reason);
  expect(await run.code).toBe(2);
});

it('says that a port is taken', async () => {
  const first = start(['tastytrade', '--json']);
  const port = /127\.0\.0\.1:(\d+)/.exec(await first.written)?.[1] ?? '';
  const second = start(['tastytrade', '--port', port]);
  expect(await second.complaint).toContain('EADDRINUSE');
  expect(await second.code).toBe(1);
  first.stop();
  await first.code;
});

function start(args: readonly string[]) {
  const stopped = Promise.withResolvers<void>();
  const written = Promise.withResolvers<string>();
  const complaint = Promise.withResolvers<string>();
  const code = runStandIn({
    args,
    write: written.resolve,
    complain: complaint.resolve,
    stopped: stopped.promise,
  });
  return {
    code,
    stop: () => stopped.resolve(),
    written: written.promise,
    complaint: complaint.promise,
  };
}
