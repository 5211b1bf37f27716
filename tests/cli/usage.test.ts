/** What the command says and answers before any desk runs. */
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { launch, newDirectory, strikewire } from './strikewire.ts';

const COMMANDS =
  'start pause halt resume flatten certify parse alert check key journal audit query backup restore jobs alarms'.split(
    ' ',
  );

describe('help', () => {
  it('names every command, every exit code, and an example, on the standard output', async () => {
    const { code, out, err } = await strikewire(['--help']);
    expect([code, err]).toEqual([0, '']);
    for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    for (const exit of [0, 1, 2, 3, 4, 5, 6]) expect(out).toMatch(new RegExp(`^  ${exit}  `, 'm'));
    expect(out).toContain('strikewire alert --example');
  });

  it.each([['start'], ['alert'], ['parse'], ['check'], ['key', 'create'], ['audit', 'export']])(
    'of %s %s says what it does and takes',
    async (...command) => {
      const { code, out } = await strikewire([...command, '--help']);
      expect(code).toBe(0);
      expect(out).toMatch(/^Usage: strikewire /);
    },
  );
});

describe('wrong usage ends with 2 and touches nothing', () => {
  it.each([
    [['strat'], 'start'],
    [['start', '--prot', '1'], '--port'],
    [['start', '--port', 'many'], 'whole number'],
    [['start', '--market', 'real'], 'simulated, recorded'],
    [['start', '--roles', 'ingest'], '(option --roles): expected one of desk, api'],
    [['key', 'create'], '--role'],
    [['key', 'create', '--role', 'boss'], 'viewer, operator, admin'],
    [['alert'], '--example'],
    [['alert', 'BTO', '--example'], 'not both'],
    [['alert', 'BTO', '--posted-at', 'yesterday'], '2025-12-02'],
    [['alert', 'BTO', '--channel', 'a:b'], '--channel'],
    [['audit', 'export', '--format', 'xlsx'], 'jsonl, csv, parquet'],
    [['audit', 'export', '--format', 'parquet', '--from', '2025-12-02T10:00Z'], 'expected a date'],
    [['query'], '--list names them'],
    [['query', 'no-such'], 'no query "no-such"'],
    [['query', 'refusals', '--on', 'sql'], '--on sql'],
    [['restore'], 'backup'],
    [['audit', 'export', '--from', 'May'], '--from'],
    [['audit', 'export', '--from', '1970-01-01'], '--from'],
    [['audit', 'export', '--to', '9999-12-31'], '--to'],
    [['audit', 'export', '--from', '2025-12-03', '--to', '2025-12-02'], 'before --to 2025-12-02'],
    [['alert', 'BTO', '--posted-at', '9999-12-31', '--dry-run'], '--posted-at'],
    [['certify'], 'expected environment sandbox or rehearsal, was simulated'],
    [['certify', '--only', 'everything'], 'no scenario everything'],
    [['conquer'], 'unknown command'],
  ])('%j', async (args, hint) => {
    const cwd = newDirectory();
    const { code, out, err } = await strikewire(args, { cwd });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(hint);
    expect(existsSync(join(cwd, 'data'))).toBe(false);
  });
});

describe('a wrong configuration', () => {
  it('is reported whole, by start and by check, and nothing is started', async () => {
    const cwd = newDirectory();
    writeFileSync(join(cwd, 'strikewire.yaml'), 'dryRun: yes\nhttp: { port: 99999 }\nrisc: {}\n');
    for (const command of ['start', 'check']) {
      const { code, out, err } = await strikewire([command], { cwd });
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain('3 problems');
      expect(err).toContain('dryRun (strikewire.yaml:1:1)');
    }
    expect(existsSync(join(cwd, 'data'))).toBe(false);
  });

  it('of broken YAML is named with line and column', async () => {
    const cwd = newDirectory();
    writeFileSync(join(cwd, 'desk.yaml'), 'http:\n  port: [1\n');
    const { code, err } = await strikewire(['start', '--config', 'desk.yaml'], { cwd });
    expect(code).toBe(2);
    expect(err).toMatch(/desk\.yaml:\d+:\d+: not valid YAML/);
  });
});

