import { describe, expect, it } from 'vitest';
import { createLog, createScrubber } from '#app/logging.ts';
import { Secret } from '#kernel/secret.ts';

const VALUE = 'ak_aaaaaaaaaaaa_hunter2/with+odd=characters';
const SECRET = new Secret(VALUE);

function logged(write: (log: ReturnType<typeof createLog>) => void): string[] {
  const lines: string[] = [];
  write(createLog({ level: 'debug', secrets: [SECRET], write: (line) => lines.push(line) }));
  return lines;
}

describe('a log line', () => {
  it('is one line of JSON with its level, its time and its ids', () => {
    const [line = ''] = logged((log) =>
      log.info({ message: 'local:a:1', trade: 't_a', seq: 7 }, 'order.intended'),
    );
    expect(line.endsWith('\n')).toBe(true);
    expect(JSON.parse(line)).toMatchObject({
      level: 'info',
      message: 'local:a:1',
      trade: 't_a',
      seq: 7,
      text: 'order.intended',
    });
  });

  it.each([
    VALUE,
    `https://x/?k=${encodeURIComponent(VALUE)}`,
    `Basic ${Buffer.from(VALUE).toString('base64')}`,
    Buffer.from(VALUE).toString('base64url'),
    Buffer.from(VALUE).toString('hex'),
  ])('never holds a loaded secret, however it is written: %s', (text) => {
    const lines = logged((log) => {
      log.warn({ url: text }, text);
      log.error({ error: new Error(`failed with ${text}`) }, 'failed');
    });
    expect(lines.join('')).not.toMatch(/hunter2|aHVudGVyMg|68756e74657232/);
    expect(lines.join('')).toContain('[redacted]');
  });

  it('hides fields named like secrets at any depth, whatever they hold', () => {
    const [line = ''] = logged((log) =>
      log.info({
        request: { headers: { Authorization: 'Bearer x1', cookie: 'y2' } },
        apiKey: 'z3',
      }),
    );
    expect(line).not.toMatch(/x1|y2|z3/);
  });

  it('cannot be broken or steered by what a stranger wrote', () => {
    const nasty = 'a\n{"level":"error"}\u001b[31m\u009b2J\u202e\u2028\u0000';
    const lines = logged((log) => log.info({ said: nasty }, nasty));
    expect(lines).toHaveLength(1);
    // eslint-disable-next-line no-control-regex
    expect(lines[0]?.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ said: nasty });
  });

  it('writes exact amounts, and does not fall over a circle', () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const lines = logged((log) => log.info({ amount: 5n, circle }, 'x'));
    expect(lines[0]).toContain('"amount":"5"');
  });
});

it('leaves a line without secrets as it is', () => {
  expect(createScrubber([SECRET])('{"a":1}\n')).toBe('{"a":1}\n');
});
