/**
 * Tells the receiver of alarms: each one in order, tried again while it is away, given up when it
 * has become old. At least once: `id` is the same each time, so a receiver can tell.
 */
import { hmacSha256Hex } from '#kernel/digest.ts';
import type { Secret } from '#kernel/secret.ts';
import { type Clock, formatInstant } from '#kernel/time.ts';
import type { AlarmEntry, AlarmMemory } from '#operate/alarms/memory.ts';
import { ALARMS, isAlarmName } from '#operate/alarms/table.ts';
import type { AlarmReceiver } from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';

export interface AlarmPostParts {
  readonly clock: Clock;
  readonly desk: Pick<Desk, 'record'>;
  readonly memory: AlarmMemory;
  /** `null`: nobody but the control channels is told. */
  readonly receiver: AlarmReceiver | null;
  /** Under which a body is signed; `null`: it is not. */
  readonly signingKey: Secret | null;
  readonly badge: string;
}

/** What is older than this when it could be told is on record, and no news. */
const OLD_MS = 3_600_000;
const RETRY_MS = [5_000, 15_000, 60_000, 300_000] as const;

export class AlarmPost {
  readonly #parts: AlarmPostParts;
  #underway: Promise<void> | null = null;
  #failures = 0;
  /** On the run's own clock. */
  #notBefore = 0;
  #stopped = false;

  constructor(parts: AlarmPostParts) {
    this.#parts = parts;
  }

  get isThere(): boolean {
    return this.#parts.receiver !== null;
  }

  /** Begins to tell what is untold, unless it is being told; waits for nothing. */
  deliver(): void {
    const { receiver, clock } = this.#parts;
    if (receiver === null || this.#stopped || this.#underway !== null) return;
    if (clock.mono() < this.#notBefore) return;
    this.#underway = this.#tellAll(receiver).finally(() => {
      this.#underway = null;
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#underway;
  }

  async #tellAll(receiver: AlarmReceiver): Promise<void> {
    for (const entry of this.#parts.memory.untold()) {
      if (this.#stopped) return;
      const isOver = await this.#tell(receiver, entry);
      if (!isOver) return;
    }
  }

  /** Whether nothing more is to be done about it. */
  async #tell(receiver: AlarmReceiver, entry: AlarmEntry): Promise<boolean> {
    const { clock, signingKey, badge } = this.#parts;
    if (clock.now() - entry.wall > OLD_MS) return this.#told(entry, 'given_up', 'an hour old');
    const body = JSON.stringify(payloadOf(entry, badge));
    const signature =
      signingKey === null ? null : `sha256=${hmacSha256Hex(signingKey.reveal(), body)}`;
    const answer = await receiver.send(body, signature);
    if (answer.kind === 'taken') {
      this.#failures = 0;
      return this.#told(entry, 'delivered', '');
    }
    if (answer.kind === 'refused') return this.#told(entry, 'given_up', answer.detail);
    const waitMs = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? 0;
    this.#failures += 1;
    this.#notBefore = clock.mono() + waitMs;
    return false;
  }

  async #told(entry: AlarmEntry, outcome: 'delivered' | 'given_up', detail: string) {
    const { desk, clock } = this.#parts;
    const body = { of: entry.seq, outcome, detail, at: clock.now() };
    await desk.record([{ kind: 'alarm.told', body, actor: 'engine' }], 'lazy').durable;
    return true;
  }
}

/** `text` and `content` are what incoming webhooks of Slack and Discord show. */
function payloadOf(entry: AlarmEntry, badge: string) {
  const { alarm } = entry.body;
  const remedy = isAlarmName(alarm) ? ALARMS[alarm].remedy : '';
  const text = `[${badge}] ${textOf(entry)}${entry.kind === 'alarm.raised' ? `. ${remedy}` : ''}`;
  return {
    ...{ id: entry.seq, kind: entry.kind, alarm, badge, remedy, text, content: text },
    ...{ at: formatInstant(entry.wall), body: plain(entry) },
  };
}

function plain(entry: AlarmEntry) {
  if (entry.kind === 'alarm.tested') return { severity: entry.body.severity };
  const since = formatInstant(entry.body.since);
  if (entry.kind === 'alarm.cleared') return { since };
  return { since, severity: entry.body.severity, times: entry.body.times };
}

function textOf(entry: AlarmEntry): string {
  if (entry.kind === 'alarm.tested') return entry.body.detail;
  if (entry.kind === 'alarm.raised') return entry.body.detail;
  const { alarm, since, at } = entry.body;
  const means = isAlarmName(alarm) ? ALARMS[alarm].means : alarm;
  return `Over after ${Math.max(0, Math.round((at - since) / 1_000))} s: ${means.toLowerCase()}`;
}
