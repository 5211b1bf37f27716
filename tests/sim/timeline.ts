/**
 * A failing seed as a story a person can read: when, who, what. What happens at one time stands
 * under it; what is said again and again is said once with its number.
 */
import type { SimOutcome, StoryEntry, Violation } from './model.ts';

export interface TimelineOptions {
  /** Columns of the page; longer sentences go on in the next line. */
  readonly width?: number;
}

const WIDTH = 110;
const VOICE_WIDTH = 'violation'.length;
/** What to look at first. */
const SIGNS: Readonly<Partial<Record<StoryEntry['who'], string>>> = {
  fault: '!',
  crash: '!',
  violation: '✗',
};

/** The whole page; the outcome must have kept its story. */
export function timeline(outcome: SimOutcome, { width = WIDTH }: TimelineOptions = {}): string {
  const story = told(outcome);
  const timeWidth = Math.max(0, ...story.map(({ at }) => clockOf(at).length));
  const lines: string[] = [...headOf(outcome), ''];
  let last: number | null = null;
  for (const line of gathered(story)) {
    const at = line.at === last ? '' : clockOf(line.at);
    last = line.at;
    const sign = SIGNS[line.who] ?? ' ';
    const head = `${sign} ${at.padStart(timeWidth)}  ${line.who.padEnd(VOICE_WIDTH)}  `;
    const [first = '', ...others] = wrapped(line.text, Math.max(40, width - head.length));
    lines.push(head + first, ...others.map((more) => ' '.repeat(head.length) + more));
  }
  return `${lines.join('\n')}\n`;
}

/** Milliseconds as `1:23.456`, with hours where there are some. */
export function clockOf(ms: number): string {
  const whole = Math.round(ms);
  const seconds = (Math.floor(whole / 1_000) % 60).toString();
  const minutes = (Math.floor(whole / 60_000) % 60).toString();
  const hours = Math.floor(whole / 3_600_000);
  const thousandths = (whole % 1_000).toString().padStart(3, '0');
  const rest = `${seconds.padStart(2, '0')}.${thousandths}`;
  return hours === 0 ? `${minutes}:${rest}` : `${hours}:${minutes.padStart(2, '0')}:${rest}`;
}

function headOf({ seed, violations, story, fired, alerts, lifecycles }: SimOutcome) {
  const faults = `${counted(fired.length, 'fault')}: ${fired.map(nameOf).join(', ') || 'none'}`;
  const [first] = violations;
  const as = story.find(({ who }) => who === 'violation')?.text;
  const verdict =
    first === undefined
      ? `Seed ${seed} keeps every invariant.`
      : `Seed ${seed} fails after ${clockOf(first.at)}. ${as ?? `${first.invariant}: ${first.what}`}`;
  return [verdict, `${counted(alerts, 'alert')} in the seed, ${lifecycles} traded. ${faults}.`];
}

function nameOf({ id, kind }: SimOutcome['fired'][number]): string {
  return `${id} ${kind.replaceAll('_', ' ')}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Told in the order of time; a violation the story does not tell is put in at its time. */
function told({ story, violations }: SimOutcome): readonly StoryEntry[] {
  const isTold = ({ at, invariant }: Violation): boolean =>
    story.some(
      (entry) => entry.who === 'violation' && entry.at === at && entry.text.startsWith(invariant),
    );
  const missing = violations
    .filter((violation) => !isTold(violation))
    .map(({ at, invariant, what }) => ({
      at,
      who: 'violation' as const,
      text: `${invariant}: ${what}`,
    }));
  return [...story, ...missing].toSorted((a, b) => a.at - b.at);
}

/** The same said again by the same voice, with nothing between, is one line. */
function gathered(story: readonly StoryEntry[]): readonly StoryEntry[] {
  const lines: { entry: StoryEntry; times: number; until: number }[] = [];
  for (const entry of story) {
    const before = lines.at(-1);
    if (
      before !== undefined &&
      before.entry.who === entry.who &&
      before.entry.text === entry.text
    ) {
      before.times += 1;
      before.until = entry.at;
    } else lines.push({ entry, times: 1, until: entry.at });
  }
  return lines.map(({ entry, times, until }) =>
    times === 1
      ? entry
      : { ...entry, text: `${entry.text} (${times} times, until ${clockOf(until)})` },
  );
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
