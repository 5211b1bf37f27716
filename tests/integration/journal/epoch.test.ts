import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bumpEpoch } from '#adapters/disk/epoch.ts';
import { DiskError } from '#journal/ports.ts';
import { temporaryDirectories } from './directory.ts';

const directory = temporaryDirectories();

describe('the run epoch', () => {
  it('counts starts from 1 and leaves one file', async () => {
    const path = directory();
    expect([await bumpEpoch(path), await bumpEpoch(path), await bumpEpoch(path)]).toEqual([
      1, 2, 3,
    ]);
    expect(readdirSync(path)).toEqual(['epoch']);
  });

  it('stays above what the journal knows when its file was lost', async () => {
    const path = directory();
    expect(await bumpEpoch(path, 41)).toBe(42);
    expect(await bumpEpoch(path, 7)).toBe(43);
    expect(await bumpEpoch(path, 7, 100)).toBe(143);
  });

  it('refuses to start over from a file that does not read', async () => {
    const path = directory();
    writeFileSync(join(path, 'epoch'), '4x');
    await expect(bumpEpoch(path)).rejects.toThrow(DiskError);
    await expect(bumpEpoch(path)).rejects.toThrow(/whole number/);
  });
});
