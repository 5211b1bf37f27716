/** Talks to the running desk of a data directory, for the commands on the same machine. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Secret } from '#kernel/secret.ts';
import { readDeskFile } from '../desk-file.ts';
import { CommandFailed } from './io.ts';

export interface DeskClient {
  readonly url: string;
  /** The answer's JSON. A refusal of the desk ends the command with its words. */
  call(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<unknown>;
  /** Server-sent events, until the signal. */
  events(signal: AbortSignal): AsyncIterable<DeskEvent>;
}

export interface DeskEvent {
  readonly name: string;
  readonly data: unknown;
}

const CALL_MS = 15_000;
const PROBE_MS = 1_000;
const Refusal = z.object({ detail: z.string(), title: z.string() });
const UNSAID = { title: 'The desk refused', detail: 'it did not say why' };

/**
 * The desk that runs on a data directory; ends the command when there is none. `key` is an admin's,
 * for what the operator at this machine may not do; without one the desk's own key of this run is
 * used.
 */
export function connectDesk(directory: string, adminKey: Secret | null = null): DeskClient {
  const found = readDeskFile(directory);
  if (found.kind === 'unreadable') throw new CommandFailed('refused', `${found.detail}.`);
  if (found.kind === 'none') throw new CommandFailed('refused', noDesk(directory));
  const { url, key } = found.desk;
  const headers = { authorization: `Bearer ${adminKey?.reveal() ?? key}` };

  async function send(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(`${url}${path}`, init);
    } catch (error) {
      if (error instanceof Error && error.name === 'AbortError') throw error;
      const words = `No desk answers at ${url}: it has stopped, or is starting.`;
      throw new CommandFailed('refused', `${words}\n${noDesk(directory)}`);
    }
  }

  return {
    url,
    async call(method, path, body) {
      const response = await send(path, {
        method,
        signal: AbortSignal.timeout(CALL_MS),
        headers: {
          ...headers,
          // Each call is an act of its own: none of them is tried again.
          ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer = await jsonOf(response);
      if (answer === undefined) {
        const words = `What answers at ${url} is no desk: the one of ${directory} has stopped.`;
        throw new CommandFailed('refused', `${words}\n${noDesk(directory)}`);
      }
      if (response.ok) return answer;
      const refusal = Refusal.safeParse(answer);
      const { title, detail } = refusal.success ? refusal.data : UNSAID;
      throw new CommandFailed('refused', `${title}: ${detail}`);
    },
    async *events(signal) {
      const response = await send('/api/v1/events', { headers, signal });
      if (!response.ok || response.body === null) return;
      yield* readEvents(response.body);
    },
  };
}

/** Whether the desk of a data directory runs and answers. */
export async function isDeskThere(directory: string): Promise<boolean> {
  const found = readDeskFile(directory);
  if (found.kind !== 'found') return false;
  try {
    const signal = AbortSignal.timeout(PROBE_MS);
    return (await fetch(`${found.desk.url}/healthz`, { signal })).ok;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

/** `undefined` for an answer that is no JSON. */
async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function noDesk(directory: string): string {
  return `No desk runs on ${directory}. Start one with \`npm start\`, or name its directory with --data.`;
}

async function* readEvents(body: ReadableStream<Uint8Array>): AsyncIterable<DeskEvent> {
  let text = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const name = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (name !== undefined && data !== undefined) yield { name, data: JSON.parse(data) };
    }
  }
}
