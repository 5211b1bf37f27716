/** `strikewire certify` at the stand-in, over real sockets and a real disk. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCertificateLookup } from '#app/certify/certificate-of.ts';
import { storedCertifications } from '#app/certify/certification-file.ts';
import { runCertify } from '#app/cli/certify.ts';
import type { Io } from '#app/cli/io.ts';
import { type Config, loadConfig } from '#app/config.ts';
import { type Clock, createSystemClock } from '#kernel/time.ts';
import type { Certification } from '#operate/certification/model.ts';
import { PLAIN } from '#operate/terminal-text.ts';
import type { StandInOptions } from '../../stand-ins/tastytrade/options.ts';
import {
  openTastytradeStandIn,
  type TastytradeStandIn,
} from '../../stand-ins/tastytrade/stand-in.ts';

interface Rehearsal {
  readonly standIn: TastytradeStandIn;
  readonly config: Config;
  readonly output: () => string;
  /** Certifies through the command; what it stored, and how it ended. */
  readonly certify: (
    only?: string,
  ) => Promise<{ readonly exit: string; readonly certification: Certification }>;
}

async function rehearse(
  options: StandInOptions,
  test: (rehearsal: Rehearsal) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'certify-'));
  const standIn = await openTastytradeStandIn({
    ...{ session: 'always-open', market: 'walk' },
    ...options,
  });
  const config = configOf(standIn, directory);
  let output = '';
  const io: Io = {
    print: async (text) => void (output += text),
    note: (text) => void (output += text),
    input: (async function* () {})(),
    ...{ isTerminal: false, palette: PLAIN, columns: 120 },
    onInterrupt: () => () => undefined,
    detach: () => undefined,
  };
  try {
    await test({
      ...{ standIn, config, output: () => output },
      async certify(only) {
        const exit = await runCertify(config, { json: false, only }, io, createHurriedClock());
        const certification = storedCertifications(config.data.directory).certifications.at(-1);
        if (certification === undefined) throw new Error('expected one to be stored');
        return { exit, certification };
      },
    });
  } finally {
    await standIn.close();
    await rm(directory, { recursive: true });
  }
}

const HURRY = 4;
/** Of what is waited out to look again; what is longer is a limit. */
const PAUSE_MS_MAX = 1_000;

/** Pauses take a quarter of their time. Limits keep theirs: a busy machine is no slow venue. */
function createHurriedClock(): Clock {
  const clock = createSystemClock();
  return {
    now: () => clock.now(),
    mono: () => clock.mono(),
    after(delayMs, action) {
      return clock.after(delayMs > PAUSE_MS_MAX ? delayMs : delayMs / HURRY, action);
    },
  };
}

function configOf(standIn: TastytradeStandIn, directory: string): Config {
  const { apiUrl, streamerUrl, credentials, accounts } = standIn;
  const config = loadConfig({
    directory,
    environment: {
      STRIKEWIRE_ENVIRONMENT: 'rehearsal',
      STRIKEWIRE_TASTYTRADE_API_URL: apiUrl,
      STRIKEWIRE_TASTYTRADE_STREAMER_URL: streamerUrl,
      STRIKEWIRE_TASTYTRADE_CLIENT_SECRET: credentials.clientSecret,
      STRIKEWIRE_TASTYTRADE_REFRESH_TOKEN: credentials.refreshToken,
      STRIKEWIRE_TASTYTRADE_ACCOUNT: accounts[0],
    },
  });
  if (!config.ok) throw new Error(JSON.stringify(config.error));
  return config.value;
}

function verdictsOf({ results }: Certification, verdict: string): readonly string[] {
  return results
    .filter((result) => result.verdict === verdict)
    .map(({ scenario, detail }) => `${scenario}: ${detail}`);
}

const PARTIAL = { fills: { kind: 'partial', quantity: 2, thenAfterMs: null } } as const;
const ORDER_POST = { method: 'POST', path: /\/orders$/ } as const;

