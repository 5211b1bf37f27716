import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { type ConfigRequest, loadConfig, settings } from '#app/config.ts';
import { formatProblems, nearestName } from '#app/config-problems.ts';

const made: string[] = [];

afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

const KEY = `ak_${'a'.repeat(12)}_${'S'.repeat(43)}`;

function directoryWith(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'strikewire-config-'));
  made.push(directory);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

interface Given {
  readonly yaml?: string;
  readonly dotEnv?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly more?: Partial<ConfigRequest>;
}

function load({ yaml, dotEnv, environment = {}, more = {} }: Given) {
  const directory = directoryWith({
    ...(yaml === undefined ? {} : { 'strikewire.yaml': yaml }),
    ...(dotEnv === undefined ? {} : { '.env': dotEnv }),
  });
  return loadConfig({ directory, environment, ...more });
}

function problemsOf(given: Given): string {
  const config = load(given);
  return config.ok ? '' : formatProblems(config.error);
}

function valueOf(given: Given) {
  const config = load(given);
  if (!config.ok) throw new Error(formatProblems(config.error));
  return config.value;
}

describe('the configuration', () => {
  it('with nothing configured is the simulated desk on this machine alone', () => {
    const config = valueOf({});
    expect(config.environment).toBe('simulated');
    expect(config.http.host).toBe('127.0.0.1');
    expect(config.risk.limits.allocation).toBe(200);
    expect(config.file).toBeNull();
  });

  it('takes options before the environment, that before .env, and that before the file', () => {
    const yaml = 'http: { port: 1001 }\nmarket: { seed: 11 }\nlog: { level: warn }\ndryRun: true\n';
    const dotEnv =
      'STRIKEWIRE_HTTP_PORT=1002\nSTRIKEWIRE_MARKET_SEED=12\nSTRIKEWIRE_LOG_LEVEL=error\n';
    const environment = { STRIKEWIRE_HTTP_PORT: '1003', STRIKEWIRE_MARKET_SEED: '13' };
    const options = { 'http.port': { option: '--port', value: 1004 } };
    const config = valueOf({ yaml, dotEnv, environment, more: { options } });
    expect([config.http.port, config.market.seed, config.log.level, config.dryRun]).toEqual([
      1004,
      13,
      'error',
      true,
    ]);
  });

  it('reports every problem at once, each with its place, what is expected and what was found', () => {
    const yaml = [
      'dryRun: yes',
      'risc: {}',
      'http: { port: 99999 }',
      'risk:',
      '  limits:',
      '    allocation: 100',
      '    contractsMax: 5000',
    ].join('\n');
    const environment = { STRIKEWIRE_LOG_LEVEL: 'loud', STRIKEWIRE_HTTP_PROT: '1' };
    const text = problemsOf({ yaml, environment });
    expect(text).toContain('7 problems');
    expect(text).toContain('dryRun (strikewire.yaml:1:1): expected true or false, was "yes"');
    expect(text).toContain('risc (strikewire.yaml:2:1): no such setting; did you mean risk?');
    expect(text).toContain(
      'http.port (strikewire.yaml:3:9): expected a whole number from 0 to 65535',
    );
    expect(text).toContain('risk.limits.allocation (strikewire.yaml:6:5): expected a percentage');
    expect(text).toContain('risk.limits.contractsMax (strikewire.yaml:7:5)');
    expect(text).toContain('log.level (environment STRIKEWIRE_LOG_LEVEL)');
    expect(text).toContain(
      'STRIKEWIRE_HTTP_PROT: no such setting; did you mean STRIKEWIRE_HTTP_PORT?',
    );
  });

  it.each([
    ['an open bracket', 'http: { port: 1', 'strikewire.yaml:1:'],
    ['a tab', 'http:\n\tport: 1\n', 'strikewire.yaml:2:'],
    ['one key twice', 'dryRun: true\ndryRun: false\n', 'strikewire.yaml:2:1'],
    ['two documents', 'dryRun: true\n---\ndryRun: false\n', 'strikewire.yaml:'],
    ['a tag of another language', 'dryRun: !!python/object:x {}\n', 'strikewire.yaml:1:'],
    ['a list', '- dryRun\n', 'strikewire.yaml:1:1'],
  ])('names line and column of broken YAML: %s', (_, yaml, place) => {
    expect(problemsOf({ yaml })).toContain(place);
  });

  it('takes an empty file, and one of comments, as nothing configured', () => {
    expect(valueOf({ yaml: '' }).http.port).toBe(7420);
    expect(valueOf({ yaml: '# nothing yet\n' }).http.port).toBe(7420);
  });

  it.each(['False', 'false ', 'no', '0', 'off', ''])('takes %j for no boolean', (text) => {
    const problems = problemsOf({ environment: { STRIKEWIRE_DRY_RUN: text } });
    expect(problems).toContain('dryRun (environment STRIKEWIRE_DRY_RUN)');
  });

  it.each(['1e3', '0x10', ' 80', '80 ', '-1', '1.5', 'Infinity'])(
    'takes %j for no port',
    (text) => {
      const problems = problemsOf({ environment: { STRIKEWIRE_HTTP_PORT: text } });
      expect(problems).toContain('http.port (environment STRIKEWIRE_HTTP_PORT)');
    },
  );

  it('needs a file that was asked for by name, and names the one it was given', () => {
    const config = load({ more: { file: 'desk.yaml' } });
    expect(config.ok ? '' : formatProblems(config.error)).toContain(
      'desk.yaml: there is no such file',
    );
  });

  it('leaves variables of other programs, and of the tests, alone', () => {
    const environment = { HOME: '/root', STRIKEWIRE_MARKET_DATA: '/data' };
    expect(load({ environment }).ok).toBe(true);
  });

  it('refuses to be reached from outside unless that is said and names are given', () => {
    const text = problemsOf({ yaml: 'http: { host: 0.0.0.0 }\n' });
    expect(text).toContain('http.exposure');
    expect(text).toContain('http.allowedHosts');
    const said =
      'http: { host: 0.0.0.0, exposure: behind_tls_proxy, allowedHosts: [desk.example] }';
    expect(load({ yaml: said }).ok).toBe(true);
  });

  it('cannot be changed afterwards', () => {
    const config = valueOf({});
    expect(Object.isFrozen(config.risk.limits)).toBe(true);
    expect(Object.isFrozen(config.alerts)).toBe(true);
  });

  it('keeps hostile keys out', () => {
    const text = problemsOf({ yaml: '__proto__: { polluted: true }\nconstructor: 1\n' });
    expect(text).toContain('__proto__ (strikewire.yaml:1:1): no such setting');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('says what to do about a section with nothing under it', () => {
    expect(problemsOf({ yaml: 'http:\n  # port: 1\n' })).toContain(
      'http (strikewire.yaml:1:1): expected settings under it; leave the line out',
    );
  });

  it('names the first of very many unknown settings, and reads no file without measure', () => {
    const yaml = Array.from({ length: 1_000 }, (_, n) => `k${n}: ${n}`).join('\n');
    const problems = problemsOf({ yaml }).split('\n');
    expect(problems[1]).toContain('k0 (strikewire.yaml:1:1): no such setting');
    expect(problems.at(-2)).toContain('980 more settings that there are not');
    expect(problemsOf({ yaml: '#'.repeat(200_000) })).toContain('expected at most 131072 bytes');
  });

  it('shows numbers that are none as they were written', () => {
    expect(problemsOf({ yaml: 'market: { seed: .inf }\n' })).toContain('was Infinity');
  });

  it('refuses bytes that are no text, and takes a mark of their order', () => {
    const directory = directoryWith({});
    const file = join(directory, 'strikewire.yaml');
    writeFileSync(file, Buffer.from('data: { directory: "\u00e9" }\n', 'latin1'));
    const refused = loadConfig({ directory, environment: {} });
    expect(refused.ok ? '' : formatProblems(refused.error)).toContain('expected text in UTF-8');
    expect(valueOf({ yaml: '\ufeffdryRun: true\n' }).dryRun).toBe(true);
  });

  it('bounds what aliases can blow up', () => {
    const lines = Array.from(
      { length: 30 },
      (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(9)}]`,
    );
    expect(() => load({ yaml: `a0: &a0 [x]\n${lines.join('\n')}\n` })).not.toThrow();
    expect(load({ yaml: `a0: &a0 [x]\n${lines.join('\n')}\n` }).ok).toBe(false);
  });
});

describe('a secret', () => {
  it('is taken from the environment or a file, and never printed', () => {
    const config = valueOf({ environment: { STRIKEWIRE_ADMIN_KEY: KEY } });
    expect(config.secrets.adminKey?.reveal()).toBe(KEY);
    const printed = [
      JSON.stringify(config.secrets),
      inspect(config),
      String(config.secrets.adminKey),
    ];
    for (const text of printed) expect(text).not.toContain('SSS');
    const file = join(directoryWith({ key: `${KEY}\n` }), 'key');
    const mounted = valueOf({ environment: { STRIKEWIRE_ADMIN_KEY_FILE: file } });
    expect(mounted.secrets.adminKey?.reveal()).toBe(KEY);
  });

  it('of a wrong form is a problem that does not show it', () => {
    const text = problemsOf({ environment: { STRIKEWIRE_ADMIN_KEY: 'hunter2' } });
    expect(text).toContain('STRIKEWIRE_ADMIN_KEY');
    expect(text).not.toContain('hunter2');
  });

  it('in the YAML file is refused and not shown', () => {
    const text = problemsOf({ yaml: `adminKey: ${KEY}\n` });
    expect(text).toContain('adminKey (strikewire.yaml:1:1): no such setting');
    expect(text).not.toContain('SSS');
  });

  it('given twice, or in a file that is not there, is a problem', () => {
    const both = { STRIKEWIRE_ADMIN_KEY: KEY, STRIKEWIRE_ADMIN_KEY_FILE: '/x' };
    expect(problemsOf({ environment: both })).toContain('both are set');
    const none = { STRIKEWIRE_ADMIN_KEY_FILE: '/nowhere/key' };
    expect(problemsOf({ environment: none })).toContain('there is no such file');
  });
});

describe('environment variables', () => {
  it('are one per setting, and no two settings share one', () => {
    const names = settings().flatMap(({ env }) => (env === null ? [] : [env]));
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('STRIKEWIRE_RISK_LIMITS_ALLOCATION');
  });

  it('hold lists separated by commas', () => {
    const environment = { STRIKEWIRE_HTTP_ALLOWED_HOSTS: 'a.example, b.example' };
    expect(valueOf({ environment }).http.allowedHosts).toEqual(['a.example', 'b.example']);
  });
});

describe('the nearest name', () => {
  it.each([
    ['prot', 'port'],
    ['premium_trade_max', 'premiumTradeMax'],
    ['alocation', 'allocation'],
    ['zzzzzzzz', null],
  ])('to %s is %s', (name, nearest) => {
    expect(nearestName(name, ['port', 'host', 'allocation', 'premiumTradeMax'])).toBe(nearest);
  });
});

it('lets the demo ask for more only where nothing was given', () => {
  const demo = { risk: { limits: { tradesPerDayMax: 100 } } };
  expect(valueOf({ more: { demo } }).risk.limits.tradesPerDayMax).toBe(100);
  const given = 'risk: { limits: { tradesPerDayMax: 15 } }\n';
  expect(valueOf({ yaml: given, more: { demo } }).risk.limits.tradesPerDayMax).toBe(15);
  const silent = 'chat: { script: none }\n';
  expect(valueOf({ yaml: silent, more: { demo } }).risk.limits.tradesPerDayMax).toBe(15);
});
