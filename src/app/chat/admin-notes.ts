/**
 * What cannot wait for a look into the control channel is told to each admin alone.
 *
 * Rules
 * 1. One message to a person for each kind of trouble and day; the control channel has the rest.
 * 2. It is told beside everything else: what cannot be delivered after a few tries is left, and
 *    holds up nothing. The control channel is what is sure to be told.
 */
import type { AlertSettings } from '#alerts/settings.ts';
import type { DeskEntry } from '#audit/model.ts';
import { clip, failureText, oneLine, words } from '#kernel/text.ts';
import type { Cancel, Clock } from '#kernel/time.ts';
import { marketTime } from '#market/market-time.ts';
import { newYorkDate } from '#market/session.ts';
import { neutral } from '#publish/neutral.ts';
import type { ChatPlatform } from '#publish/ports.ts';

export interface AdminNotesParts {
  readonly platforms: readonly ChatPlatform[];
  readonly settings: () => Pick<AlertSettings, 'people'>;
  readonly clock: Clock;
  /** `SIM`, `LIVE ****1234`. */
  readonly badge: () => string;
}

/** Money or the record may be wrong, or the desk no longer does what it is for. */
const CRITICAL: ReadonlySet<string> = new Set([
  'broker_unauthorized',
  'client_id_doubled',
  'crash_loop',
  'journal_damaged',
  'order_vanished',
  'over_fill',
  'reconcile_failed',
  'second_writer',
]);
const RETRY_MS = [5_000, 30_000, 120_000] as const;
const DETAIL_MAX = 400;
const KINDS_KEPT = 500;

interface Note {
  readonly key: string;
  readonly text: string;
}

export class AdminNotes {
  readonly #parts: AdminNotesParts;
  readonly #told = new Set<string>();
  readonly #waiting = new Set<Cancel>();

  constructor(parts: AdminNotesParts) {
    this.#parts = parts;
  }

  /** A record is on disk. */
  recorded(entry: DeskEntry): void {
    const about = criticalIn(entry);
    if (about === null) return;
    const key = `critical:${about.kind}:${newYorkDate(entry.wall)}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    const [oldest] = this.#told;
    if (this.#told.size > KINDS_KEPT && oldest !== undefined) this.#told.delete(oldest);
    const what = `${marketTime(entry.wall)} ${clip(oneLine(about.text), DETAIL_MAX)}`;
    const text = neutral(`[${this.#parts.badge()}] Needs you: ${what}. See the control channel.`);
    for (const [who, { permissions }] of Object.entries(this.#parts.settings().people)) {
      if (permissions.includes('admin')) void this.#tell(who, { key, text }, 0);
    }
  }

  stop(): void {
    for (const cancel of this.#waiting) cancel();
    this.#waiting.clear();
  }

  async #tell(who: string, note: Note, tries: number): Promise<void> {
    const [name = '', ...rest] = who.split(':');
    const platform = this.#parts.platforms.find((one) => one.platform === name);
    if (platform === undefined) return;
    if (await isLeft(platform, rest.join(':'), note)) return;
    const wait = RETRY_MS[tries];
    if (wait === undefined) return;
    const cancel = this.#parts.clock.after(wait, () => {
      this.#waiting.delete(cancel);
      void this.#tell(who, note, tries + 1);
    });
    this.#waiting.add(cancel);
  }
}

/** Whether there is nothing more to try: delivered, or refused for good. Never rejects. */
async function isLeft(platform: ChatPlatform, person: string, note: Note): Promise<boolean> {
  try {
    const outcome = await platform.direct(person, note.key, note.text);
    return outcome.kind === 'delivered' || !outcome.retry;
  } catch (error) {
    // An adapter that throws may do better at the next try.
    return failureText(error) === '';
  }
}

function criticalIn({ kind, body, trade, actor }: DeskEntry) {
  if (kind === 'incident.raised' && CRITICAL.has(body.code)) {
    return { kind: body.code, text: `${words(body.code)}: ${body.detail}` };
  }
  if (kind === 'trade.blocked') {
    return { kind: `blocked:${trade ?? ''}`, text: `trade ${trade ?? ''}: ${words(body.reason)}` };
  }
  if (kind === 'kill_state.changed' && actor === 'engine') {
    return { kind: `kill:${body.to}`, text: `${body.from} → ${body.to}: ${body.reason}` };
  }
  return null;
}
