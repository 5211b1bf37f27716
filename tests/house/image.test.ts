/** What the image and the composition promise, read off their files. No Docker runs here. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadConfig, settings } from '#app/config.ts';
import { SECRET_VARIABLES } from '#app/secrets.ts';
import { readDockerfile } from '../fixtures/dockerfile.ts';

const at = (path: string) => new URL(`../../${path}`, import.meta.url);
const read = (path: string) => readFileSync(at(path), 'utf8');
const manifest = z
  .object({ version: z.string(), devDependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')));

const Service = z.object({
  image: z.string(),
  user: z.string(),
  hostname: z.string().optional(),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  init: z.literal(true),
  restart: z.literal('unless-stopped'),
  healthcheck: z.object({ test: z.array(z.string()).min(2) }),
  stop_grace_period: z.string(),
  pids_limit: z.number(),
  mem_limit: z.string(),
  networks: z.array(z.string()),
  volumes: z.array(z.string()).min(1),
  tmpfs: z.array(z.string()).min(1),
  ports: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  profiles: z.array(z.string()).optional(),
  configs: z.array(z.object({ source: z.string(), target: z.string() })).optional(),
  secrets: z.array(z.object({ source: z.string(), target: z.string() })).optional(),
});
const Files = z.record(z.string(), z.object({ file: z.string() }));
const Compose = z.object({
  services: z.record(z.string(), Service),
  networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.unknown()),
  configs: Files,
  secrets: Files,
});

describe('compose.yaml', () => {
  const compose = Compose.parse(parse(read('compose.yaml'), { merge: true }));
  const services = Object.entries(compose.services);

  it('has a desk, PostgreSQL and Redis', () => {
    const usual = services.filter(([, { profiles }]) => profiles === undefined);
    expect(usual.map(([name]) => name)).toEqual(['desk', 'postgres', 'redis']);
  });

  it('has Prometheus and Grafana for whoever asks for them, on loopback alone', () => {
    const watching = services.filter(([, { profiles }]) => profiles?.join() === 'monitoring');
    expect(watching.map(([name, { ports }]) => [name, ports])).toEqual([
      ['prometheus', ['127.0.0.1:9090:9090']],
      ['grafana', ['127.0.0.1:3000:3000']],
    ]);
  });

  it('gives them the files of the clone, which differ in nothing but addresses', () => {
    const { configs } = compose;
    for (const one of services.flatMap(([, { configs: given = [] }]) => given)) {
      expect(read(configs[one.source]?.file ?? 'nowhere')).not.toBe('');
    }
    const here = (path: string) => {
      const told: unknown = parse(read(path).replaceAll(/desk:7420|prometheus:9090/g, addressHere));
      return told;
    };
    expect(here(configs['prometheus']?.file ?? '')).toEqual(
      parse(read('deploy/prometheus/prometheus.yml')),
    );
    expect(here(configs['datasource']?.file ?? '')).toEqual(
      parse(read('deploy/grafana/provisioning/datasources/strikewire.yml')),
    );
  });

  it('keeps the key of Prometheus out of the repository', () => {
    expect(read('.gitignore')).toContain(`/${compose.secrets['metrics-key']?.file}\n`);
  });

  it('lets the desk be asked by the name Prometheus asks it by', () => {
    const names = String(compose.services['desk']?.environment?.['STRIKEWIRE_HTTP_ALLOWED_HOSTS']);
    expect(names.split(',')).toContain('desk');
  });

  it.each(services)(
    'confines %s: nobody is root, and only volumes and memory are written',
    (_, one) => {
      const [uid, gid] = one.user.split(':').map(Number);
      expect(uid).toBeGreaterThan(0);
      expect(gid).toBeGreaterThan(0);
      for (const volume of one.volumes)
        expect(compose.volumes).toHaveProperty(volume.split(':')[0] ?? '');
    },
  );

  it('lets nobody reach the stores from outside, nor them out', () => {
    expect(compose.networks['inside']).toEqual({ internal: true });
    for (const name of ['postgres', 'redis']) {
      expect(compose.services[name]).toMatchObject({ networks: ['inside'] });
      expect(compose.services[name]?.ports).toBeUndefined();
    }
  });

  it('publishes the page on loopback alone, for a proxy in front of it', () => {
    expect(compose.services['desk']?.ports).toEqual(['127.0.0.1:7420:7420']);
  });

  it('gives a desk the time to take its entries back', () => {
    expect(compose.services['desk']?.stop_grace_period).toBe('30s');
  });

  it('keeps the name by which the lock knows its holder', () => {
    expect(compose.services['desk']?.hostname).toBe('strikewire');
  });

  it('holds no password, and demands one', () => {
    const text = read('compose.yaml');
    expect([...text.matchAll(/_PASSWORD:\?put it in \.env/g)].length).toBeGreaterThanOrEqual(5);
    expect(text).not.toMatch(/PASSWORD: [a-z0-9]/i);
  });

  it('sets only what there is to set', () => {
    const known = new Set([...settings().map(({ env }) => env), ...SECRET_VARIABLES]);
    const given = Object.keys(compose.services['desk']?.environment ?? {});
    expect(given.filter((name) => !known.has(name))).toEqual([]);
  });

  it('gives the desk of the image a configuration it takes', () => {
    const image = readDockerfile(at('Dockerfile')).stages.at(-1)?.instructions ?? [];
    const baked = image
      .filter(({ name }) => name === 'ENV')
      .flatMap(({ words }) => [...words.matchAll(/(STRIKEWIRE_\w+)=(\S+)/g)])
      .map(([, name = '', value = '']): [string, string] => [name, value]);
    const given = Object.entries(compose.services['desk']?.environment ?? {}).map(
      ([name, value]): [string, string] => [name, interpolated(String(value))],
    );
    const environment = Object.fromEntries([...baked, ...given]);
    const config = loadConfig({ directory: '/nowhere', environment });
    expect(config.ok ? [] : config.error).toEqual([]);
    expect(config.ok && config.value.data.directory).toBe('/data');
    expect(config.ok && config.value.secrets.databaseUrl?.reveal()).toBe(
      'postgres://strikewire:of-the-test@postgres:5432/strikewire',
    );
  });

  it('is of this version', () => {
    expect(compose.services['desk']?.image).toBe(`strikewire:${manifest.version}`);
  });
});

describe('the Dockerfile', () => {
  const { before, stages } = readDockerfile(at('Dockerfile'));
  const last = stages.at(-1);
  const of = (name: string) =>
    last?.instructions.filter((one) => one.name === name).map(({ words }) => words) ?? [];

  it("is built on the project's own Node, slim, in one place", () => {
    const node = manifest.devDependencies['node'] ?? '';
    expect(before).toEqual([{ name: 'ARG', words: `NODE_IMAGE=node:${node}-trixie-slim` }]);
    expect(new Set(stages.map(({ from }) => from))).toEqual(new Set([`\${NODE_IMAGE}`]));
  });

  it('installs from the lock, runs no script of a package, and leaves development out', () => {
    const installs = stages.flatMap(({ instructions }) =>
      instructions.flatMap(({ name, words }) =>
        name === 'RUN' && words.startsWith('npm') && !words.startsWith('npm run') ? [words] : [],
      ),
    );
    expect(installs).toEqual(['npm ci --ignore-scripts', 'npm ci --omit=dev --ignore-scripts']);
    expect(of('COPY')).toContain('--from=packages /build/node_modules ./node_modules');
  });

  it('takes the page from the stage that built it', () => {
    expect(of('COPY')).toContain('--from=page /build/web/dist ./web/dist');
  });

  it('runs as nobody in particular, and says how it is', () => {
    expect(of('USER')).toEqual(['1000:1000']);
    expect(of('HEALTHCHECK').join()).toContain('/healthz');
    expect(of('HEALTHCHECK').join()).not.toContain('curl');
    expect(of('STOPSIGNAL')).toEqual(['SIGTERM']);
  });

  it('sets only what there is to set', () => {
    const known = new Set(settings().map(({ env }) => env));
    const given = [
      ...of('ENV')
        .join(' ')
        .matchAll(/(STRIKEWIRE_\w+)=/g),
    ].map(([, name]) => name);
    expect(given.length).toBeGreaterThan(0);
    expect(given.filter((name) => !known.has(name ?? ''))).toEqual([]);
  });

  it('gets nothing but what it is made of', () => {
    const ignored = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(ignored[0]).toBe('*');
    const sources = stages.flatMap(({ instructions }) =>
      instructions.flatMap(({ name, words }) =>
        name === 'COPY' && !words.startsWith('--from') ? words.split(' ').slice(0, -1) : [],
      ),
    );
    const letIn = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(new Set(sources.map((source) => source.replace('./', '')))).toEqual(new Set(letIn));
  });
});

/** The same on one machine. */
function addressHere(there: string): string {
  return there.replace(/^\w+/, '127.0.0.1');
}

/** As Compose fills in what stands between `${` and `}`: a password, or the default. */
function interpolated(text: string): string {
  return text
    .replaceAll(/\$\{\w+:\?[^}]*\}/g, 'of-the-test')
    .replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');
}
