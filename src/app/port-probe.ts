/** Whether a port could be listened on right now. */
import { createServer } from 'node:net';
import { errorCode } from './config.ts';

/** The system's word against it (`EADDRINUSE`), or `null`. */
export async function probePort(host: string, port: number): Promise<string | null> {
  const server = createServer();
  const fault = await new Promise<string | null>((resolve) => {
    server.once('error', (error) => resolve(errorCode(error)));
    server.listen(port, host, () => resolve(null));
  });
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return fault;
}