function leftAt({ ledger }: TastytradeStandIn): readonly unknown[] {
  const open = ledger.orders().filter(({ isTerminal }) => !isTerminal);
  const held = [...ledger.positions()].filter(([, net]) => net !== 0);
  return [...open, ...held];
}

describe('a certification at the stand-in', () => {
  it('is a certificate, and lets this build and configuration be armed', () =>
    rehearse({}, async ({ standIn, config, certify, output }) => {
      const lookup = createCertificateLookup(config, () => createSystemClock().now());
      expect(lookup()).toMatchObject({ kind: 'none' });
      const { exit, certification } = await certify();
      expect(verdictsOf(certification, 'failed')).toEqual([]);
      expect(exit).toBe('done');
      expect(output()).toContain(`${certification.name} is a certificate until`);
      expect(lookup()).toMatchObject({ kind: 'valid', name: certification.name });
      const changed = { ...config, dryRun: true };
      const other = createCertificateLookup(changed, () => createSystemClock().now());
      expect(JSON.stringify(other())).toContain('is of other settings');
      const tastytrade = { ...config.tastytrade, apiUrl: 'http://127.0.0.1:9' };
      const moved = { ...config, tastytrade };
      const elsewhere = createCertificateLookup(moved, () => createSystemClock().now());
      expect(JSON.stringify(elsewhere())).toContain(', not 127.0.0.1:9');
      expect(leftAt(standIn)).toEqual([]);
    }));

  it('writes a report, and no secret anywhere', () =>
    rehearse({}, async ({ standIn, config, certify, output }) => {
      const { certification } = await certify('token,token_refused,quote_token,cancel');
      const { directory } = config.data;
      const reports = await readdir(join(directory, 'certifications'));
      expect(reports).toEqual([`${certification.name}.md`]);
      const report = await readFile(join(directory, 'certifications', reports[0] ?? ''), 'utf8');
      const stored = await readFile(join(directory, 'certifications.jsonl'), 'utf8');
      const { clientSecret, refreshToken } = standIn.credentials;
      for (const text of [report, stored, output()]) {
        expect(text).not.toContain(clientSecret);
        expect(text).not.toContain(refreshToken);
        expect(text).not.toContain(standIn.accounts[0]);
      }
    }));

  it("tells a sandbox's oddities from failures", () =>
    rehearse({ environment: 'sandbox' }, async ({ certify }) => {
      const { certification } = await certify('quote_token,snapshot,quote_equity');
      expect(verdictsOf(certification, 'failed')).toEqual([]);
      expect(certification.isDelayed).toBe(true);
      const open = verdictsOf(certification, 'not_testable').map((line) => line.split(':')[0]);
      expect(open).toContain('snapshot');
    }));

  it('sees partial fills where the venue makes them', () =>
    rehearse({}, async ({ standIn, certify }) => {
      standIn.behave({ side: 'buy', course: PARTIAL });
      const { certification } = await certify('partial_fill');
      expect(verdictsOf(certification, 'passed')[0]).toContain('2 of 5 filled');
      expect(leftAt(standIn)).toEqual([]);
    }));

  it('finds an account stream that tells of nothing', () =>
    rehearse({}, async ({ standIn, certify }) => {
      standIn.streamer.disturb({ kind: 'drop', type: 'Order' });
      const { exit, certification } = await certify('cancel,stream_complete');
      expect(exit).toBe('refused');
      expect(verdictsOf(certification, 'failed')[0]).toContain('stream_complete: expected news of');
    }));

  it('leaves nothing behind at a venue that loses answers', () =>
    rehearse({}, async ({ standIn, certify }) => {
      standIn.faults.add({ ...ORDER_POST, nth: [1, 3], when: 'after', fault: { kind: 'drop' } });
      await certify('limit_live,limit_found,edit');
      expect(leftAt(standIn)).toEqual([]);
    }));
});
