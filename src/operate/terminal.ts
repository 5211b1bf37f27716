/**
 * The terminal view: what is told, one event after the other, for somebody who sees it first.
 *
 * Rule  what goes out holds no control character but its own line ends and colours: what people
 *       write in a chat cannot steer the terminal of whoever watches.
 */
import type { Told } from '#audit/model.ts';
import { oneLine } from '#kernel/text.ts';
import type { EpochMs } from '#kernel/time.ts';
import { marketTime } from '#market/market-time.ts';
import { type Palette, padTo, widthOf, wrap } from './terminal-text.ts';

export interface TerminalOptions {
  readonly palette: Palette;
  /** Width of the terminal; longer lines go on under their own text. */
  readonly columns: number;
}

/** One event, as the live view or a trade's timeline has it. */
export interface TerminalEvent {
  readonly at: EpochMs;
  readonly kind: string;
  /** `SIM`, `DRY-RUN`, `LIVE ****1234`. */
  readonly badge: string;
  /** What it is about: a contract, or empty. */
  readonly subject: string;
  readonly text: string;
}

/** Routine that says nothing new: shown in the audit only. */
const ROUTINE: ReadonlySet<string> = new Set(['notice.delivered', 'reconcile.passed']);
/** Stations an order passes on its way; the next one is told within the second. */
const IN_PASSING: ReadonlySet<string> = new Set([
  'received',
  'contingent',
  'routed',
  'cancel_requested',
  'replace_requested',
]);

/** The event's line, ending with a line end; `null` for routine. */
export function toldLine(told: Told, options: TerminalOptions): string | null {
  const { entry, badge, text, trade } = told;
  if (ROUTINE.has(entry.kind) || isInPassing(told) || isLeftover(told)) return null;
  const event = {
    at: entry.wall,
    kind: hasFills(told) ? 'order.filled' : entry.kind,
    badge,
    subject: trade?.contract ?? '',
    text,
  };
  return eventLine(event, options);
}

const TAG_COLUMNS = 5;
const BADGE_COLUMNS = 7;
const TEXT_COLUMNS_MIN = 30;

/** `10:30:20  SIM      price  UBER 78P 2025-12-05 · Raised the limit …`, wrapped. */
export function eventLine(event: TerminalEvent, { palette, columns }: TerminalOptions): string {
  const tag = tagOf(event.kind);
  const head = `${marketTime(event.at)}  ${padTo(oneLine(event.badge), BADGE_COLUMNS)}  `;
  const indent = widthOf(head) + TAG_COLUMNS + 2;
  const about = event.subject === '' ? '' : `${oneLine(event.subject)} · `;
  const lines = wrap(about + oneLine(event.text), Math.max(TEXT_COLUMNS_MIN, columns - indent));
  const paint = paintOf(event.kind, palette);
  const [first = '', ...rest] = lines.map(paint);
  const start = palette.faint(head) + palette.strong(padTo(tag, TAG_COLUMNS));
  return [`${start}  ${first}\n`, ...rest.map((line) => `${' '.repeat(indent)}${line}\n`)].join('');
}

const TAGS: Readonly<Record<string, string>> = {
  message: 'chat',
  alert: 'read',
  risk: 'risk',
  preview: 'dry',
  trade: 'trade',
  order: 'order',
  entry: 'price',
  close: 'close',
  position: 'trade',
};

function tagOf(kind: string): string {
  if (kind === 'order.filled') return 'fill';
  return TAGS[kind.split('.', 1)[0] ?? ''] ?? 'desk';
}

function paintOf(kind: string, palette: Palette): (text: string) => string {
  switch (kind) {
    case 'order.filled':
    case 'trade.ended':
      return palette.good;
    case 'message.received':
      return palette.faint;
    case 'kill_state.changed':
    case 'order.missed':
      return palette.warning;
    case 'incident.raised':
    case 'trade.blocked':
    case 'reconcile.differed':
    case 'order.foreign':
      return palette.bad;
    default:
      return (text) => text;
  }
}

function isInPassing(told: Told): boolean {
  if (told.entry.kind !== 'order.seen' || hasFills(told)) return false;
  return IN_PASSING.has(told.entry.body.sighting.status);
}

/** Of a certification: there are dozens. */
function isLeftover({ entry }: Told): boolean {
  return entry.kind === 'order.foreign' && entry.body.endedOf !== undefined;
}

function hasFills({ entry }: Told): boolean {
  return entry.kind === 'order.seen' && entry.body.sighting.fills.length > 0;
}

export interface Header {
  readonly version: string;
  readonly badge: string;
  /** `null` when no page is served. */
  readonly page: string | null;
  /** Where quotes come from, in words: `simulated from seed 7`. */
  readonly market: string;
  readonly dataDirectory: string;
  /** What commands need to find this desk: ` --data DIR`, or nothing for the usual place. */
  readonly option: string;
}

/** The block printed at the start, ending with an empty line. */
export function headerText(header: Header, palette: Palette): string {
  const { version, badge, page, market, dataDirectory } = header;
  const option = header.option === '' ? '' : ` ${oneLine(header.option)}`;
  const rows = [
    ...(page === null ? [] : [['page', oneLine(page)]]),
    ['alert', `npx strikewire alert --example${option}    makes one that is valid now`],
    ['', `npx strikewire alert "BTO …"${option}      sends one of your own`],
    ['market', oneLine(market)],
    ['record', oneLine(dataDirectory)],
    ['safety', safetyOf(badge)],
    ['stop', 'Ctrl-C: entries still working are cancelled, exits keep resting'],
  ];
  const lines = rows.map(
    ([label = '', value = '']) => `  ${palette.faint(label.padEnd(6))}  ${value}`,
  );
  const title = palette.strong(`Strikewire ${oneLine(version)}  ${oneLine(badge)}`);
  return [title, ...lines, '', ''].join('\n');
}

const SAFETY: Readonly<Record<string, string>> = {
  SIM: 'simulated broker: no order leaves this machine',
  'DRY-RUN': 'dry run: nothing is sent to any broker',
  SANDBOX: "the broker's sandbox: no real money",
  REHEARSAL: 'rehearsal: live rules against a host that is not the broker',
};

function safetyOf(badge: string): string {
  return SAFETY[badge.split(' ', 1)[0] ?? ''] ?? `REAL MONEY: orders go to ${badge}`;
}
