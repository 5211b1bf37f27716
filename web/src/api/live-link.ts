/**
 * The line to the desk: one stream of events, kept open.
 *
 * Rules
 * 1. A stream that breaks makes the page say so at once; one that hangs does so after 3 s, because
 *    a desk that lives sends a pulse every second.
 * 2. The browser resumes with the last event's id; a line that was refused or hangs is opened anew,
 *    once somebody is logged in.
 */
import type { LiveEvent } from './live-state.ts';
import { tellLive } from './live-store.ts';

const KINDS = ['snapshot', 'update', 'pulse'] as const;
const SILENCE_MS = 3_000;
const HANGING_MS = 9_000;
const RETRY_MS = 1_000;
const LOOK_MS = 500;

export interface LiveLink {
  close(): void;
}

/** `mayListen` says whether somebody is logged in; asked before every stream but the first. */
export function openLiveLink(mayListen: () => Promise<boolean>): LiveLink {
  let source: EventSource | null = null;
  let heardAt = Date.now();
  let isClosed = false;
  let lastId = '';
  let retry: ReturnType<typeof setTimeout> | undefined;

  function hear(event: MessageEvent<string>): void {
    heardAt = Date.now();
    if (event.lastEventId !== '') lastId = event.lastEventId;
  }

  function gone(): void {
    tellLive({ kind: 'link', link: 'gone' });
  }

  function openSoon(): void {
    clearTimeout(retry);
    if (!isClosed) retry = setTimeout(() => void openAgain(), RETRY_MS);
  }

  async function openAgain(): Promise<void> {
    source?.close();
    if (!(await mayListen())) openSoon();
    else if (!isClosed) open();
  }

  function open(): void {
    heardAt = Date.now();
    const after = lastId === '' ? '' : `?after=${encodeURIComponent(lastId)}`;
    source = new EventSource(`/api/v1/events${after}`);
    listen(source);
  }

  function listen(stream: EventSource): void {
    for (const kind of KINDS) {
      stream.addEventListener(kind, (event: MessageEvent<string>) => {
        hear(event);
        tellLive(eventOf(kind, event.data));
      });
    }
    stream.addEventListener('error', () => {
      if (stream !== source) return;
      gone();
      if (stream.readyState === EventSource.CLOSED) openSoon();
    });
  }

  const looking = setInterval(() => {
    const silence = Date.now() - heardAt;
    if (silence >= SILENCE_MS) gone();
    if (silence < HANGING_MS) return;
    heardAt = Date.now();
    void openAgain();
  }, LOOK_MS);

  // Beside the question who is at the page: the cookie tells the desk as well.
  open();
  return {
    close() {
      isClosed = true;
      clearInterval(looking);
      clearTimeout(retry);
      source?.close();
    },
  };
}

/** The desk's word is taken for the shape of what it sends, as in `client.ts`. */
function eventOf(kind: (typeof KINDS)[number], text: string): LiveEvent {
  const data: unknown = JSON.parse(text);
  return { kind, [kind]: data } as LiveEvent;
}
