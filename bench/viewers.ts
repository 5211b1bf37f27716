/**
 * What people at the page cost an alert: from the message received to its order request on record,
 * with nobody watching a quiet desk and with 200 viewers who are told 200 updates a second, turn by
 * turn in one run. The viewers are in a process of their own, on the same machine.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openAccess } from '#app/access.ts';
import { isDeskEntry } from '#app/desk-entry.ts';
import { createLog } from '#app/logging.ts';
import { serve } from '#app/serve.ts';
import { formatApiKey } from '#operate/keys.ts';
import { type OpenDesk, openOutageDesk } from '../tests/acceptance/stores/desk.ts';
import { alertsToOrders } from './outage.ts';
import { type BenchRow, spread } from './report.ts';

const VIEWERS = 200;
const UPDATES_PER_SECOND = 200;
const ROUNDS = 16;
/** Of each desk: what its limits let through quickly. */
const ALERTS = 15;
const EVERY_MS = 40;
const WATCH = fileURLToPath(new URL('viewers/watch.ts', import.meta.url));

type Turn = 'nobody' | 'everybody';

export async function measure(): Promise<readonly BenchRow[]> {
  const samples: Record<Turn, number[]> = { nobody: [], everybody: [] };
  let bytes = 0;
  // The first round warms the program up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const turn of ['nobody', 'everybody'] as const) {
      const taken = await measureTurn(turn === 'nobody' ? 0 : VIEWERS);
      if (round > 0) samples[turn].push(...taken.took);
      bytes += taken.bytes;
    }
  }
  const alone = spread('alert to order, nobody watching', samples.nobody, 'ms');
  const busy = `alert to order, ${VIEWERS} viewers, ${UPDATES_PER_SECOND} updates/s`;
  const watched = spread(busy, samples.everybody, 'ms');
  const ratio = (watched.p99 ?? 0) / (alone.p99 ?? 1);
  return [
    alone,
    { ...watched, vs: `p99 of ${alone.what}`, ratio },
    { what: 'told to viewers', value: bytes / 1_048_576, unit: 'MiB' },
  ];
}

async function measureTurn(viewers: number) {
  const desk = await openOutageDesk({
    STRIKEWIRE_HTTP_PORT: '0',
    STRIKEWIRE_HTTP_STREAMS_PER_CALLER: String(VIEWERS),
  });
  const { app, config } = desk;
  const access = openAccess(config);
  const log = createLog({ level: 'error', secrets: [], write: () => undefined });
  const served = await serve({ app, config, access, log, history: null, bus: () => null });
  if (!served.ok) throw new Error(JSON.stringify(served.error));
  const watching = await watch(served.value.url, formatApiKey(access.localKey), viewers);
  const stopTelling = viewers === 0 ? () => undefined : tell(desk);
  try {
    await desk.alerts(2, EVERY_MS);
    const from = app.journal.health().lastSeq;
    await desk.alerts(ALERTS, EVERY_MS);
    const record = [...app.journal.read(from + 1)].filter(isDeskEntry);
    return { took: alertsToOrders(record), bytes: await watching.end() };
  } finally {
    stopTelling();
    await served.value.close();
    await desk.close();
  }
}

async function watch(url: string, key: string, viewers: number) {
  const child = spawn(process.execPath, [WATCH, url, key, String(viewers)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  await once(lines, 'line');
  return {
    async end(): Promise<number> {
      const said = new Promise<string>((resolve) => {
        lines.once('line', resolve);
      });
      child.stdin.end();
      return Number(await said);
    },
  };
}

/** Updates as the page gets them: posts in the local room, which are on no record. */
function tell({ app }: OpenDesk): () => void {
  let n = 0;
  const timer = setInterval(() => {
    n += 1;
    void app.room.post({
      ...{
        key: `bench:${n}`,
        channelId: 'local',
        text: `Update ${n}: working 3 at 0.75`,
        buttons: [],
      },
      ...{ postId: null, inReplyTo: null, under: null, underPostId: null, triedAt: null },
    });
  }, 1_000 / UPDATES_PER_SECOND);
  return () => clearInterval(timer);
}
