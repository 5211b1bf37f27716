/** The judges of the runs outside: that they see what they are there to see. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sealFrame } from '#journal/frame.ts';
import { LEFT_OUT } from './left-out.ts';
import { isMeant } from './process/intents.ts';
import { readTrace } from './process/trace.ts';

const POST =
  '9 writev(25<socket:[7]>, [{iov_base="POST /accounts/5WT1/orders HTTP/1.1\\r\\nhost: x\\r\\n", iov_len=45}, {iov_base="{\\"external-identifier\\":\\"c1\\"}", iov_len=29}], 2) = 74';
const BEGINNING = 40;
const SYNC = '9 fdatasync(20</d/journal/000001.log>) = 0';

/** As the kernel is asked to write the intent `c1`. */
function writeLine(): string {
  const payload = JSON.stringify({
    kind: 'order.intended',
    body: { intent: { op: 'submit', cid: 'c1' } },
  });
  const bytes = Buffer.alloc(8 + payload.length);
  bytes.write(payload, 8);
  sealFrame(bytes, 0, payload.length);
  const shown = [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  return `9 write(20</d/journal/000001.log>, "${shown}", ${bytes.length}) = ${bytes.length}`;
}

function isInOrder(...lines: readonly string[]): boolean {
  const { intents, sends } = readTrace(lines.join('\n'));
  expect(sends).toMatchObject([{ method: 'POST', cid: 'c1' }]);
  return sends.every((send) =>
    isMeant(
      send,
      intents.filter(({ durableAt }) => durableAt < send.at),
    ),
  );
}

describe('a trace', () => {
  it('of an intent that was synced before its request left is in order', () => {
    expect(isInOrder(writeLine(), SYNC, POST)).toBe(true);
  });

  it.each<[string, readonly string[]]>([
    ['never synced', [writeLine(), POST]],
    ['synced after', [writeLine(), POST, SYNC]],
    ['synced before it was written', [SYNC, writeLine(), POST]],
    ['written to another file', [writeLine().replace('/journal/', '/log/'), SYNC, POST]],
    ['not there', [SYNC, POST]],
    [
      'in a sync that has begun and not returned',
      [
        writeLine(),
        '8 fdatasync(20</d/journal/000001.log> <unfinished ...>',
        POST,
        '8 <... fdatasync resumed>) = 0',
      ],
    ],
  ])('of an intent that was %s is not', (_, lines) => {
    expect(isInOrder(...lines)).toBe(false);
  });
});

it('what is left out of the second pass is a short list of tests that there are', () => {
  expect(LEFT_OUT.length).toBeLessThan(10);
  const missing = LEFT_OUT.filter(({ file, test }) => {
    const path = fileURLToPath(new URL(`../desk/${file}.test.ts`, import.meta.url));
    const text = readFileSync(path, 'utf8');
    // The end of a name may come from the row of a table.
    return !text.includes(test.slice(0, BEGINNING));
  });
  expect(missing).toEqual([]);
});
