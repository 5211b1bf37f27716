import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EpochMs, epochMs, plus } from '#kernel/time.ts';
import {
  type CertificateNeed,
  certificateFault,
  findCertificate,
} from '#operate/certification/certificate.ts';
import { type Certification, type TestResult, VERDICTS } from '#operate/certification/model.ts';
import { countLine, reportDocument, resultLine } from '#operate/certification/report.ts';
import { SCENARIO_IDS, SCENARIOS } from '#operate/certification/scenarios.ts';
import {
  certificationLine,
  keptCertifications,
  readCertifications,
} from '#operate/certification/stored.ts';

const AT = epochMs(Date.UTC(2026, 2, 2, 15));
const DAY_MS = 86_400_000;
const THING = {
  version: '0.1.0',
  build: 'build',
  settings: 'settings',
  environment: 'sandbox',
  host: 'api.cert.tastyworks.com',
  account: '0001',
  accountDigest: 'digest',
};
const NEED: CertificateNeed = {
  environment: 'production',
  version: '0.1.0',
  build: 'build',
  settings: 'settings',
  accountDigest: 'another',
  host: 'api.tastyworks.com',
  now: plus(AT, DAY_MS),
};

function resultOf(scenario: string, over: Partial<TestResult> = {}): TestResult {
  return {
    scenario,
    verdict: 'passed',
    detail: 'as it should',
    steps: ['one'],
    evidence: [],
    startedAt: AT,
    tookMs: 1_234,
    ...over,
  };
}

function certificationOf(over: Partial<Certification> = {}): Certification {
  return {
    name: 'cert-1',
    at: AT,
    thing: THING,
    isDelayed: true,
    isWhole: true,
    results: SCENARIO_IDS.map((id) => resultOf(id)),
    ...over,
  };
}

function withVerdict(id: string, verdict: TestResult['verdict']): Certification {
  const results = SCENARIO_IDS.map((known) =>
    known === id ? resultOf(known, { verdict }) : resultOf(known),
  );
  return certificationOf({ results });
}

describe('the scenarios', () => {
  it('are at least twenty, each with a name of its own and a sentence', () => {
    expect(SCENARIOS.length).toBeGreaterThanOrEqual(20);
    expect(new Set(SCENARIO_IDS).size).toBe(SCENARIO_IDS.length);
    expect(SCENARIOS.filter(({ proves }) => !proves.endsWith('.'))).toEqual([]);
  });

  it('end with the proof that nothing is left', () => {
    expect(SCENARIO_IDS.at(-1)).toBe('nothing_left');
  });
});

describe('a certificate', () => {
  it('serves a desk of its program and settings, of another account with money', () => {
    expect(certificateFault(certificationOf(), NEED)).toBeNull();
  });

  it.each<[string, Partial<CertificateNeed>, Partial<Certification['thing']>]>([
    ['is of version 0.1.0, not 0.2.0', { version: '0.2.0' }, {}],
    ['is of another build', { build: 'other' }, {}],
    ['is of other settings', { settings: 'other' }, {}],
    ['is of environment rehearsal', {}, { environment: 'rehearsal' }],
    ['is of 127.0.0.1:80, not api.cert.tastyworks.com', {}, { host: '127.0.0.1:80' }],
    ['is of environment sandbox', { environment: 'rehearsal' }, {}],
    [
      'is of another account',
      { environment: 'rehearsal', host: '127.0.0.1:80' },
      { environment: 'rehearsal', host: '127.0.0.1:80' },
    ],
    [
      'is of 127.0.0.1:80, not venue.example',
      { environment: 'rehearsal', host: 'venue.example', accountDigest: 'digest' },
      { environment: 'rehearsal', host: '127.0.0.1:80' },
    ],
    ['is older than 30 days', { now: plus(AT, 30 * DAY_MS) }, {}],
    ['is from the future', { now: plus(AT, -1) }, {}],
  ])('that %s serves nothing', (fault, need, thing) => {
    const certification = certificationOf({ thing: { ...THING, ...thing } });
    expect(certificateFault(certification, { ...NEED, ...need })).toBe(fault);
  });

  it('of a rehearsal serves the very account and host it was made with', () => {
    const thing = { ...THING, environment: 'rehearsal', host: '127.0.0.1:80' };
    const made = {
      environment: 'rehearsal',
      accountDigest: 'digest',
      host: '127.0.0.1:80',
    } as const;
    const need = { ...NEED, ...made };
    expect(certificateFault(certificationOf({ thing }), need)).toBeNull();
  });

  it('serves until the last millisecond of its thirty days', () => {
    const need = { ...NEED, now: plus(AT, 30 * DAY_MS - 1) };
    expect(certificateFault(certificationOf(), need)).toBeNull();
  });

  it.each(SCENARIOS)(
    'takes $id: failed it is void, open only where optional',
    ({ id, required }) => {
      expect(certificateFault(withVerdict(id, 'failed'), NEED)).toBe(`has failed ${id}`);
      const open = certificateFault(withVerdict(id, 'not_testable'), NEED);
      expect(open).toBe(required ? `has not shown ${id}` : null);
    },
  );

  it('takes every required scenario to have been tried', () => {
    const results = SCENARIO_IDS.filter((id) => id !== 'edit').map((id) => resultOf(id));
    expect(certificateFault(certificationOf({ results }), NEED)).toBe('has not shown edit');
    expect(certificateFault(certificationOf({ isWhole: false }), NEED)).toBe(
      'is of some scenarios only',
    );
  });

  it('is the newest of those that serve, not the newest there is', () => {
    const older = certificationOf({ name: 'older' });
    const failed = { ...withVerdict('edit', 'failed'), name: 'failed', at: plus(AT, 1_000) };
    expect(findCertificate([older, failed], NEED)).toEqual({
      kind: 'valid',
      name: 'older',
      validUntil: plus(AT, 30 * DAY_MS),
    });
  });

  it('says what is wrong with the newest, and what to do, when none serves', () => {
    const old = certificationOf({ name: 'old', at: plus(AT, -40 * DAY_MS) });
    const failed = { ...withVerdict('edit', 'failed'), name: 'failed' };
    expect(findCertificate([old, failed], NEED)).toEqual({
      kind: 'none',
      reason: 'failed has failed edit: run `strikewire certify` in environment sandbox',
    });
    expect(findCertificate([], { ...NEED, environment: 'rehearsal' })).toEqual({
      kind: 'none',
      reason: 'none is on record: run `strikewire certify` in environment rehearsal',
    });
  });
});

