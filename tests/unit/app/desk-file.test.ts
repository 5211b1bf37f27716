import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readDeskFile, writeDeskFile } from '#app/desk-file.ts';

it.each([
  ['http://127.0.0.1:7420', 'http://127.0.0.1:7420'],
  ['http://0.0.0.0:7420', 'http://127.0.0.1:7420'],
  ['http://[::]:7420', 'http://[::1]:7420'],
  ['http://10.0.0.5:7420', 'http://10.0.0.5:7420'],
])('a desk that listens at %s is found by commands at %s', (url, found) => {
  const directory = mkdtempSync(join(tmpdir(), 'strikewire-desk-file-'));
  try {
    const started_at = '2026-11-20T12:00:00.000Z';
    writeDeskFile(directory, { pid: 1, url, key: 'k', environment: 'simulated', started_at });
    expect(readDeskFile(directory)).toMatchObject({ kind: 'found', desk: { url: found } });
  } finally {
    rmSync(directory, { recursive: true });
  }
});
