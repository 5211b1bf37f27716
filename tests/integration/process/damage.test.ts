/** A journal that is not as it was written, between two runs of a desk. */
import { cpSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  command,
  HURRIED,
  hold,
  kindsIn,
  openDesk,
  recordOnce,
  temporaryDirectory,
} from './desks.ts';

/** The bytes in front of each payload. */
const HEAD = 8;
let killed = '';
let stopped = '';

beforeAll(async () => {
  const desk = await openDesk(HURRIED);
  await hold(desk);
  desk.child.kill('SIGKILL');
  await desk.ended;
  killed = copyOf(desk.directory);
  const again = await openDesk(HURRIED, desk.directory);
  again.child.kill('SIGTERM');
  await again.ended;
  stopped = desk.directory;
});

function copyOf(directory: string): string {
  const copy = temporaryDirectory();
  const isKept = (path: string): boolean => !path.endsWith('.sock') && !path.endsWith('/reserve');
  cpSync(directory, copy, { recursive: true, filter: isKept });
  return copy;
}

function segmentOf(directory: string): string {
  const [name = ''] = readdirSync(join(directory, 'journal'));
  return join(directory, 'journal', name);
}

/** Where each frame begins. */
function framesOf(bytes: Buffer): readonly number[] {
  const starts: number[] = [];
  for (let at = 0; at < bytes.length; at += HEAD + bytes.readUInt32BE(at)) starts.push(at);
  return starts;
}

describe('a changed byte', () => {
  it.each([
    ['in the length of the first record', (frames: readonly number[]) => (frames[0] ?? 0) + 3],
    ['in the middle', (frames: readonly number[]) => (frames[frames.length >> 1] ?? 0) + HEAD + 9],
    ['in the last record', (frames: readonly number[]) => (frames.at(-1) ?? 0) + HEAD + 9],
  ])('%s refuses the start with 6, names the place, and changes nothing', async (_, place) => {
    const directory = copyOf(stopped);
    const segment = segmentOf(directory);
    const bytes = readFileSync(segment);
    const frames = framesOf(bytes);
    const at = place(frames);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(segment, bytes);
    const { code, err } = await command('start', '--data', directory, '--port', '0');
    const frame = frames.findLast((start) => start <= at);
    expect([code, err]).toEqual([6, expect.stringContaining(`000001.log at byte ${frame}`)]);
    expect(readFileSync(segment).equals(bytes)).toBe(true);
  });
});

describe('a journal that is cut off', () => {
  it('in a record that was being written goes on after the last whole one, and says so', async () => {
    const directory = copyOf(killed);
    const segment = segmentOf(directory);
    const bytes = readFileSync(segment);
    const frames = framesOf(bytes);
    truncateSync(segment, bytes.length - 5);
    const desk = await openDesk({}, directory);
    await recordOnce(directory, (records) =>
      records.some(({ kind }) => kind === 'reconcile.passed'),
    );
    desk.child.kill('SIGTERM');
    const { code, err } = await desk.ended;
    expect(code).toBe(0);
    expect(err).toContain(`ends at byte ${frames.at(-1)}`);
    const kinds = await kindsIn(directory);
    expect(kinds[frames.length - 1]).toBe('run.started');
    const [copy = ''] = readdirSync(join(directory, 'quarantine'));
    const torn = readFileSync(join(directory, 'quarantine', copy));
    expect(torn.equals(bytes.subarray(frames.at(-1), -5))).toBe(true);
  });

  it('before its checkpoint refuses the start with 6', async () => {
    const directory = copyOf(stopped);
    const segment = segmentOf(directory);
    const frames = framesOf(readFileSync(segment));
    truncateSync(segment, frames.at(-2) ?? 0);
    const { code, err } = await command('start', '--data', directory, '--port', '0');
    expect([code, err]).toEqual([6, expect.stringContaining('ends before a checkpoint')]);
  });
});

it('an older copy of the directory, while the broker remembers more, halts the desk', async () => {
  const directory = copyOf(killed);
  const segment = segmentOf(directory);
  truncateSync(segment, framesOf(readFileSync(segment))[3] ?? 0);
  const desk = await openDesk({}, directory);
  const records = await recordOnce(directory, (all) =>
    all.some(({ kind }) => kind === 'order.foreign'),
  );
  expect(records.map(({ kind }) => kind)).toContain('order.foreign');
  const halted = await recordOnce(directory, (all) =>
    all.some(({ kind, body }) => kind === 'kill_state.changed' && body.to === 'HALT'),
  );
  expect(halted.some(({ kind }) => kind === 'kill_state.changed')).toBe(true);
  desk.child.kill('SIGTERM');
  expect((await desk.ended).code).toBe(0);
});
