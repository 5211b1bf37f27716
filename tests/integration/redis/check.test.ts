/** What `strikewire check` says of Redis and of roles: clear words for each thing that is wrong. */
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { busReport } from '#app/bus/bus-report.ts';
import { sealedStatus } from '#app/bus/desk-bus.ts';
import { openBusStore } from '#app/bus/open-store.ts';
import { createSeal } from '#app/bus/seal.ts';
import { loadConfig } from '#app/config.ts';
import { formatProblems } from '#app/config-problems.ts';
import { createRandom } from '#kernel/random.ts';
import { Secret } from '#kernel/secret.ts';
import { createSystemClock } from '#kernel/time.ts';
import { startRedis } from '../../services/redis.ts';
import { openRewritingPipe } from '../../services/rewriting-pipe.ts';

const SECRET = 'a-secret-of-the-roles-of-this-test-here';
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

function configOf(environment: Readonly<Record<string, string>>) {
  return loadConfig({ directory: '/nonexistent', environment });
}

async function report(environment: Readonly<Record<string, string>>): Promise<string> {
  const config = configOf(environment);
  if (!config.ok) return formatProblems(config.error);
  const findings = await busReport(config.value);
  return findings.map(({ name, ok, detail }) => `${name} ${String(ok)}: ${detail}`).join('\n');
}

/** A server that answers every command of a client alike. */
async function fakeRedis(answer: (command: string) => string): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      const commands = bytes.toString().split(/^\*/m).slice(1);
      for (const command of commands) socket.write(answer(command.toUpperCase()));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return `redis://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}

describe('the check of Redis', () => {
  it('names the server it found', async ({ skip }) => {
    const redis = await startRedis((note) => skip(note));
    onTestFinished(async () => redis.close());
    expect(await report({ STRIKEWIRE_REDIS_URL: redis.url })).toMatch(/redis true: Redis 7\.\d/);
  });

  it('says that a password is wrong, and does not show it', async ({ skip }) => {
    const redis = await startRedis((note) => skip(note), { requirepass: 'right-password' });
    onTestFinished(async () => redis.close());
    const url = redis.url.replace('right-password', 'wrong-secret');
    const said = await report({ STRIKEWIRE_REDIS_URL: url });
    expect(said).toContain('redis false: Redis refuses the password');
    expect(said).not.toContain('wrong-secret');
  });

  it('says that the user lacks a permission, and does not show the password', async ({ skip }) => {
    const redis = await startRedis((note) => skip(note));
    onTestFinished(async () => redis.close());
    await redis.call('ACL', 'SETUSER', 'visitor', 'on', '>of-the-visitor', '~*', '+@all', '-set');
    const url = redis.url.replace('//', '//visitor:of-the-visitor@');
    const said = await report({ STRIKEWIRE_REDIS_URL: url });
    expect(said).toContain('redis false: Redis refuses the password or the permission of');
    expect(said).not.toContain('of-the-visitor');
  });

  it('says that a real server is too old', async ({ skip }) => {
    const redis = await startRedis((note) => skip(note));
    onTestFinished(async () => redis.close());
    const said = /redis_version:([0-9.]+)/.exec(await redis.call('INFO', 'server'))?.[1] ?? '';
    const instead = `6${said.slice(1)}`;
    const pipe = await openRewritingPipe(redis, { said, instead });
    onTestFinished(async () => pipe.close());
    const found = await report({ STRIKEWIRE_REDIS_URL: `redis://${pipe.host}:${pipe.port}` });
    expect(found).toContain(`redis false: Redis ${instead} is too old: use 7.0 or newer`);
  });

  it('says that a policy would throw records away', async ({ skip }) => {
    const policy = { maxmemory: '50mb', 'maxmemory-policy': 'allkeys-lru' };
    const redis = await startRedis((note) => skip(note), policy);
    onTestFinished(async () => redis.close());
    expect(await report({ STRIKEWIRE_REDIS_URL: redis.url })).toContain('set it to noeviction');
  });

  it('says that nothing answers', async () => {
    const said = await report({ STRIKEWIRE_REDIS_URL: 'redis://127.0.0.1:1' });
    expect(said).toContain('redis false: Redis cannot be reached (ECONNREFUSED)');
  });

  it('says that what answers says nothing', async () => {
    const url = await fakeRedis(() => '');
    expect(await report({ STRIKEWIRE_REDIS_URL: url })).toContain('did not answer in 2000 ms');
  });

  it('says that a server is too old', async () => {
    const url = await fakeRedis((command) =>
      command.includes('INFO') ? bulk('redis_version:6.2.7\r\nmaxmemory:0\r\n') : '+OK\r\n',
    );
    expect(await report({ STRIKEWIRE_REDIS_URL: url })).toContain('Redis 6.2.7 is too old');
  });

  it.each([
    ['-MOVED 3999 127.0.0.1:6381', 'one node of a Redis cluster'],
    ["-READONLY You can't write against a read only replica.", 'takes no writes'],
    ['-LOADING Redis is loading the dataset in memory', 'starting or busy'],
    ["-OOM command not allowed when used memory > 'maxmemory'.", 'no memory left'],
    ['-NOPERM this user has no permissions to run the set command', 'the permission'],
    ['-ERR something new', 'ERR something new'],
  ])('says what it means: %s', async (reply, meaning) => {
    const url = await fakeRedis((command) => {
      if (command.includes('INFO')) return bulk('redis_version:7.2.0\r\n');
      return command.includes('CHECK') ? `${reply}\r\n` : '+OK\r\n';
    });
    expect(await report({ STRIKEWIRE_REDIS_URL: url })).toContain(meaning);
  });
});