describe('a start that cannot be', () => {
  it('ends with 5 on a taken port, and leaves no trace', async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => {
        const address = taken.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const data = join(newDirectory(), 'data');
    const { code, err } = await strikewire(['start', '--data', data, '--port', String(port)]);
    taken.close();
    expect(code).toBe(5);
    expect(err).toContain(`127.0.0.1:${port} is taken`);
    expect(err).toContain('--port');
    expect(existsSync(data)).toBe(false);
  });

  it('ends with 3 where no data directory can be made', async () => {
    const file = join(newDirectory(), 'file');
    writeFileSync(file, '');
    const data = join(file, 'data');
    const { code, err } = await strikewire(['start', '--data', data, '--port', '0']);
    expect(code).toBe(3);
    expect(err).toContain(data);
    expect(err).toContain('--data');
  });
});

describe('commands for a running desk, without one', () => {
  it.each([['alert', 'BTO UBER 78p 12/05 @ 0.75'], ['halt'], ['audit', 'recent']])(
    '%s %s ends with 1 and says how to start one',
    async (...args) => {
      const { code, out, err } = await strikewire(args);
      expect([code, out]).toEqual([1, '']);
      expect(err).toContain('npm start');
    },
  );
});

describe('parse', () => {
  const lines = [
    { id: 1, text: 'BTO UBER 78p 12/05 @ 0.75', posted_at: '2025-12-02' },
    { id: 2, text: 'good morning', posted_at: '2025-12-02T14:00:00Z' },
  ];
  const input = lines.map((line) => `${JSON.stringify(line)}\n`).join('');

  it('reads the standard input and a file alike', async () => {
    const cwd = newDirectory();
    writeFileSync(join(cwd, 'in.jsonl'), input);
    const piped = await strikewire(['parse', '-', '--json'], { input });
    const filed = await strikewire(['parse', 'in.jsonl', '--json'], { cwd });
    expect(piped).toEqual({ code: 0, err: '', out: filed.out });
    const answers = piped.out.trimEnd().split('\n');
    expect(answers.map((line): unknown => JSON.parse(line))).toMatchObject([
      { id: 1, result: { action: 'BTO', symbol: 'UBER', strike: 78, price: 0.75 } },
      { id: 2, result: null, verdict: 'chatter' },
    ]);
  });

  it('ends with 1 when a line could not be read, having read the others', async () => {
    const { code, out, err } = await strikewire(['parse'], { input: `{\n${input}` });
    expect(code).toBe(1);
    expect(out.trimEnd().split('\n')).toHaveLength(2);
    expect(err).toContain('line 1');
  });

  it('names a file that is not there', async () => {
    const { code, err } = await strikewire(['parse', 'nothing.jsonl']);
    expect([code, err]).toEqual([1, 'nothing.jsonl: there is no such file\n']);
  });

  it('ends quietly when its reader goes away', async () => {
    const child = launch(['parse']);
    child.stdout?.once('data', () => child.stdout?.destroy());
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input.repeat(20_000));
    let err = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    const code = await new Promise((resolve) => {
      child.once('close', resolve);
    });
    expect([code, err]).toEqual([0, '']);
  });
});

describe('alert --dry-run without a desk', () => {
  const canonical = ['alert', 'Alert: BTO UBER 78p 12/05 @ 0.75', '--posted-at', '2025-12-02'];

  it('prints what was understood, the arithmetic and the intended orders', async () => {
    const { code, out, err } = await strikewire([...canonical, '--dry-run']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('DRY-RUN');
    expect(out).toMatch(/expiry +2025-12-05 +from “12\/05”/);
    expect(out).toContain('allocation');
    expect(out).toMatch(/entry +buy \d+ UBER 78P 2025-12-05/);
    expect(out).toMatch(/exit +sell \d+ UBER 78P 2025-12-05/);
  });

  it('prints the stable JSON on request', async () => {
    const { code, out } = await strikewire([...canonical, '--dry-run', '--json']);
    expect(code).toBe(0);
    const answer: unknown = JSON.parse(out);
    expect(answer).toMatchObject({
      verdict: 'order',
      alert: { symbol: 'UBER', right: 'P', strike: 78, expiry: '2025-12-05', price: 0.75 },
      environment: 'DRY-RUN',
    });
    expect(answer).not.toHaveProperty('tradeId');
  });

  it('ends with 1 for what is not an order, with the reason', async () => {
    const refused = [
      'alert',
      'BTO UBER 78p 12/06 @ 0.75',
      '--posted-at',
      '2025-12-02',
      '--dry-run',
    ];
    const { code, out } = await strikewire(refused);
    expect(code).toBe(1);
    expect(out).toContain('refused');
  });

  it('makes an example that is valid', async () => {
    const args = ['alert', '--example', '--dry-run', '--posted-at', '2025-12-02'];
    const { code, out } = await strikewire(args);
    expect(code).toBe(0);
    expect(out).toMatch(/^Example: Alert: BTO /);
  });
});
