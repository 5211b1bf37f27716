/**
 * What operators are told in channels for control, read from the record: incidents, held
 * alerts, alerts that were edited or deleted, kill states, arming, the day's summary.
 *
 * Rules
 * 1. An incident is one post a day: it is edited with the number of times and the last words.
 * 2. What waits for a person carries its buttons while it waits, and what became of it after.
 * 3. Nothing is told that was recorded long before this run: it is in the audit.
 */
import type { Platform } from '#alerts/model.ts';
import { PLATFORMS } from '#alerts/model.ts';
import type { AlertSettings } from '#alerts/settings.ts';
import type { DeskEntry, MessageStory, Told, TradeStory } from '#audit/model.ts';
import { sha256Hex } from '#kernel/digest.ts';
import { clip, oneLine, words } from '#kernel/text.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import { marketTime } from '#market/market-time.ts';
import { newYorkDate } from '#market/session.ts';
import { ALARMS, isAlarmName } from '#operate/alarms/table.ts';
import { commandButton } from '#operate/commands/run.ts';
import { alertButton, EDIT_KEPT } from '#publish/alert-buttons.ts';
import { neutral } from '#publish/neutral.ts';
import { type DuePost, isEditedWhileEntering, type PostSource } from '#publish/outbox.ts';
import type { Button } from '#publish/ports.ts';
import { RELOADED } from './allow-list-acts.ts';

const PREFIX = 'ops:';
const INCIDENT = 'incident:';
const TEXT_MAX = 1_500;
const DETAIL_MAX = 400;
const NEWS_KEPT = 300;
const DELIVERED_KEPT = 2_000;
/** What happened so long before the start is still told. */
const BEFORE_START_MS = 60 * 60_000;
/** The post of an incident is not edited more often than this. */
const EDIT_EVERY_MS = 10_000;

interface News {
  readonly text: string;
  readonly buttons: readonly Button[];
  readonly digest: string;
  /** When it was first, and last, something to tell. */
  readonly since: EpochMs;
  readonly at: EpochMs;
}

interface Delivered {
  readonly digest: string;
  readonly postId: string | null;
  readonly at: EpochMs;
}

/** What there is to tell and what was delivered, as plain data, each in order. */
export interface SavedControlPosts {
  readonly news: readonly (readonly [string, News])[];
  readonly times: readonly (readonly [string, number])[];
  readonly delivered: readonly (readonly [string, Delivered])[];
  readonly alarms: readonly (readonly [string, { readonly name: string; readonly text: string }])[];
}

export class ControlPosts implements PostSource {
  readonly #settings: () => Pick<AlertSettings, 'channels'>;
  readonly #now: () => EpochMs;
  /** Nothing is due before the start. */
  #from: EpochMs | null = null;
  readonly #news = new Map<string, News>();
  readonly #times = new Map<string, number>();
  readonly #delivered = new Map<string, Delivered>();
  /** Raised ones: the post of each, and what it says. */
  readonly #alarms = new Map<string, { readonly name: string; readonly text: string }>();

  constructor(settings: () => Pick<AlertSettings, 'channels'>, now: () => EpochMs) {
    this.#settings = settings;
    this.#now = now;
  }

  /** From now on there is something due, of what was not long ago. */
  start(): void {
    this.#from = plus(this.#now(), -BEFORE_START_MS);
  }

  take({ entry, message, trade, badge }: Told): void {
    const at = entry.wall;
    if (entry.kind === 'notice.delivered') this.#wasDelivered(entry);
    if (entry.kind === 'incident.raised') this.#incident(entry.body, badge, at);
    this.#alarm(entry, badge);
    if (message !== null) this.#held(message, at);
    if (message !== null && isMissed(entry)) this.#missed(message, at);
    if (message !== null) this.#deleted(entry, { message, trade });
    if (message !== null && trade !== null) this.#edited(entry, { message, trade });
    const change = changeIn(entry);
    if (change !== null) this.#tell(`change:${entry.seq}`, `[${badge}] ${change}`, at);
  }

