/** Every way to engage the kill switch, rehearsed on a desk whose entry works at a venue. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunningDesk } from '../cli/strikewire.ts';
import { ask, command, killState, post, recordOnce } from '../integration/process/desks.ts';
import { readRecord } from '../integration/process/kept-books.ts';
import type { Settings } from './desk-process.ts';
import { deskAt, enter, holdAt, openVenue, placeByHand, until, type Venue } from './venue-desk.ts';

/** A close is worked as an entry is: in steps of this length, then at the bid. */
const SOLD_SOON: Settings = {
  STRIKEWIRE_RISK_ENTRY_WAIT_MS: '200',
  STRIKEWIRE_RISK_ENTRY_CONVERT: 'marketable-limit',
  STRIKEWIRE_RISK_ENTRY_CONVERT_WITHIN_TICKS: '5',
};

type Engage = (desk: RunningDesk) => unknown;

const byCommand =
  (...words: readonly string[]): Engage =>
  async (desk) => {
    const { code, err } = await command(...words, '--data', desk.directory);
    expect([code, err]).toEqual([0, '']);
  };

const byHttp =
  (body: object): Engage =>
  async (desk) =>
    expect((await ask(desk, 'PUT /api/v1/kill-state', { body })).status).toBe(200);

/** One position with its exit, one entry of ours at work, one order by hand. */
async function rehearse(more: Settings = {}): Promise<{ venue: Venue; desk: RunningDesk }> {
  const venue = await openVenue();
  const desk = await deskAt(venue, more);
  await holdAt(venue, desk, 0);
  await enter(venue, desk, 6);
  await placeByHand(venue, 12);
  return { venue, desk };
}

function marksAtWork(venue: Venue): readonly string[] {
  return venue.working().map(({ externalIdentifier }) => externalIdentifier?.at(-2) ?? 'by hand');
}

/** What was sent since the desk is in that state, by its own record. */
async function rolesSentIn(state: string, { directory }: RunningDesk): Promise<Set<string>> {
  const records = await readRecord(directory);
  const from = records.findIndex(
    ({ kind, body }) => kind === 'kill_state.changed' && body.to === state,
  );
  const intents = records
    .slice(from)
    .flatMap(({ kind, body }) =>
      kind === 'order.intended' && body.intent.op === 'submit' ? [body.intent.role] : [],
    );
  return new Set(intents);
}

describe('while an entry works at the venue', () => {
  it.each<readonly [string, string, Engage]>([
    ['`strikewire halt`', 'HALT', byCommand('halt', '--reason', 'a drill')],
    ['`strikewire pause`', 'PAUSE', byCommand('pause', '--reason', 'a drill')],
    ['HALT over HTTP', 'HALT', byHttp({ to: 'HALT', reason: 'a drill' })],
    ['PAUSE over HTTP', 'PAUSE', byHttp({ to: 'PAUSE', reason: 'a drill' })],
    ['SIGUSR2', 'HALT', ({ child }) => child.kill('SIGUSR2')],
    ['a file named HALT', 'HALT', ({ directory }) => writeFileSync(join(directory, 'HALT'), '')],
  ])(
    '%s engages %s: the entry is cancelled there, the exit stays, and nothing follows',
    async (_, state, engage) => {
      const { venue, desk } = await rehearse();
      const sent = venue.standIn.ledger.mutations().length;
      await engage(desk);
      await until(() => !marksAtWork(venue).includes('E'));
      expect(marksAtWork(venue)).toEqual(['X', 'by hand']);
      expect(await killState(desk)).toBe(state);
      const { body } = await post(desk, venue.alert(18));
      expect(body['verdict']).toBe('refused');

      // It outlives the process, however that ends.
      desk.child.kill('SIGKILL');
      await desk.ended;
      const again = await deskAt(venue, {}, desk.directory);
      expect(await killState(again)).toBe(state);
      expect((await post(again, venue.alert(24))).body['verdict']).toBe('refused');
      expect(venue.sentSince(sent)).toEqual([]);
      rmSync(join(desk.directory, 'HALT'), { force: true });
    },
  );

  it.each<readonly [string, Engage]>([
    ['`strikewire flatten --yes`', byCommand('flatten', '--yes')],
    ['FLATTEN over HTTP', byHttp({ to: 'FLATTEN', reason: 'a drill', confirm: 'FLATTEN' })],
  ])(
    '%s cancels the entry, takes the exit back and sells all that is held, once',
    async (_, engage) => {
      const { venue, desk } = await rehearse(SOLD_SOON);
      const held = [...venue.standIn.ledger.positions().values()][0] ?? 0;
      await engage(desk);
      await until(() => venue.standIn.ledger.positions().size === 0);
      expect(marksAtWork(venue)).toEqual(['by hand']);
      const closes = venue.standIn.ledger.fills().filter(({ side }) => side === 'sell');
      expect(closes.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(held);
      expect(await rolesSentIn('FLATTEN', desk)).toEqual(new Set(['close']));
      expect(await killState(desk)).toBe('FLATTEN');
    },
  );
});

it('an order that waits for a token when the halt comes does not leave any more', async () => {
  const venue = await openVenue();
  const desk = await deskAt(venue);
  const { faults, requests, ledger } = venue.standIn;
  faults.add({
    ...{ method: 'POST', path: /\/orders$/, nth: 1, when: 'before' },
    fault: { kind: 'status', status: 401 },
  });
  faults.add({ path: '/oauth/token', when: 'before', fault: { kind: 'delay', ms: 2_500 } });
  const answer = await post(desk, venue.alert(0));
  expect(answer.body['verdict']).toBe('order');
  await until(() =>
    requests().some(({ path, fault }) => path === '/oauth/token' && fault !== null),
  );
  await ask(desk, 'PUT /api/v1/kill-state', { body: { to: 'HALT', reason: 'a drill' } });
  const records = await recordOnce(desk.directory, (all) =>
    all.some(({ kind }) => kind === 'order.answered'),
  );
  const answered = records.find((record) => record.kind === 'order.answered');
  // A refusal for a token is no proof: it is looked for, and never sent again.
  expect(answered?.body.answer).toMatchObject({ kind: 'ambiguous' });
  expect(requests().filter(isSubmit)).toHaveLength(1);
  expect(ledger.orders()).toEqual([]);
  expect(await killState(desk)).toBe('HALT');
});

function isSubmit({ method, path }: { readonly method: string; readonly path: string }): boolean {
  return method === 'POST' && path.endsWith('/orders');
}
