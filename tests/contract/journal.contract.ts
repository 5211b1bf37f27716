/** What every journal does, wherever it keeps its records. */
import { describe, expect, it } from 'vitest';
import type { Draft } from '#events/record.ts';
import { type Journal, JournalUnwritable, RECORD_BYTES_MAX } from '#journal/ports.ts';
import { asTradeId, messageKey } from '#kernel/ids.ts';
import { InvariantViolation } from '#kernel/invariant.ts';
import { price } from '#kernel/price.ts';

export interface JournalHarness {
  readonly journal: Journal;
  /** From now on the disk refuses writes for want of space. */
  readonly fillUp: () => void;
  /** From now on the disk fails. */
  readonly breakDown: () => void;
}

type NoteDraft = Draft<'test.noted', { readonly text: string }>;

export function note(text: string): NoteDraft {
  return { kind: 'test.noted', body: { text }, actor: 'test' };
}

const rich: Draft = {
  kind: 'test.rich',
  body: {
    price: price('0.75'),
    strikes: [price('78'), price('80.5')],
    collar: null,
    nested: { bid: price('-1.25'), count: 3, share: 0.1, flag: true, none: null, list: [] },
    text: 'ünïcødé 🚀 "quoted" \\ \n   \uD800',
  },
  actor: 'discord:42',
  trade: asTradeId('t_abc'),
  message: messageKey('discord', '1', '2'),
};

export function journalContract(name: string, open: () => Promise<JournalHarness>): void {
  describe(`Journal: ${name}`, () => {
    it('stamps drafts at once, in order, without a gap', async () => {
      const { journal } = await open();
      const first = journal.append([note('a'), note('b')], 'sync').records;
      const second = journal.append([note('c')], 'lazy').records;
      expect([...first, ...second].map(({ seq, body }) => [seq, body.text])).toEqual([
        [1, 'a'],
        [2, 'b'],
        [3, 'c'],
      ]);
      expect(journal.health().lastSeq).toBe(3);
      await journal.close();
    });

    it('reads back exactly what was appended, before and after it is durable', async () => {
      const { journal } = await open();
      const { records, durable } = journal.append([rich, note('x')], 'sync');
      expect([...journal.read()]).toEqual(records);
      await durable;
      expect([...journal.read()]).toEqual(records);
      expect([...journal.read(2)]).toEqual(records.slice(1));
      expect([...journal.read(3)]).toEqual([]);
      await journal.close();
    });

    it('reads the records there were when reading began', async () => {
      const { journal } = await open();
      await journal.append([note('a')], 'sync').durable;
      const reading = journal.read();
      await journal.append([note('b')], 'sync').durable;
      expect([...reading]).toHaveLength(1);
      await journal.close();
    });

    it('makes sync and lazy appends durable, and says how far it is', async () => {
      const { journal } = await open();
      const lazy = journal.append([note('a')], 'lazy');
      const sync = journal.append([note('b')], 'sync');
      expect(journal.health().durableSeq).toBe(0);
      await Promise.all([lazy.durable, sync.durable]);
      expect(journal.health()).toMatchObject({ durableSeq: 2, waitingMs: 0, fault: null });
      await journal.close();
    });

    it('tells listeners of each record once it is durable, in order, until undone', async () => {
      const { journal } = await open();
      const heard: string[] = [];
      const undo = journal.onDurable(({ seq }) => {
        heard.push(`${seq} of ${journal.health().durableSeq}`);
      });
      const appended = journal.append([note('a'), note('b')], 'sync');
      expect(heard).toEqual([]);
      await appended.durable;
      expect(heard).toEqual(['1 of 2', '2 of 2']);
      undo();
      await journal.append([note('c')], 'sync').durable;
      expect(heard).toHaveLength(2);
      await journal.close();
    });

    it('takes no draft of several when one cannot be kept', async () => {
      const { journal } = await open();
      const large = note('x'.repeat(RECORD_BYTES_MAX));
      const floating: Draft = { kind: 'test.bad', body: { amountOf: 1n }, actor: 'test' };
      const absent: Draft = { kind: 'test.bad', body: { text: undefined }, actor: 'test' };
      const extra = { ...note('a'), price: price('0.75') };
      for (const bad of [large, floating, absent, extra]) {
        expect(() => journal.append([note('a'), bad], 'sync')).toThrow(InvariantViolation);
      }
      await journal.append([note('b')], 'sync').durable;
      expect([...journal.read()].map(({ seq, body }) => [seq, body])).toEqual([[1, { text: 'b' }]]);
      await journal.close();
    });

    it('resolves an append of nothing and changes nothing', async () => {
      const { journal } = await open();
      await journal.append([], 'sync').durable;
      expect(journal.health().lastSeq).toBe(0);
      await journal.close();
    });

    it('flushes what is waiting when it is closed, and refuses what comes after', async () => {
      const { journal } = await open();
      const waiting = journal.append([note('a')], 'lazy');
      await journal.close();
      await waiting.durable;
      await expect(journal.append([note('b')], 'sync').durable).rejects.toThrow(JournalUnwritable);
      expect(journal.health()).toMatchObject({ writable: false, durableSeq: 1, fault: null });
      await journal.close();
    });

    it('refuses everything after the disk has failed, and tells so once', async () => {
      const { journal, breakDown } = await open();
      const faults: string[] = [];
      journal.onFault((fault) => faults.push(fault));
      await journal.append([note('a')], 'sync').durable;
      breakDown();
      const refused = [journal.append([note('b')], 'sync'), journal.append([note('c')], 'lazy')];
      for (const { durable } of refused) await expect(durable).rejects.toThrow(JournalUnwritable);
      await expect(journal.emergency([note('d')]).durable).rejects.toThrow(JournalUnwritable);
      expect([...journal.read()]).toHaveLength(1);
      expect(journal.health()).toMatchObject({ writable: false, lastSeq: 1, durableSeq: 1 });
      expect(faults).toEqual([journal.health().fault]);
      await journal.close();
    });

    it('records emergencies on a full disk, after the last durable record', async () => {
      const { journal, fillUp } = await open();
      await journal.append([note('a')], 'sync').durable;
      fillUp();
      await expect(journal.append([note('lost')], 'sync').durable).rejects.toThrow(/space/);
      await expect(journal.append([note('refused')], 'sync').durable).rejects.toThrow(/space/);
      const cancel = journal.emergency([note('cancel')]);
      expect(cancel.records[0]?.seq).toBe(2);
      await cancel.durable;
      await journal.emergency([note('outcome')]).durable;
      await expect(journal.append([note('refused')], 'sync').durable).rejects.toThrow(/space/);
      const texts = [...journal.read()].map(({ body }) => body);
      expect(texts).toEqual([{ text: 'a' }, { text: 'cancel' }, { text: 'outcome' }]);
      expect(journal.health()).toMatchObject({ writable: false, durableSeq: 3 });
      await journal.close();
    });

    it('takes an emergency like any other append while all is well', async () => {
      const { journal } = await open();
      await journal.emergency([note('a')]).durable;
      await journal.append([note('b')], 'sync').durable;
      expect(journal.health()).toMatchObject({ writable: true, durableSeq: 2 });
      await journal.close();
    });
  });
}
