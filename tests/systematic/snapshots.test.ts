/** The state a start derives from the record is the same from every snapshot of its way there. */
import { describe, expect, it } from 'vitest';
import { saveState, takeRecord } from '#app/snapshots/desk-state.ts';
import { createReadState } from '#app/snapshots/reading.ts';
import { encodeShared } from '#events/shared.ts';
import { linesOf, stateFrom, stateOf } from '../fixtures/state-text.ts';
import { COURSES } from './courses.ts';
import { live } from './living.ts';

describe('a snapshot of the canonical trades', () => {
  it.each(COURSES)(
    'gives back the state of $name, to the letter, at every record',
    async (course) => {
      const { world } = await live(course, () => undefined);
      const records = world.records();
      const whole = linesOf(stateOf(records));
      const growing = createReadState();
      const wrong: string[] = [];
      for (const [at, record] of records.entries()) {
        takeRecord(growing, record);
        const lines = encodeShared(saveState(growing));
        const again = linesOf(stateFrom(lines, []));
        if (again.join('\n') !== lines.join('\n')) wrong.push(`restored at ${record.seq}`);
        const end = linesOf(stateFrom(lines, records.slice(at + 1)));
        if (end.join('\n') !== whole.join('\n')) wrong.push(`gone on from ${record.seq}`);
      }
      expect(records.length).toBeGreaterThan(5);
      expect(wrong).toEqual([]);
    },
  );
});
