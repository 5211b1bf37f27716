/** What a process without a desk does itself to the file of people. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createOutsideLedger } from '#app/roles/outside-ledger.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'strikewire-outside-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('is noted for the desk under who asked for it before it is done', async () => {
  const ledger = createOutsideLedger(directory);
  await ledger.hold({
    ...{ caller: 'operator:alice', line: 'PUT /api/v1/session/password' },
    ...{ address: '10.0.0.7', requestId: 'r1', digest: 'd' },
  });
  const [name = ''] = readdirSync(join(directory, 'acts'));
  expect(JSON.parse(readFileSync(join(directory, 'acts', name), 'utf8'))).toMatchObject({
    ...{ actor: 'operator:alice', act: 'PUT /api/v1/session/password from 10.0.0.7' },
  });
});

it('what is only passed on is left to the record of the desk', async () => {
  const ledger = createOutsideLedger(directory);
  const request = { caller: 'key:a', line: 'PUT /x', address: '', requestId: 'r', digest: 'd' };
  expect(await ledger.begin({ ...request, key: 'k' })).toMatchObject({ kind: 'begun' });
  ledger.open(request)({ status: 200, text: null, code: null });
  ledger.note(request, 200, null);
  expect(readdirSync(directory)).toEqual([]);
});