  save(): SavedControlPosts {
    return {
      ...{ news: [...this.#news], times: [...this.#times], delivered: [...this.#delivered] },
      alarms: [...this.#alarms],
    };
  }

  /** Of new posts, in place of the records that made what was saved. */
  restore({ news, times, delivered, alarms }: SavedControlPosts): void {
    for (const [alarm, told] of alarms) this.#alarms.set(alarm, told);
    for (const [name, one] of news) this.#news.set(name, one);
    for (const [name, count] of times) this.#times.set(name, count);
    for (const [key, one] of delivered) this.#delivered.set(key, one);
  }

  /** Told once for that day, whoever asks again. */
  summary(day: string, text: string): void {
    const name = `day:${day}`;
    if (!this.#news.has(name)) this.#tell(name, text, this.#now());
  }

  due(): readonly DuePost[] {
    const from = this.#from;
    const rooms = controlRooms(this.#settings());
    if (from === null || rooms.length === 0) return [];
    return [...this.#news].flatMap(([name, news]) =>
      news.at < from ? [] : rooms.flatMap((room) => this.#dueIn(name, news, room)),
    );
  }

  #dueIn(name: string, news: News, { platform, channelId }: Room): readonly DuePost[] {
    const { text, buttons, digest, since } = news;
    const key = `${PREFIX}${name}@${platform}:${channelId}`;
    const before = this.#delivered.get(key);
    if (before?.digest === digest) return [];
    const isOften = before !== undefined && this.#now() - before.at < EDIT_EVERY_MS;
    if (isOften && name.startsWith(INCIDENT)) return [];
    const postId = before?.postId ?? null;
    return [{ platform, post: { key, channelId, text, buttons, postId, ...ALONE }, digest, since }];
  }

  #incident(
    { code, detail }: { readonly code: string; readonly detail: string },
    badge: string,
    at: EpochMs,
  ): void {
    const name = `${INCIDENT}${code}:${newYorkDate(at)}`;
    const often = this.#counted(name, at);
    const what = clip(oneLine(detail), DETAIL_MAX);
    const text = `[${badge}] Needs a person: ${words(code)}${often} · ${marketTime(at)} ${what}`;
    this.#tell(name, text, at);
  }

  /** One post an alarm: told again it is a new one, so that it is seen; over, it is edited. */
  #alarm(entry: DeskEntry, badge: string): void {
    const at = entry.wall;
    if (entry.kind === 'alarm.tested') {
      this.#tell(`alarm-test:${entry.seq}`, `[${badge}] TEST · ${entry.body.detail}`, at);
    }
    if (entry.kind === 'alarm.raised') {
      const { alarm, detail, times, since } = entry.body;
      const often = times === 1 ? '' : ` · told ${times} times since ${marketTime(since)}`;
      const remedy = isAlarmName(alarm) ? ALARMS[alarm].remedy : '';
      const text = `[${badge}] ALARM ${words(alarm)}: ${clip(detail, DETAIL_MAX)}${often}. ${remedy}`;
      this.#alarms.set(alarm, { name: `alarm:${entry.seq}`, text });
      this.#tell(`alarm:${entry.seq}`, text, at, [
        commandButton(`alarm acknowledge ${alarm}`, 'I take care of it', 'plain'),
      ]);
    }
    if (entry.kind === 'alarm.acknowledged') {
      this.#closeAlarm(entry.body.alarm, `${entry.actor} takes care of it`, at);
    }
    if (entry.kind === 'alarm.cleared') {
      this.#closeAlarm(entry.body.alarm, `over at ${marketTime(at)}`, at);
      this.#alarms.delete(entry.body.alarm);
    }
  }

  #closeAlarm(alarm: string, how: string, at: EpochMs): void {
    const told = this.#alarms.get(alarm);
    if (told !== undefined) this.#tell(told.name, `${told.text} · ${how}`, at);
  }

