/** What another role forwards is carried out with the rights the desk itself gives. */
import Fastify from 'fastify';
import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryJournal } from '#adapters/memory/journal.ts';
import type { HttpActAsked } from '#app/roles/exchange.ts';
import { createPerform, Passes } from '#app/roles/perform.ts';
import type { Done } from '#app/roles/request-desk.ts';
import { decodeRecord } from '#journal/chain.ts';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import type { Caller, Role } from '#operate/model.ts';

const ROLES: Readonly<Record<string, Role>> = {
  'key:admin': 'admin',
  'key:viewer': 'viewer',
  'local:operator': 'operator',
};
const ASKED: HttpActAsked = {
  ...{ op: 'http', caller: 'key:admin', needsCode: false, key: null },
  ...{ method: 'PUT', path: '/act', body: { to: 'HALT' } },
};

let seen: { readonly caller: Caller | null; readonly pass: string; readonly headers: object }[];
let passes: Passes;
let isSimulated = false;
let perform: (asked: HttpActAsked) => Promise<Done>;

const clock = createVirtualClock(epochMs(0));
const journal = createMemoryJournal({ clock, run: 'r_1' });

beforeEach(() => {
  seen = [];
  isSimulated = false;
  passes = new Passes();
  const app = Fastify();
  app.all('/*', async (request, reply) => {
    const pass = String(request.headers.authorization).replace('Bearer ', '');
    seen.push({ caller: passes.callerOf(pass), pass, headers: request.headers });
    if (request.url === '/long') return 'x'.repeat(2_000_000);
    return reply.code(request.url === '/refused' ? 409 : 200).send({ url: request.url });
  });
  perform = createPerform({
    ...{ server: { app }, passes, journal },
    roleOf: (caller) => ROLES[caller] ?? null,
    isSimulated: () => isSimulated,
  });
});

describe('what another role forwards', () => {
  it('is done as the caller, in the role the desk gives him', async () => {
    expect(await perform({ ...ASKED, key: 'k-1' })).toEqual({
      status: 200,
      text: '{"url":"/act"}',
    });
    expect(await perform({ ...ASKED, caller: 'key:viewer' })).toMatchObject({ status: 200 });
    expect(seen.map(({ caller }) => caller)).toEqual([
      { id: 'key:admin', role: 'admin' },
      { id: 'key:viewer', role: 'viewer' },
    ]);
    expect(seen[0]?.headers).toMatchObject({ 'idempotency-key': 'k-1' });
  });

  it('makes no admin of who has not given his second factor', async () => {
    await perform({ ...ASKED, needsCode: true });
    await perform({ ...ASKED, caller: 'key:viewer', needsCode: true });
    expect(seen.map(({ caller }) => caller?.role)).toEqual(['operator', 'viewer']);
  });

  it('is refused for somebody the desk does not know', async () => {
    const { status, text } = await perform({ ...ASKED, caller: 'key:stranger' });
    expect([status, JSON.parse(text)]).toMatchObject([403, { code: 'forbidden' }]);
    expect(seen).toEqual([]);
  });

  it('is refused for the operator of another machine, where anything is real', async () => {
    const asked = { ...ASKED, caller: 'local:operator' };
    expect((await perform(asked)).status).toBe(403);
    expect(seen).toEqual([]);
    isSimulated = true;
    expect((await perform(asked)).status).toBe(200);
  });

  it('leaves no pass behind, whatever came of it', async () => {
    await perform(ASKED);
    await perform({ ...ASKED, path: '/refused' });
    expect(seen.map(({ pass }) => passes.callerOf(pass))).toEqual([null, null]);
    expect(new Set(seen.map(({ pass }) => pass)).size).toBe(2);
    expect(passes.callerOf('')).toBeNull();
  });

  it('gives refusals as they are, and no answer that is too long', async () => {
    expect((await perform({ ...ASKED, path: '/refused' })).status).toBe(409);
    const long = await perform({ ...ASKED, method: 'GET', path: '/long', body: null });
    expect(long.status).toBe(501);
    expect(long.text.length).toBeLessThan(300);
  });
});

describe('the record, asked for by page', () => {
  it('is what is on disk, in pages that fit', async () => {
    const text = 'x'.repeat(40_000);
    for (let n = 0; n < 40; n += 1) {
      journal.append([{ kind: 'test.noted', body: { n, text }, actor: 'test' }], 'sync');
    }
    await Promise.resolve();
    await Promise.resolve();
    const all = createPerform({
      ...{ server: { app: Fastify() }, passes, journal },
      roleOf: () => null,
      isSimulated: () => false,
    });
    const seqs: number[] = [];
    for (let from = 1; from <= 40; from = (seqs.at(-1) ?? 0) + 1) {
      const page = await all({ op: 'records', from });
      expect(page.text.length).toBeLessThan(700_000);
      const texts: unknown = JSON.parse(page.text);
      for (const one of Array.isArray(texts) ? texts : []) {
        const record = decodeRecord(String(one));
        if (record.ok) seqs.push(record.value.seq);
      }
    }
    expect(seqs).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
  });
});
