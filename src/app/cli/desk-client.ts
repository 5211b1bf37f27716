/** Talks to the running desk of a data directory, for the commands on the same machine. */
import { z } from 'zod';
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
const Refusal = z.object({ detail: z.string(), title: z.string() });
const UNSAID = { title: 'The desk refused', detail: 'it did not say why' };

/** The desk that runs on a data directory; ends the command when there is none. */
export function connectDesk(directory: string): DeskClient {
  const found = readDeskFile(directory);
  if (found === null) throw new CommandFailed('refused', noDesk(directory));
  const headers = { authorization: `Bearer ${found.key}` };

  async function send(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(`${found?.url ?? ''}${path}`, init);
    } catch (error) {
      if (error instanceof Error && error.name === 'AbortError') throw error;
      const words = `No desk answers at ${found?.url ?? ''}: it has stopped, or is starting.`;
      throw new CommandFailed('refused', `${words}\n${noDesk(directory)}`);
    }
  }

  return {
    url: found.url,
    async call(method, path, body) {
      const response = await send(path, {
        method,
        signal: AbortSignal.timeout(CALL_MS),
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer: unknown = await response.json();
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
