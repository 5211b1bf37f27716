/**
 * The page's line to the desk: who we are, the event stream, and acts.
 *
 * A stream that falls silent is a desk that is gone, whatever the socket says: the page then stops
 * showing prices as live, keeps trying, and says so when it is back.
 */

/**
 * @typedef {object} Listener
 * @property {(snapshot: unknown) => void} onSnapshot
 * @property {(update: unknown) => void} onUpdate
 * @property {(pulse: unknown) => void} onPulse
 * @property {(state: 'live' | 'connecting' | 'gone') => void} onLink
 * @property {() => Promise<void>} onLoginNeeded resolves when logged in
 */

const SILENCE_MS = 3000;
const RETRY_MS = 1000;

/** @type {string | null} */
let csrf = null;

/** @param {Listener} listener */
export async function connect(listener) {
  /** @type {EventSource | null} */
  let source = null;
  let heardAt = 0;
  let isLive = false;

  async function open() {
    source?.close();
    if (!(await isLoggedIn(listener))) {
      setTimeout(open, RETRY_MS);
      return;
    }
    heardAt = Date.now();
    source = new EventSource('/api/v1/events');
    source.addEventListener('snapshot', (event) => hear(() => listener.onSnapshot(read(event))));
    source.addEventListener('update', (event) => hear(() => listener.onUpdate(read(event))));
    source.addEventListener('pulse', (event) => hear(() => listener.onPulse(read(event))));
    source.addEventListener('error', () => {
      // Closed for good (a refusal): the browser does not come back by itself.
      if (source?.readyState === EventSource.CLOSED) setTimeout(open, RETRY_MS);
    });
  }

  /** @param {() => void} tell */
  function hear(tell) {
    heardAt = Date.now();
    if (!isLive) listener.onLink('live');
    isLive = true;
    tell();
  }

  setInterval(() => {
    const silence = Date.now() - heardAt;
    if (silence < SILENCE_MS) return;
    if (isLive) listener.onLink('gone');
    isLive = false;
    if (silence < SILENCE_MS * 3) return;
    // A connection that hangs without ending would hang for ever.
    heardAt = Date.now();
    void open();
  }, 500);
  listener.onLink('connecting');
  await open();
}

/** @param {Event} event @returns {unknown} */
function read(event) {
  return event instanceof MessageEvent ? JSON.parse(event.data) : null;
}

/** @param {Listener} listener */
async function isLoggedIn(listener) {
  try {
    let answer = await fetch('/api/v1/session');
    if (answer.status === 401) {
      // Opening the page logs this machine's browser in, where the desk is set up so.
      await fetch('/');
      answer = await fetch('/api/v1/session');
    }
    if (answer.status === 401) {
      await listener.onLoginNeeded();
      answer = await fetch('/api/v1/session');
    }
    if (!answer.ok) return false;
    const session = await answer.json();
    csrf = session.csrf;
    return true;
  } catch {
    listener.onLink('gone');
    return false;
  }
}

/**
 * An act or a question; a refusal comes back as its words.
 * @param {'GET' | 'POST' | 'PUT' | 'DELETE'} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<{ ok: true, value: any } | { ok: false, detail: string }>}
 */
export async function call(method, path, body) {
  try {
    const answer = await fetch(path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(csrf === null ? {} : { 'x-csrf-token': csrf }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const value = await answer.json();
    return answer.ok ? { ok: true, value } : { ok: false, detail: value.detail ?? value.title };
  } catch {
    return { ok: false, detail: 'The desk does not answer.' };
  }
}
