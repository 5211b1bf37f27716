/**
 * Watches the running desk: looks every few seconds, puts on record what a person must know, and
 * tells the receiver. Control channels read the same records.
 *
 * Nothing here is waited for by an order; a look that fails is an incident and not a crash.
 */
import { failureText } from '#kernel/text.ts';
import { type Cancel, type Clock, formatInstant } from '#kernel/time.ts';
import { type AlarmDecision, decideAlarm, type Watched, watch } from '#operate/alarms/decide.ts';
import type { AlarmMemory, Raised } from '#operate/alarms/memory.ts';
import type { AlarmsSettings } from '#operate/alarms/settings.ts';
import {
  ALARM_NAMES,
  ALARMS,
  type AlarmFigures,
  type AlarmName,
  isAlarmName,
} from '#operate/alarms/table.ts';
import type { AlarmView } from '#operate/api/answers.ts';
import type { ActOutcome, AlarmsControl } from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';
import type { DeskWideRecord } from '#orders/model.ts';
import { refused } from '../refused.ts';
import { AlarmPost, type AlarmPostParts } from './alarm-post.ts';

export interface AlarmsParts extends AlarmPostParts {
  readonly clock: Clock;
  readonly desk: Pick<Desk, 'record' | 'incident'>;
  readonly memory: AlarmMemory;
  readonly settings: AlarmsSettings;
}

const LOOK_EVERY_MS = 5_000;

export class Alarms implements AlarmsControl {
  readonly #parts: AlarmsParts;
  readonly #post: AlarmPost;
  readonly #watched = new Map<AlarmName, Watched>();
  readonly #pending = new Set<AlarmName>();
  /** As of the newest look. */
  #figures: Partial<AlarmFigures> = {};
  readonly #sources: (() => Partial<AlarmFigures>)[] = [];
  #cancel: Cancel | null = null;

  constructor(parts: AlarmsParts) {
    this.#parts = parts;
    this.#post = new AlarmPost(parts);
  }

  /** Looks at these as well. */
  lookAt(figures: () => Partial<AlarmFigures>): void {
    this.#sources.push(figures);
  }

  start(): void {
    this.#look();
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    await this.#post.stop();
  }

  list(): readonly AlarmView[] {
    return ALARM_NAMES.map((name) => this.#viewOf(name));
  }

  async acknowledge(name: string, actor: string): Promise<ActOutcome> {
    const { clock, desk, memory } = this.#parts;
    const raised = memory.raised(name);
    if (raised === null) return refused('not_raised', `${name} is not raised`);
    if (raised.acknowledged !== null) {
      return { kind: 'done', detail: `${raised.acknowledged.by} has taken note of ${name}` };
    }
    const body = { alarm: name, at: clock.now() };
    await desk.record([{ kind: 'alarm.acknowledged', body, actor }], 'sync').durable;
    return { kind: 'done', detail: `${name} is not told again; it will say when it is over` };
  }

  /** Tells it as if it were raised, wherever alarms are told, marked as a test. */
  async test(name: string, actor: string): Promise<ActOutcome> {
    if (!isAlarmName(name)) return refused('unknown_alarm', `there is no alarm ${name}`);
    const { clock, desk } = this.#parts;
    const { means, severity } = ALARMS[name];
    const detail = `A test: ${means.toLowerCase()}. Nothing is the matter`;
    const body = { alarm: name, severity, detail, at: clock.now() };
    await desk.record([{ kind: 'alarm.tested', body, actor }], 'sync').durable;
    this.#post.deliver();
    const where = this.#post.isThere ? 'control channels and the receiver' : 'control channels';
    return { kind: 'done', detail: `${name} was told as a test: ${where}` };
  }

  #look(): void {
    const { clock, desk } = this.#parts;
    this.#cancel = clock.after(LOOK_EVERY_MS, () => this.#look());
    try {
      const figures: Partial<AlarmFigures> = {};
      for (const source of this.#sources) Object.assign(figures, source());
      this.#figures = figures;
      for (const name of ALARM_NAMES) this.#lookAt(name);
      this.#post.deliver();
    } catch (error) {
      // The journal may just have ended; the desk stops over that by itself.
      desk.incident('alarm_failed', failureText(error));
    }
  }

  #lookAt(name: AlarmName): void {
    const { clock, memory, settings } = this.#parts;
    if (this.#pending.has(name)) return;
    const given = settings.rules[name];
    // What is switched off looks at nothing: it is never raised, and what was raised is over.
    const value = given?.enabled === false ? null : (this.#figures[ALARMS[name].figure] ?? null);
    const { repeatMs, clearMs } = settings;
    const rule = { ...ALARMS[name], ...given };
    const moment = { rule, value, now: clock.now(), mono: clock.mono() };
    const watched = watch(this.#watched.get(name) ?? null, moment);
    this.#watched.set(name, watched);
    const raised = memory.raised(name);
    const decision = decideAlarm(watched, { ...moment, raised, repeatMs, clearMs });
    if (decision.kind === 'raise') this.#raise(name, value, decision);
    if (decision.kind === 'clear') this.#clear(name);
  }

  #raise(name: AlarmName, value: number | null, { times, since }: Raising): void {
    const { clock } = this.#parts;
    const { severity } = ALARMS[name];
    const body = { alarm: name, severity, since, times, detail: inWords(name, value) };
    this.#record(name, { kind: 'alarm.raised', body: { ...body, at: clock.now() } });
  }

  #clear(name: AlarmName): void {
    const { clock, memory } = this.#parts;
    const now = clock.now();
    const since = memory.raised(name)?.since ?? now;
    this.#record(name, { kind: 'alarm.cleared', body: { alarm: name, since, at: now } });
  }

  /** The memory hears of it once it is on disk: until then it is not decided again. */
  #record(name: AlarmName, draft: AlarmDraft): void {
    const { durable } = this.#parts.desk.record([{ ...draft, actor: 'engine' }], 'lazy');
    this.#pending.add(name);
    const over = (): boolean => this.#pending.delete(name);
    void durable.then(over, over);
  }

  #viewOf(name: AlarmName): AlarmView {
    const { memory, settings } = this.#parts;
    const given = settings.rules[name];
    const rule = { ...ALARMS[name], ...given };
    const { figure, means, remedy, severity, side, unit, at, forMs } = rule;
    const raised = memory.raised(name);
    return {
      ...{ name, means, remedy, severity, side, at, unit, forMs },
      state: given?.enabled === false ? 'off' : stateOf(raised),
      value: this.#figures[figure] ?? null,
      since: raised === null ? null : formatInstant(raised.since),
      detail: raised?.detail ?? null,
      acknowledgedBy: raised?.acknowledged?.by ?? null,
    };
  }
}

type Raising = Extract<AlarmDecision, { kind: 'raise' }>;
type DraftOf<K extends DeskWideRecord['kind']> = Pick<
  Extract<DeskWideRecord, { kind: K }>,
  'kind' | 'body'
>;
type AlarmDraft = DraftOf<'alarm.raised'> | DraftOf<'alarm.cleared'>;

/** `The SQL history is behind the record: 75 s` */
function inWords(name: AlarmName, value: number | null): string {
  const { means, unit } = ALARMS[name];
  if (value === null || unit === '') return means;
  const rounded = Math.round(value * 10) / 10;
  return `${means}: ${rounded} ${unit}`;
}

function stateOf(raised: Raised | null): AlarmView['state'] {
  if (raised === null) return 'quiet';
  return raised.acknowledged === null ? 'raised' : 'acknowledged';
}