describe('the check of roles', () => {
  const split = { STRIKEWIRE_ROLES_RUN: 'api' };

  it('says what a role needs that runs alone', async () => {
    const said = await report(split);
    expect(said).toContain('expected STRIKEWIRE_REDIS_URL for the role api alone');
    expect(said).toContain('expected STRIKEWIRE_ROLES_SECRET for the role api alone');
  });

  it('lets nobody name a server on another machine without a password', async () => {
    expect(await report({ STRIKEWIRE_REDIS_URL: 'redis://redis.example:6379' })).toContain(
      'expected a password in STRIKEWIRE_REDIS_URL, because redis.example is another machine',
    );
    const right = configOf({ STRIKEWIRE_REDIS_URL: 'rediss://:secret-word@redis.example:6379' });
    expect(right.ok).toBe(true);
  });

  it('says whether a desk speaks there, and under which seal', async ({ skip }) => {
    const redis = await startRedis((note) => skip(note));
    onTestFinished(async () => redis.close());
    const all = {
      ...split,
      STRIKEWIRE_REDIS_URL: redis.url,
      STRIKEWIRE_ROLES_SECRET: SECRET,
    };
    expect(await report(all)).toContain('desk false: no desk writes to this Redis');
    await speak(redis.url, 'of-somebody-else-entirely-and-long-enough');
    expect(await report(all)).toContain('desk false: what Redis holds of the desk is not under');
    await speak(redis.url, SECRET);
    expect(await report(all)).toContain('desk true: run r_test speaks there');
  });
});

async function speak(url: string, secret: string): Promise<void> {
  const config = configOf({ STRIKEWIRE_REDIS_URL: url });
  if (!config.ok) throw new Error(formatProblems(config.error));
  const clock = createSystemClock();
  const { store, ready } = openBusStore({
    ...{ url: new Secret(url), clock, random: createRandom(1), settings: config.value.bus },
  });
  await ready;
  const said = {
    run: 'r_test',
    at: 1,
    takes: true,
    ready: true,
    reasons: [],
    seq: 1,
    clock: '',
    quotes: {},
  };
  const put = { desk: sealedStatus(createSeal(new Secret(secret)), said) };
  await store.hot.put([{ table: 'status', put, remove: [], whole: false, idleMs: null }], 10);
  await store.close();
}