  /** After an outage hundreds may be fetched: one post says so (F4). */
  #missed(message: MessageStory, at: EpochMs): void {
    const name = `${INCIDENT}missed:${newYorkDate(at)}`;
    const often = this.#counted(name, at);
    const state = `came too late and was not traded${often}`;
    this.#tell(name, aboutAlert(message, state), at);
  }

  #counted(name: string, at: EpochMs): string {
    const times = (this.#times.get(name) ?? 0) + 1;
    this.#times.delete(name);
    this.#times.set(name, times);
    keepNewest(this.#times, NEWS_KEPT);
    const since = this.#news.get(name)?.since ?? at;
    return times === 1 ? '' : ` (${times} times since ${marketTime(since)})`;
  }

  #held(message: MessageStory, at: EpochMs): void {
    const { key, outcome, detail } = message;
    const name = `held:${key}`;
    if (outcome === 'held') {
      const state = `waits for you: ${clip(oneLine(detail), DETAIL_MAX)}`;
      this.#tell(name, aboutAlert(message, state), at, [
        commandButton(`alert approve ${key}`, 'Let it through', 'danger'),
        commandButton(`alert dismiss ${key}`, 'Put it aside', 'plain'),
      ]);
    } else if (this.#news.has(name)) this.#tell(name, aboutAlert(message, outcome), at);
  }

  /** What was made of it goes on, unless the desk was told otherwise: somebody should know. */
  #deleted({ kind, wall }: DeskEntry, { message, trade }: Concerned): void {
    if (kind !== 'message.deleted' || message.tradeId === null) return;
    const state = trade?.entry.kind === 'open' ? 'its entry works on' : 'its trade goes on';
    this.#tell(`deleted:${message.key}`, aboutAlert(message, `was deleted; ${state}`), wall);
  }

  #edited(entry: DeskEntry, { message, trade }: Concerned & { trade: TradeStory }): void {
    const { key, editedText } = message;
    const name = `edited:${key}`;
    const isKept = entry.kind === 'operator.acted' && entry.body.act === EDIT_KEPT;
    if (entry.kind === 'message.edited' && isEditedWhileEntering(message, trade)) {
      const to = clip(oneLine(editedText ?? ''), DETAIL_MAX);
      const text = aboutAlert(message, `was edited to “${to}” while its entry works`);
      this.#tell(name, text, entry.wall, [alertButton('keep', key), alertButton('drop', key)]);
    } else if (this.#news.get(name)?.buttons.length !== 2) return;
    else if (isKept) this.#tell(name, aboutAlert(message, `kept by ${entry.actor}`), entry.wall);
    else if (trade.entry.kind !== 'open') {
      this.#tell(name, aboutAlert(message, 'was edited; its entry is over'), entry.wall);
    }
  }

  #tell(name: string, said: string, at: EpochMs, buttons: readonly Button[] = []): void {
    const text = clip(neutral(said), TEXT_MAX);
    const digest = sha256Hex(`${text}\n${buttons.map(({ id }) => id).join(' ')}`);
    const since = this.#news.get(name)?.since ?? at;
    this.#news.delete(name);
    this.#news.set(name, { text, buttons, digest, since, at });
    keepNewest(this.#news, NEWS_KEPT);
  }

  #wasDelivered({ body }: Extract<DeskEntry, { kind: 'notice.delivered' }>): void {
    if (!body.key.startsWith(PREFIX)) return;
    const postId = body.postId ?? this.#delivered.get(body.key)?.postId ?? null;
    this.#delivered.delete(body.key);
    this.#delivered.set(body.key, { digest: body.digest, postId, at: body.at });
    keepNewest(this.#delivered, DELIVERED_KEPT);
  }
}

/** Whatever it says: chatter that came late is nobody's loss. */
function isMissed({ kind, body }: DeskEntry): boolean {
  return kind === 'alert.decided' && body.code === 'too_old' && body.verdict === 'refused';
}

interface Concerned {
  readonly message: MessageStory;
  readonly trade: TradeStory | null;
}

function aboutAlert({ badge, message, understood }: MessageStory, state: string): string {
  const what = understood ?? clip(oneLine(message.text), DETAIL_MAX);
  return `[${badge}] Alert of ${message.author.displayName}: ${what} · ${state}`;
}

/** What somebody, or the desk itself, has changed about what may be traded, or by whom. */
function changeIn(entry: DeskEntry): string | null {
  const { kind, body, actor } = entry;
  if (kind === 'kill_state.changed') return `${body.from} → ${body.to} by ${actor}: ${body.reason}`;
  if (kind === 'arming.armed') return `ARMED for ****${body.account} by ${actor}`;
  if (kind === 'arming.disarmed') return `disarmed by ${actor}: ${body.reason}`;
  if (kind === 'trade.blocked')
    return `Trade ${entry.trade ?? ''} needs you: ${words(body.reason)}`;
  if (kind === 'operator.acted' && body.act.startsWith(RELOADED)) {
    return `${body.act}, by ${actor}: ${body.reason}`;
  }
  if (kind !== 'allow_list.changed') return null;
  return `${body.who}: ${body.permission} ${body.to} by ${actor}`;
}

const ALONE = { inReplyTo: null, under: null, underPostId: null, triedAt: null } as const;

interface Room {
  readonly platform: Platform;
  readonly channelId: string;
}

function controlRooms({ channels }: Pick<AlertSettings, 'channels'>): readonly Room[] {
  return Object.entries(channels).flatMap(([key, { purpose }]) => {
    const [name = '', ...rest] = key.split(':');
    const platform = PLATFORMS.find((one) => one === name);
    if (purpose !== 'control' || platform === undefined) return [];
    return [{ platform, channelId: rest.join(':') }];
  });
}

function keepNewest<T>(kept: Map<string, T>, most: number): void {
  const [oldest] = kept.keys();
  if (kept.size > most && oldest !== undefined) kept.delete(oldest);
}
