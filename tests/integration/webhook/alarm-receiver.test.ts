/** A receiver of alarms over a real socket: what counts as taken, refused and away. */
import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createAlarmReceiver, SIGNATURE_HEADER } from '#adapters/webhook/alarm-receiver.ts';
import { Secret } from '#kernel/secret.ts';

const WORD = 'T0KEN-in-the-path';
let server: Server | null = null;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  server = null;
});

interface Heard {
  readonly body: string;
  readonly signature: string | undefined;
}

async function receiverAnswering(status: number | 'never') {
  const heard: Heard[] = [];
  const made = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => {
      body += piece.toString();
    });
    request.on('end', () => {
      heard.push({ body, signature: request.headers[SIGNATURE_HEADER]?.toString() });
      if (status === 'never') response.destroy();
      else response.writeHead(status, { location: '/elsewhere' }).end('any words');
    });
  });
  server = made;
  await new Promise<void>((resolve) => {
    made.listen(0, '127.0.0.1', resolve);
  });
  const address = made.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { heard, receiver: createAlarmReceiver(new Secret(`http://127.0.0.1:${port}/${WORD}`)) };
}

describe('a receiver of alarms', () => {
  it('is sent the body and its signature', async () => {
    const { heard, receiver } = await receiverAnswering(204);
    expect(await receiver.send('{"id":1}', 'sha256=00')).toEqual({ kind: 'taken' });
    expect(heard).toEqual([{ body: '{"id":1}', signature: 'sha256=00' }]);
  });

  it.each([
    [301, 'refused'],
    [400, 'refused'],
    [404, 'refused'],
    [410, 'refused'],
    [408, 'away'],
    [429, 'away'],
    [500, 'away'],
    [503, 'away'],
  ])('that answers %i is %s', async (status, kind) => {
    const { receiver, heard } = await receiverAnswering(status);
    expect(await receiver.send('{}', null)).toMatchObject({ kind });
    expect(heard).toHaveLength(1);
  });

  it('that hangs up is away, and its address is not told', async () => {
    const { receiver } = await receiverAnswering('never');
    const answer = await receiver.send('{}', null);
    expect(answer.kind).toBe('away');
    expect(JSON.stringify(answer)).not.toContain(WORD);
  });

  it('that nobody runs is away, and its address is not told', async () => {
    const answer = await createAlarmReceiver(new Secret(`http://127.0.0.1:1/${WORD}`)).send(
      '',
      null,
    );
    expect(answer.kind).toBe('away');
    expect(JSON.stringify(answer)).not.toContain(WORD);
  });
});
