/** Decoders of the files a desk finds when it starts, each on a directory of its own. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bumpEpoch } from '#adapters/disk/epoch.ts';
import { lockDirectory } from '#adapters/disk/lock.ts';
import { createKeyFileStore, KeyFileDamaged } from '#adapters/key-file/key-store.ts';
import { openVenueFile, VenueFileDamaged } from '#adapters/simulated/venue-file.ts';
import { loadConfig } from '#app/config.ts';
import { readDeskFile } from '#app/desk-file.ts';
import { createShiftableClock, setClock } from '#app/market-clock.ts';
import { saveState } from '#app/snapshots/desk-state.ts';
import { createReadState } from '#app/snapshots/reading.ts';
import { retellFrom } from '#app/snapshots/retelling.ts';
import { encodeShared } from '#events/shared.ts';
import { DiskError } from '#journal/ports.ts';
import { encodeSnapshot } from '#journal/snapshot.ts';
import { NOW } from '../fixtures/risk.ts';
import { bytesOf, type Decoder, promise, refusable } from './decoders.ts';

/** One step of the venue as its file keeps it. */
const VENUE_LINE = {
  at: 1_700_000_000_000,
  account: { cash: '25000.00', reserved: '0', margin: '0', realised: '-1.5', fees: '0.65' },
  ordersMade: 1,
  fillsMade: 1,
  orders: [],
  holdings: [{ symbol: 'UBER  261204P00078000', net: 4, cost: '3.00' }],
  mutations: [],
  statuses: [],
  trades: [],
};
const LOCK = { pid: 1, started: '1', boot: 'b', host: 'h', socket: 'lock-1.sock', released: false };
const DESK = {
  pid: 1,
  url: 'http://127.0.0.1:7420',
  key: 'k',
  environment: 'simulated',
  started_at: '',
};
const KEY = {
  id: 'aaaaaaaa',
  role: 'admin',
  digest: '0'.repeat(64),
  created_at: '2026-11-19T10:00:00Z',
};

/** Decoders of the data directory, each on a directory of its own. */
export function fileDecoders(): { readonly decoders: readonly Decoder[]; close(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'strikewire-fuzz-'));
  const at = (name: string): string => join(directory, name);
  const ofFile = (name: string, samples: readonly string[], open: () => unknown): Decoder => ({
    name,
    samples: bytesOf(...samples),
    // Reading the configuration lists every setting there is, each time.
    budgetMs: 1_000,
    async decode(bytes) {
      writeFileSync(at(name), bytes);
      await open();
      for (const left of readdirSync(directory)) rmSync(at(left), { force: true });
    },
  });
  const decoders: readonly Decoder[] = [
    ofFile(
      'strikewire.yaml',
      ['dryRun: true\nhttp:\n  port: 7420\nrisk: { limits: { contractsMax: 4 } }\n'],
      () => loadConfig({ directory, environment: {} }),
    ),
    ofFile('.env', ['STRIKEWIRE_HTTP_PORT=7420\nSTRIKEWIRE_DRY_RUN="true"\n# no\n'], () =>
      loadConfig({ directory, environment: {} }),
    ),
    ofFile('keys.json', [JSON.stringify({ keys: [KEY] })], () =>
      refusable(() => createKeyFileStore(at('keys.json')).find(KEY.id), [KeyFileDamaged]),
    ),
    ofFile('desk.json', [JSON.stringify(DESK)], () => readDeskFile(directory)),
    ofFile('clock.json', ['{"shiftMs":-3600000}\n'], () =>
      setClock(createShiftableClock(), {
        ...{ source: 'simulated', clock: 'market_hours', directory, lastAt: NOW },
      }),
    ),
    ofFile('epoch', ['12\n', '0\n'], async () => {
      const before = await bumpEpoch(directory, 7).catch(isDiskError);
      promise(before === null || before > 7, 'an epoch grows');
    }),
    ofFile('simulated-broker.jsonl', [`${JSON.stringify(VENUE_LINE)}\n`.repeat(3)], () =>
      refusable(() => openVenueFile(at('simulated-broker.jsonl')).close(), [VenueFileDamaged]),
    ),
    ofFile(
      'lock-1.json',
      [JSON.stringify(LOCK), JSON.stringify({ ...LOCK, released: true })],
      async () => {
        const lock = await lockDirectory(directory);
        if (lock.ok) await lock.value.release();
      },
    ),
    { name: 'snapshot', samples: [snapshotBytes()], budgetMs: 500, decode: decodeSnapshotFile },
  ];
  return { decoders, close: () => rmSync(directory, { recursive: true, force: true }) };
}

const SNAPSHOT = '000012.snapshot';
const BUILD = 'the build of this test';

/** Of a desk that has recorded nothing. */
function snapshotBytes(): Uint8Array {
  const end = { seq: 12, hash: '0'.repeat(64), segment: '000001.log', bytes: 400 };
  const marks = [{ seq: 1, segment: '000001.log', offset: 0 }];
  return encodeSnapshot({ build: BUILD, end, marks }, encodeShared(saveState(createReadState())));
}

/** Whatever a file holds, it is a snapshot or there is a reason why not. */
async function decodeSnapshotFile(bytes: Uint8Array): Promise<void> {
  const store = {
    names: () => [SNAPSHOT],
    read: () => bytes,
    write: () => undefined,
    remove: () => undefined,
  };
  await retellFrom({ store, build: BUILD }, SNAPSHOT, createReadState());
}

function isDiskError(error: unknown): null {
  if (error instanceof DiskError) return null;
  throw error;
}
