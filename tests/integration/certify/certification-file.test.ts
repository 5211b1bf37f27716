import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createCertificateLookup } from '#app/certify/certificate-of.ts';
import { storeCertification, storedCertifications } from '#app/certify/certification-file.ts';
import { newestCertification } from '#app/certify/newest-certification.ts';
import { loadConfig } from '#app/config.ts';
import { epochMs, plus } from '#kernel/time.ts';
import type { Certification } from '#operate/certification/model.ts';

const AT = epochMs(Date.UTC(2026, 2, 2, 15));
const DAY_MS = 86_400_000;
const directory = mkdtempSync(join(tmpdir(), 'certifications-'));

afterAll(() => rmSync(directory, { recursive: true }));

function certificationOf(name: string, at: typeof AT): Certification {
  return {
    ...{ name, at, isDelayed: false, isWhole: true, results: [] },
    thing: {
      version: '0.1.0',
      build: 'b',
      settings: 's',
      environment: 'sandbox',
      host: 'api.cert.tastyworks.com',
      account: '0001',
      accountDigest: 'd',
    },
  };
}

function productionIn(data: string) {
  const config = loadConfig({
    directory,
    environment: {
      STRIKEWIRE_ENVIRONMENT: 'production',
      STRIKEWIRE_DATA_DIRECTORY: data,
      STRIKEWIRE_TASTYTRADE_PRODUCTION_CLIENT_SECRET: 'a-client-secret',
      STRIKEWIRE_TASTYTRADE_PRODUCTION_REFRESH_TOKEN: 'a-refresh-token',
      STRIKEWIRE_TASTYTRADE_ACCOUNT: '5WT00001',
    },
  });
  if (!config.ok) throw new Error(JSON.stringify(config.error));
  return config.value;
}

describe('certifications', () => {
  it('are told by the newest of all directories, with what it showed and whether it serves', async () => {
    const [one, other] = [join(directory, 'one'), join(directory, 'other')];
    expect(newestCertification([one, other])).toEqual([]);
    const took = { tookMs: 10, startedAt: AT, steps: [], evidence: [] };
    const results = [
      { scenario: 'token', verdict: 'passed', detail: 'had', ...took },
      { scenario: 'fill', verdict: 'failed', detail: 'no fill', ...took },
    ] as const;
    const newest = { ...certificationOf('newest', plus(AT, 1_000)), results };
    await storeCertification(one, newest, AT);
    await storeCertification(other, certificationOf('older', AT), AT);
    const [line, ...more] = newestCertification([other, one]);
    expect(line).toContain('newest, 2026-03-02');
    expect(line).toContain('sandbox at api.cert.tastyworks.com: 1 passed, 1 failed');
    expect(line).toContain('It is no certificate: it has failed fill.');
    expect(more).toEqual([]);
  });

  it('are kept for thirty days, whatever a crash left at the end of the file', async () => {
    expect(storedCertifications(directory).certifications).toEqual([]);
    const old = certificationOf('old', plus(AT, -30 * DAY_MS));
    const first = certificationOf('first', AT);
    const second = certificationOf('second', plus(AT, 1_000));
    await storeCertification(directory, old, old.at);
    const report = await storeCertification(directory, first, AT);
    appendFileSync(join(directory, 'certifications.jsonl'), '{"certification":{"name":"torn');
    expect(storedCertifications(directory).certifications).toEqual([first]);
    await storeCertification(directory, second, second.at);
    expect(storedCertifications(directory).certifications).toEqual([first, second]);
    expect(report).toBe(join(directory, 'certifications', 'first.md'));
    expect(readdirSync(join(directory, 'certifications'))).toContain('second.md');
    expect(statSync(join(directory, 'certifications.jsonl')).mode & 0o777).toBe(0o600);
  });
});

describe('certifications that cannot be read', () => {
  it('are no certificate, with the reason, until they can be', () => {
    const own = join(directory, 'unreadable');
    const path = join(own, 'certifications.jsonl');
    mkdirSync(path, { recursive: true });
    const certificate = createCertificateLookup(productionIn(own), () => AT);
    const reason = `${path} cannot be read (EISDIR)`;
    expect(certificate()).toEqual({ kind: 'none', reason });
    expect(certificate()).toEqual({ kind: 'none', reason });
    rmSync(path, { recursive: true });
    const nothing = 'none is on record: run `strikewire certify` in environment sandbox';
    expect(certificate()).toEqual({ kind: 'none', reason: nothing });
  });

  it('leave out nothing but themselves where they are listed', () => {
    const own = join(directory, 'listed');
    const path = join(own, 'certifications.jsonl');
    mkdirSync(path, { recursive: true });
    const fault = `${path} cannot be read (EISDIR)`;
    expect(storedCertifications(own)).toEqual({ certifications: [], fault });
  });
});
