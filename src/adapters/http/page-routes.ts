/** The page's files as routes: each its own, so that no path can lead elsewhere. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type PageFile, readPageFiles } from './page-files.ts';
import type { DeclaredRoute } from './routes.ts';

/** Names with a digest in them never hold anything else. */
const LASTING = /^\/assets\/.+-[\w-]{8,}\.\w+$/;

/** `opened`: somebody opens the page itself. */
export function addPage(
  app: FastifyInstance,
  directory: string,
  opened: (request: FastifyRequest, reply: FastifyReply) => void,
): readonly DeclaredRoute[] {
  return readPageFiles(directory).map((file) => {
    app.get(file.path, async (request, reply) => {
      if (file.path === '/') opened(request, reply);
      return sendPageFile(file, request, reply);
    });
    return { method: 'GET', path: file.path, access: 'public' };
  });
}

function sendPageFile(
  { path, type, etag, body, brotli }: PageFile,
  { headers }: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const lasting = LASTING.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
  reply.header('etag', etag).header('cache-control', lasting).header('vary', 'accept-encoding');
  if (headers['if-none-match'] === etag) return reply.code(304).send();
  const takesBrotli = /\bbr\b/.test(headers['accept-encoding'] ?? '');
  if (brotli === null || !takesBrotli) return reply.type(type).send(body);
  return reply.type(type).header('content-encoding', 'br').send(brotli);
}
