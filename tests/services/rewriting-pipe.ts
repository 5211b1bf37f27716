/**
 * A real server that says something else in one place: what it answers passes, with one text in
 * place of another of the same length. So it can be as old as a test needs it.
 */
import { connect, createServer, type Socket } from 'node:net';

export interface RewritingPipe {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

interface Place {
  readonly host: string;
  readonly port: number;
}

export async function openRewritingPipe(
  server: Place,
  { said, instead }: { readonly said: string; readonly instead: string },
): Promise<RewritingPipe> {
  if (said.length !== instead.length) throw new Error('answers say how long they are');
  const sockets = new Set<Socket>();
  const pipe = createServer((client) => {
    const upstream = connect(server);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    client.on('close', () => upstream.destroy()).pipe(upstream);
    upstream.on('close', () => client.destroy());
    upstream.on('data', (bytes) => {
      client.write(Buffer.from(bytes.toString('latin1').replaceAll(said, instead), 'latin1'));
    });
  });
  await new Promise<void>((resolve) => {
    pipe.listen(0, '127.0.0.1', resolve);
  });
  const address = pipe.address();
  if (typeof address !== 'object' || address === null) throw new Error('a TCP server has a port');
  return {
    ...{ host: '127.0.0.1', port: address.port },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        pipe.close(resolve);
      });
    },
  };
}
