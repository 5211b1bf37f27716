/**
 * A journal that is flipped or cut somewhere while its desk is dead and an order of it works at a
 * venue: nothing is ever traded on a record that is not what was written.
 */
import { cpSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { strikewire } from '../cli/strikewire.ts';
import { killState, recordOnce, temporaryDirectory } from '../integration/process/desks.ts';
import { readRecord } from '../integration/process/kept-books.ts';
import { deskAt, enter, holdAt, openVenue, type Venue } from './venue-desk.ts';

/** Length, then checksum, of four bytes each; then the payload. */
const HEAD = 8;

interface Left {
  readonly venue: Venue;
  readonly directory: string;
  readonly bytes: Buffer;
  /** Where each frame begins. */
  readonly frames: readonly number[];
}

/** Killed with a position, its exit and another entry at work. */
async function killed(): Promise<Left> {
  const venue = await openVenue();
  const desk = await deskAt(venue);
  await holdAt(venue, desk, 0);
  await enter(venue, desk, 6);
  desk.child.kill('SIGKILL');
  await desk.ended;
  const bytes = readFileSync(segmentOf(desk.directory));
  const frames: number[] = [];
  for (let at = 0; at < bytes.length; at += HEAD + bytes.readUInt32BE(at)) frames.push(at);
  return { venue, directory: desk.directory, bytes, frames };
}

function segmentOf(directory: string): string {
  const [name = ''] = readdirSync(join(directory, 'journal'));
  return join(directory, 'journal', name);
}

function copyOf(directory: string): string {
  const copy = temporaryDirectory();
  const isKept = (path: string): boolean => !path.endsWith('.sock') && !path.endsWith('/reserve');
  cpSync(directory, copy, { recursive: true, filter: isKept });
  return copy;
}

describe('with orders at work at the venue', () => {
  it('a flipped byte in any region of any but the last record refuses the start, and nothing is sent', async () => {
    const { venue, directory, bytes, frames } = await killed();
    const sent = venue.standIn.ledger.mutations().length;
    const regions = [1, 3, 5, HEAD, HEAD + 40];
    const records = [0, 1, frames.length >> 1, frames.length - 2];
    const places = regions.map((region, at) => (frames[records[at % 4] ?? 0] ?? 0) + region);
    for (const place of places) {
      const copy = copyOf(directory);
      const flipped = Buffer.from(bytes);
      flipped[place] = (flipped[place] ?? 0) ^ 0x10;
      writeFileSync(segmentOf(copy), flipped);
      const { code, err } = await strikewire(['start', '--data', copy, '--port', '0'], {
        environment: venue.settings,
      });
      expect([place, code, err]).toEqual([place, 6, expect.stringContaining('damaged')]);
      expect(readFileSync(segmentOf(copy)).equals(flipped)).toBe(true);
    }
    expect(venue.standIn.ledger.mutations()).toHaveLength(sent);
  });

  it.each([
    ['its length', 2],
    ['its checksum', 6],
    ['its payload', HEAD + 30],
  ])(
    'a last record cut in %s is set aside, and the desk finds at the venue what it lacks',
    async (_, into) => {
      const { venue, directory, frames } = await killed();
      const copy = copyOf(directory);
      truncateSync(segmentOf(copy), (frames.at(-1) ?? 0) + into);
      const desk = await deskAt(venue, {}, copy);
      expect(readdirSync(join(copy, 'quarantine'))).toHaveLength(1);
      expect((await readRecord(copy))[frames.length - 1]?.kind).toBe('run.started');
      expect(await killState(desk)).toBe('ACTIVE');
      desk.child.kill('SIGTERM');
      expect((await desk.ended).code).toBe(0);
      // Its entry is known and taken back; its exit is known and stays.
      expect(venue.working().map(({ side }) => side)).toEqual(['sell']);
    },
  );

  it.each([
    ['the entry', /\.E0$/, 2],
    ['the first trade', /./, 0],
  ])(
    'a record that ends before %s knows less than the venue: the desk halts and sends nothing',
    async (_, mark, nth) => {
      const { venue, directory, frames } = await killed();
      const intents = (await readRecord(directory)).filter(
        ({ kind, body }) => kind === 'order.intended' && mark.test(body.intent.cid),
      );
      const first = intents[nth === 0 ? 0 : 1] ?? intents[0];
      const copy = copyOf(directory);
      truncateSync(segmentOf(copy), frames[(first?.seq ?? 1) - 1] ?? 0);
      const sent = venue.standIn.ledger.mutations().length;
      const desk = await deskAt(venue, {}, copy);
      await recordOnce(copy, (all) =>
        all.some(({ kind, body }) => kind === 'kill_state.changed' && body.to === 'HALT'),
      );
      expect(await killState(desk)).toBe('HALT');
      expect(venue.sentSince(sent)).toEqual([]);
    },
  );
});
