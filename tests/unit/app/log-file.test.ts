import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLogFile } from '#app/log-file.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'strikewire-log-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('the log in a file', () => {
  it('takes no more of the disk than two files, however much is logged in one run', () => {
    const path = join(directory, 'log');
    const write = openLogFile(path);
    const line = `${'x'.repeat(999_999)}\n`;
    for (let n = 0; n < 45; n += 1) write(line);
    write('the last line\n');
    expect(statSync(path).size).toBeLessThanOrEqual(21_000_000);
    expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(21_000_000);
    expect(readFileSync(path, 'utf8').endsWith('the last line\n')).toBe(true);
  });

  it('goes on behind what an earlier run wrote', () => {
    const path = join(directory, 'log');
    openLogFile(path)('one\n');
    openLogFile(path)('two\n');
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  });
});
