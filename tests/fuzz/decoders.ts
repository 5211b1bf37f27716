/** Every decoder of bytes from outside: samples it takes, and what it promises of any. */
import { parseContractName, parseIndexBars, parseQuoteBars } from '#adapters/recorded/lean-bars.ts';
import { decodeCanonical, encodeCanonical } from '#events/codec.ts';
import { decodePayload } from '#journal/chain.ts';
import { readCheckpoints } from '#journal/checkpoints.ts';
import { frameAt, hasFrameAfter } from '#journal/frame.ts';
import { verifyJournal } from '#journal/verify.ts';
import { parseIsoDate } from '#kernel/calendar.ts';
import { formatDecimal, parseDecimal } from '#kernel/decimal.ts';
import { parsePercent } from '#kernel/percent.ts';
import { parseInstant } from '#kernel/time.ts';
import {
  formatFuture,
  formatFutureOption,
  parseFuture,
  parseFutureOption,
  parseStreamerFuture,
} from '#market/future-symbols.ts';
import { readMarketTime } from '#market/market-time.ts';
import { formatDotted, formatOcc, parseDotted, parseOcc } from '#market/symbols.ts';
import { ALERT_ROUTES } from '#operate/api/alerts.ts';
import { AUDIT_ROUTES } from '#operate/api/audit.ts';
import { check } from '#operate/api/bind.ts';
import { DESK_ROUTES } from '#operate/api/desk.ts';
import { RISK_ROUTES } from '#operate/api/risk.ts';
import { formatApiKey, parseApiKey } from '#operate/keys.ts';
import { bearer, serve } from '../integration/http/fake-desk.ts';
import { diskWith, opened } from '../unit/journal/journals.ts';
import { MemoryDisk } from '../unit/journal/memory-disk.ts';

