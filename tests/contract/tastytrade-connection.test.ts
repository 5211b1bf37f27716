/** What our own connections say of a host that cannot be spoken to. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { exchange } from '#adapters/tastytrade/http/exchange.ts';
import { createVenueFetch } from '#adapters/tastytrade/http/venue-fetch.ts';
import { createSystemClock } from '#kernel/time.ts';

interface Host {
  readonly port: number;
  readonly connections: () => number;
  readonly received: () => string;
}

/** A host that does `act` with every connection. */
async function withHost(
  act: (socket: Socket) => void,
  test: (host: Host) => Promise<void>,
): Promise<void> {
  const sockets: Socket[] = [];
  let received = '';
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
    });
    act(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const address = server.address();
    const port = isAddress(address) ? address.port : 0;
    await test({ port, connections: () => sockets.length, received: () => received });
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

function isAddress(
  address: ReturnType<ReturnType<typeof createServer>['address']>,
): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

async function post(url: string) {
  const venue = createVenueFetch({ connectWithinMs: 200, connectionsMax: 2 });
  try {
    const headers = { 'content-type': 'application/json' };
    const call = { url, method: 'POST', headers, body: '{"a":1}', withinMs: 5_000 };
    return await exchange(venue.fetch, createSystemClock(), call);
  } finally {
    await venue.close();
  }
}

describe('an order', () => {
  it('was not sent to a host that takes the connection and never agrees on TLS', () =>
    withHost(
      () => undefined,
      async ({ port, connections }) => {
        expect(await post(`https://127.0.0.1:${port}/orders`)).toEqual({
          kind: 'not_sent',
          detail: 'no connection came about in time (UND_ERR_CONNECT_TIMEOUT)',
        });
        expect(connections()).toBe(1);
      },
    ));

  it('was not sent to a port nobody listens on', async () => {
    const free = Promise.withResolvers<number>();
    await withHost(
      () => undefined,
      async ({ port }) => free.resolve(port),
    );
    expect(await post(`http://127.0.0.1:${await free.promise}/orders`)).toEqual({
      kind: 'not_sent',
      detail: 'nobody listens there (ECONNREFUSED)',
    });
  });

  it('may have arrived at a host that hangs up, and went there once', () =>
    withHost(
      (socket) => socket.once('data', () => socket.destroy()),
      async ({ port, connections, received }) => {
        expect(await post(`http://127.0.0.1:${port}/orders`)).toMatchObject({ kind: 'lost' });
        expect(connections()).toBe(1);
        expect(received().match(/POST \/orders/g)).toHaveLength(1);
      },
    ));

  it('is not carried on to where it is redirected', () =>
    withHost(
      (socket) =>
        socket.once('data', () =>
          socket.end(
            'HTTP/1.1 307 Temporary Redirect\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n',
          ),
        ),
      async ({ port, received }) => {
        expect(await post(`http://127.0.0.1:${port}/orders`)).toMatchObject({
          kind: 'reply',
          status: 307,
        });
        expect(received()).not.toContain('/elsewhere');
      },
    ));
});
