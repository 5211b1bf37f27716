/** `npm run crash-test` does the same with any number of kills. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asClientOrderId } from '#kernel/ids.ts';
import type { BrokerOrder } from '#orders/ports.ts';
import { readLedger } from '../integration/process/kept-books.ts';
import { brokenIn, type Case } from './judge.ts';
import { type LivesReport, liveAndDie } from './lives.ts';
import { crashTest } from './run.ts';
import { openSimulatedGround } from './simulated-ground.ts';

const PATIENCE_MS = 900_000;
const made: string[] = [];

afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'strikewire-lives-'));
  made.push(directory);
  return directory;
}

it(
  'keeps every promise at a hostile venue, over kills at any moment',
  async () => {
    const report = await crashTest({ kills: 30, seed: 7, lanes: 2 });
    expect(report.broken).toEqual([]);
    const { duplicates, orphans, lostAuditRecords, kills } = report;
    expect({ duplicates, orphans, lostAuditRecords, kills }).toEqual({
      ...{ duplicates: 0, orphans: 0, lostAuditRecords: 0, kills: 30 },
    });
    expect(report.unresolved).toBeGreaterThanOrEqual(9);
    expect(report.answers).toBeGreaterThan(10);
    expect([...report.found.keys()].some((state) => state.startsWith('entry'))).toBe(true);
  },
  PATIENCE_MS,
);

describe('a desk on its own simulated broker', () => {
  const directory = newDirectory();
  let report: LivesReport;
  let evidence: Case;

  beforeAll(async () => {
    const ground = openSimulatedGround();
    report = await liveAndDie({ ground, directory, kills: 6, seed: 7 });
    const books = readLedger(directory);
    evidence = { directory, books, script: 'demo', told: [], halts: [] };
  }, PATIENCE_MS);

  it('keeps every promise over kills that take its broker with it', () => {
    expect(report.broken.all).toEqual([]);
    expect([report.exitCode, report.kills]).toEqual([0, 6]);
    expect(report.trades).toBeGreaterThan(1);
  });

  it('would not get away with an order sent twice', async () => {
    const { duplicates } = await brokenIn({ ...evidence, books: withOrder((order) => order) });
    expect(duplicates).toEqual([expect.stringMatching(/^the broker has sw\..* twice$/)]);
  });

  it('would not get away with an order nobody asked for', async () => {
    const clientOrderId = asClientOrderId('sw.1.t_nobody.E0');
    const books = withOrder((order) => ({ ...order, clientOrderId }));
    const { orphans } = await brokenIn({ ...evidence, books });
    expect(orphans).toContainEqual(expect.stringContaining('t_nobody.E0 belongs to 0 trades'));
  });

  it('would not get away with an answer, or a halt, that it forgot', async () => {
    const told = { messageId: 'forgotten', verdict: 'order', code: 'entry', tradeId: null };
    const { lost } = await brokenIn({ ...evidence, told: [told], halts: ['drill 1'] });
    expect(lost).toEqual([
      'forgotten was answered and is not on record',
      'the halt drill 1 was acknowledged and is not on record',
    ]);
  });

  it('would not get away with half of its record', async () => {
    const half = newDirectory();
    cpSync(join(directory, 'journal'), join(half, 'journal'), { recursive: true });
    const [name = ''] = readdirSync(join(half, 'journal'));
    const segment = join(half, 'journal', name);
    truncateSync(segment, readFileSync(segment).length >> 1);
    const { orphans, lost } = await brokenIn({ ...evidence, directory: half });
    expect(orphans).not.toEqual([]);
    expect(lost).toContainEqual(expect.stringContaining('was never seen'));
  });

  function withOrder(change: (order: BrokerOrder) => BrokerOrder): Case['books'] {
    const { books } = evidence;
    return {
      ...books,
      orders() {
        const [first, ...rest] = books.orders();
        return first === undefined ? [] : [first, ...rest, change(first)];
      },
    };
  }
});