export interface Decoder {
  readonly name: string;
  readonly samples: readonly Uint8Array[];
  /** 50 when absent; for the largest input there is. */
  readonly budgetMs?: number;
  /** Throws what breaks a promise: a throw of its own, or an answer that is none. */
  readonly decode: (bytes: Uint8Array) => unknown;
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
export const bytesOf = (...samples: readonly string[]): readonly Uint8Array[] =>
  samples.map((sample) => Buffer.from(sample));

function ofText(
  name: string,
  samples: readonly string[],
  decode: (sent: string) => unknown,
): Decoder {
  return { name, samples: bytesOf(...samples), decode: (bytes) => decode(text(bytes)) };
}

export function promise(holds: boolean, what: string): void {
  if (!holds) throw new Error(`a broken promise: ${what}`);
}

/** What reads is written back as something that reads the same. */
function roundTrip<T>(parse: (sent: string) => T | null, write: (value: T) => string | null) {
  return (sent: string): void => {
    const value = parse(sent);
    if (value === null) return;
    const written = write(value);
    if (written === null) return;
    const again = JSON.stringify(parse(written), plain);
    promise(again === JSON.stringify(value, plain), `${sent} reads otherwise once written`);
  };
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };
const valueOf = <T>(result: Outcome<T>): T | null => (result.ok ? result.value : null);

const VALUES: readonly Decoder[] = [
  ofText(
    'decimal',
    ['0.75', '1234.567891234', '-3'],
    roundTrip((sent) => valueOf(parseDecimal(sent)), formatDecimal),
  ),
  ofText('percent', ['2%', '0.10%', '100 %'], parsePercent),
  ofText('date', ['2026-12-04', '2024-02-29'], parseIsoDate),
  ofText('instant', ['2026-12-04T10:00:00.000Z', '2026-12-04T10:00Z'], parseInstant),
  ofText('market time', ['2026-12-04', '2026-12-04T10:00:00Z'], (sent) =>
    readMarketTime(sent, '09:30'),
  ),
  ofText(
    'OCC symbol',
    ['UBER  261204P00078000', 'SPXW  261204C06000000', 'BRKB  270115C00500500'],
    roundTrip(
      (sent) => valueOf(parseOcc(sent)),
      (parts) => valueOf(formatOcc(parts)),
    ),
  ),
  ofText(
    'dotted symbol',
    ['.UBER261204P78', '.SPXW261204C6000', '.BRKB270115C500.5'],
    roundTrip(
      (sent) => valueOf(parseDotted(sent)),
      (parts) => valueOf(formatDotted(parts)),
    ),
  ),
  ofText('future', ['/ESZ6', '/MESH27', '/CLF7'], (sent) => {
    const near = parseIsoDate('2026-11-19');
    const parts = near === null ? null : valueOf(parseFuture(sent, near));
    return parts === null ? null : formatFuture(parts);
  }),
  ofText('streamer future', ['/ESZ26:XCME', '/CLF27:XNYM'], parseStreamerFuture),
  ofText(
    'future option',
    ['./ESZ6 EW1Z6 261204C6000', './CLF7 LOF7  261116P70'],
    roundTrip((sent) => valueOf(parseFutureOption(sent)), formatFutureOption),
  ),
  ofText(
    'API key',
    [`ak_${'a'.repeat(8)}_${'B'.repeat(43)}`, `ak_0123abcd_${'x-_9'.repeat(11).slice(0, 43)}`],
    roundTrip(parseApiKey, formatApiKey),
  ),
];

const JOURNAL: readonly Decoder[] = [
  ofText(
    'canonical JSON',
    ['{"a":[1,"x",null,true],"price":"0.75"}', '{"limit":"1.00","n":{"deep":{"er":[]}}}'],
    (sent) => {
      const found = decodeCanonical(sent);
      if (found.ok) encodeCanonical(found.value);
    },
  ),
  ofText(
    'journal payload',
    [
      '{"actor":"engine","body":{},"kind":"x","mono":1,"prev":"00","run":"r","seq":1,"v":1,"wall":1}',
    ],
    decodePayload,
  ),
  // Ten thousand lines that are none take their time, each the same.
  {
    ...ofText(
      'checkpoints',
      [
        `{"hash":"${'0'.repeat(64)}","seq":10,"wall":1700000000000}\n{"hash":"ab","seq":20,"wall":1}`,
      ],
      (sent) => readCheckpoints(sent.split('\n')),
    ),
    budgetMs: 500,
  },
  {
    name: 'journal frames',
    samples: [await journalBytes()],
    decode(bytes) {
      for (let at = 0; at <= Math.min(bytes.length, 600); at += 1) frameAt(bytes, at);
      hasFrameAfter(bytes, 0);
    },
  },
  {
    name: 'journal segment',
    samples: [await journalBytes()],
    async decode(bytes) {
      const disk = new MemoryDisk();
      disk.files.set('000001.log', { bytes: bytes.slice(), synced: bytes.length });
      const { damage } = await opened({ disk });
      const left = disk.read('000001.log', 0);
      const aside = disk.copies[0]?.bytes ?? new Uint8Array();
      promise(Buffer.concat([left, aside]).equals(bytes), 'no byte of a journal is lost');
      const verified = await verifyJournal(disk);
      const isFound = verified.ok && !verified.value.ok;
      promise(damage === null || isFound, 'a check finds what the opening found');
    },
  },
];

async function journalBytes(): Promise<Uint8Array> {
  return (await diskWith(6)).read('000001.log', 0);
}

const ALERT = JSON.stringify({
  text: 'BTO UBER 78p 12/05 @ 0.75',
  user_id: 'operator',
  channel_id: 'desk',
});
/** What was sent in a body, against what a route declares: taken or a problem, and no throw. */
function bodyOf(endpoint: Parameters<typeof check>[0]) {
  return (sent: string): void =>
    refusable(
      () => check(endpoint, { params: {}, query: {}, body: JSON.parse(sent) }),
      [SyntaxError],
    );
}

const HTTP: readonly Decoder[] = [
  ofText('HTTP body', [ALERT], bodyOf(ALERT_ROUTES.process)),
  ofText('HTTP kill state', ['{"to":"HALT","reason":"test"}'], bodyOf(RISK_ROUTES.setKillState)),
  ofText('HTTP query', ['limit=50&after=12', 'limit=50&before=12&kind=order.seen'], (sent) => {
    const query = Object.fromEntries(new URLSearchParams(sent));
    for (const endpoint of [AUDIT_ROUTES.recent, AUDIT_ROUTES.search, DESK_ROUTES.events]) {
      check(endpoint, { params: {}, query, body: undefined });
    }
  }),
];

/** Whole requests to the server as it runs: answered, and never with a fault of its own. */
const { server } = serve();
const REQUESTS: readonly Decoder[] = [
  ofText('HTTP request body', [ALERT], async (sent) => {
    const headers = { ...bearer('admin'), 'content-type': 'application/json' };
    const request = {
      method: 'POST',
      url: '/admin/alerts/process',
      headers,
      payload: sent,
    } as const;
    promiseAnswer(await server.app.inject(request));
  }),
  ofText(
    'HTTP request line',
    ['/admin/audit/recent?limit=5', '/api/v1/trades/t_abcdefghijklmnop', '/healthz'],
    async (sent) => {
      const url = `/${encodeURI(sent.toWellFormed()).replace(/^\/+/, '')}`;
      promiseAnswer(await server.app.inject({ method: 'GET', url, headers: bearer('admin') }));
    },
  ),
];

function promiseAnswer({ statusCode, body }: { statusCode: number; body: string }): void {
  promise(statusCode < 500, `the server answers ${statusCode}: ${body.slice(0, 200)}`);
}

type Kind = new (...args: never[]) => Error;

/** It may refuse, in the ways it says it does, and in no other. */
export function refusable(decode: () => unknown, kinds: readonly Kind[]): void {
  try {
    decode();
  } catch (error) {
    if (!kinds.some((kind) => error instanceof kind)) throw error;
  }
}

const RECORDED: readonly Decoder[] = [
  ofText(
    'recorded contract name',
    ['20210104_spxw_minute_quote_european_call_37000000_20210104.csv'],
    parseContractName,
  ),
  ofText(
    'recorded bars',
    ['34200000,1000,1100,900,1000,5,1200,1300,1100,1200,7\n34260000,,,,,,1200,1300,1100,1200,7\n'],
    (sent) => [parseQuoteBars(sent), parseIndexBars(sent)],
  ),
];

export const DECODERS: readonly Decoder[] = [
  ...VALUES,
  ...JOURNAL,
  ...HTTP,
  ...REQUESTS,
  ...RECORDED,
];
