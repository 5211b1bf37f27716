/** Nobody has to read what a desk prints: a trade is looked after whoever watches. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import {
  ask,
  deskFile,
  kindsIn,
  openDesk,
  post,
  recordOnce,
  temporaryDirectory,
  trade,
  UNHURRIED,
  works,
} from './desks.ts';

const BIN = fileURLToPath(new URL('../../../bin/strikewire', import.meta.url));
const environment = {
  PATH: process.env['PATH'] ?? '',
  STRIKEWIRE_CHAT_SCRIPT: 'none',
  STRIKEWIRE_STORES_SQL: 'none',
  STRIKEWIRE_JOBS_ENABLED: 'false',
};

it('goes on when whoever read its output has gone, and stops in order later', async () => {
  const desk = await openDesk(UNHURRIED);
  desk.child.stdout?.destroy();
  desk.child.stderr?.destroy();
  await trade(desk);
  await recordOnce(desk.directory, works('E'));
  for (let said = 0; said < 5; said += 1) await post(desk, 'good morning');
  desk.child.kill('SIGTERM');
  expect((await desk.ended).code).toBe(0);
  expect((await kindsIn(desk.directory)).at(-1)).toBe('run.ended');
});

it('goes on when there is no room for its output', async ({ skip }) => {
  if (!existsSync('/dev/full')) skip('no /dev/full here');
  const directory = temporaryDirectory();
  const line = `exec "${BIN}" start --data "${directory}" --port 0 > /dev/full 2> /dev/full`;
  const desk = spawn('sh', ['-c', line], { cwd: directory, env: environment, stdio: 'ignore' });
  onTestFinished(() => void desk.kill('SIGKILL'));
  const ended = once(desk, 'close');
  await recordOnce(directory, (records) => records.some(({ kind }) => kind === 'reconcile.passed'));
  desk.kill('SIGTERM');
  await ended;
  expect(desk.exitCode).toBe(0);
  expect((await kindsIn(directory)).at(-1)).toBe('run.ended');
});

it('answers while its terminal is held, and stops in order when that is closed', async ({
  skip,
}) => {
  const { stdout: version } = spawnSync('script', ['--version'], { encoding: 'utf8' });
  if (!version?.includes('util-linux')) skip('no util-linux script here');
  const directory = temporaryDirectory();
  const line = `exec "${BIN}" start --data "${directory}" --port 0`;
  const terminal = spawn('script', ['-qfc', line, '/dev/null'], {
    cwd: directory,
    env: { ...environment, TERM: 'xterm', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  // With the terminal goes the desk.
  onTestFinished(() => void terminal.kill('SIGKILL'));
  terminal.stdout.resume();
  await recordOnce(directory, (records) => records.some(({ kind }) => kind === 'reconcile.passed'));
  const desk = { directory, url: deskFile(directory).url };
  // Nobody reads the terminal now, as after Ctrl-S; it takes a few kilobytes before it is full.
  terminal.kill('SIGSTOP');
  for (let said = 0; said < 60; said += 1) await post(desk, `good morning, the ${said}th time`);
  expect((await ask(desk, 'GET /healthz')).status).toBe(200);
  terminal.kill('SIGKILL');
  const records = await recordOnce(directory, (all) => all.at(-1)?.kind === 'run.ended');
  expect(records.at(-1)?.body).toMatchObject({ reason: 'SIGHUP' });
  // The process has a moment to go before its directory is taken away.
  await sleep(300);
});
