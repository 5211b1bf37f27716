import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readRecord } from '../integration/process/kept-books.ts';
import { newDirectory, type RunningDesk, startDesk, strikewire } from './strikewire.ts';

const cwd = newDirectory();
const directory = join(cwd, 'data');
let desk: RunningDesk | null = null;

afterAll(() => {
  desk?.child.kill('SIGKILL');
});

function write(text: string): void {
  writeFileSync(join(cwd, 'strikewire.yaml'), text);
}

describe('strikewire reload', () => {
  it('has the running desk take over people, and names what takes a restart', async () => {
    write('alerts: { people: { "discord:1": { permissions: [alert] } } }\n');
    desk = await startDesk(directory, { cwd });
    write('alerts: { people: {}, ageMsMax: 9000 }\n');
    const why = ['--reason', 'Ann has left'];
    const ran = await strikewire(['reload', '--data', directory, ...why], { cwd });
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toContain('person discord:1: alert → not listed');
    expect(ran.out).toContain('needs a restart: alerts.ageMsMax');
    const acts = (await readRecord(directory)).filter(({ kind }) => kind === 'operator.acted');
    expect(acts.map(({ body }) => body)).toMatchObject([
      { act: 'reload the configuration', reason: 'Ann has left' },
      { act: 'configuration read again: person discord:1' },
    ]);
  });

  it('says what is wrong with a file that does not read', async () => {
    write('alerts: { persons: {} }\n');
    const ran = await strikewire(['reload', '--data', directory], { cwd });
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('alerts.persons');
  });
});