const anyInstant = fc.integer({ min: 0, max: 4e12 }).map((ms): EpochMs => epochMs(ms));
const anyResult = fc.record({
  scenario: fc.string(),
  verdict: fc.constantFrom(...VERDICTS),
  detail: fc.string({ unit: 'grapheme' }),
  steps: fc.array(fc.string(), { maxLength: 3 }),
  evidence: fc.array(fc.string(), { maxLength: 3 }),
  startedAt: anyInstant,
  tookMs: fc.integer({ min: 0, max: 1e6 }),
});
const anyCertification = fc.record({
  name: fc.string(),
  at: anyInstant,
  thing: fc.constant(THING),
  isDelayed: fc.boolean(),
  isWhole: fc.boolean(),
  results: fc.array(anyResult, { maxLength: 3 }),
});

describe('certifications on disk', () => {
  it('are read as they were written, whatever words are in them', () => {
    fc.assert(
      fc.property(fc.array(anyCertification, { maxLength: 3 }), (certifications) => {
        const text = certifications.map(certificationLine).join('');
        expect(readCertifications(text)).toEqual({ certifications, unreadable: 0 });
      }),
    );
  });

  it('allow nothing where a line was torn or changed', () => {
    const line = certificationLine(withVerdict('edit', 'failed'));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: line.length - 2 }), (cut) => {
        expect(readCertifications(line.slice(0, cut)).certifications).toEqual([]);
      }),
    );
    const mended = line.replace('"verdict":"failed"', '"verdict":"passed"');
    expect(readCertifications(mended + line)).toMatchObject({
      certifications: [{ name: 'cert-1' }],
      unreadable: 1,
    });
  });

  it.each(['', '\n\n', 'nonsense\n', '{}\n', '[]\n', 'null\n'])('are none in %j', (text) => {
    expect(readCertifications(text).certifications).toEqual([]);
  });

  it('are kept for thirty days', () => {
    const old = certificationOf({ name: 'old', at: plus(AT, -30 * DAY_MS) });
    expect(keptCertifications([old, certificationOf()], AT).map(({ name }) => name)).toEqual([
      'cert-1',
    ]);
  });
});

describe('the report', () => {
  it('has a line for each scenario, with its time and reason', () => {
    const result = resultOf('edit', { verdict: 'failed', detail: 'both work' });
    expect(resultLine(result)).toBe('FAILED             edit                   1.2 s  both work');
    expect(countLine([result, resultOf('put', { verdict: 'not_testable' })])).toBe(
      '0 passed, 1 failed, 1 not testable here',
    );
  });

  it('says until when it serves, or that it serves nothing', () => {
    expect(reportDocument(certificationOf())).toContain(
      '| serves until | 2026-04-01T15:00:00.000Z',
    );
    expect(reportDocument(withVerdict('edit', 'failed'))).toContain('serves nothing');
  });

  it('lets the words of a venue neither break its table nor write its markup', () => {
    const detail = 'a | b\n# title <script> `code`';
    const results = [resultOf('edit', { detail, steps: [detail], evidence: [detail] })];
    const text = reportDocument(certificationOf({ results }));
    expect(text).toContain('| edit | passed | 1.2 s | a \\| b # title \\<script\\> \\`code\\` |');
    expect(text.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(1);
  });
});
