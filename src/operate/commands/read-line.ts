/**
 * A typed line → a command with its values, or one sentence that says what was expected.
 *
 * Rule  a line is one command or none: what is left over, missing or of a wrong form makes it an
 *       error that names the form, never a guess. Time is linear in the length, which is bounded.
 */
import { clip, oneLine } from '#kernel/text.ts';
import type { CommandOption } from './parts.ts';
import { COMMANDS, type Command } from './table.ts';

const LINE_MAX = 1_000;
const PREFIX = /^!tt(?:\s+|$)/i;
const PRICE = /^\$?(?:\d{1,7}(?:\.\d{1,4})?|\.\d{1,4})$/;
/** As many letters may be wrong for a proposal. */
const DISTANCE_MAX = 2;

/** What follows `!tt`, or `null` when a message is no command. */
export function lineIn(text: string): string | null {
  const found = PREFIX.exec(text);
  return found === null ? null : text.slice(found[0].length);
}

export type LineRead =
  | {
      readonly kind: 'command';
      readonly command: Command;
      readonly values: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'unclear'; readonly text: string };

export function readLine(line: string): LineRead {
  if (line.length > LINE_MAX) return unclear(`Expected at most ${LINE_MAX} characters.`);
  const said = oneLine(line);
  if (said === '') return unclear('Expected a command. “help” names them.');
  const found = named(said);
  return found === null ? unclear(unknown(said)) : values(found.command, found.left);
}

/** How a command is typed: `order replace ORDER LIMIT`. */
export function usageOf({ name, options }: Pick<Command, 'name' | 'options'>): string {
  const parts = options.map((option) => {
    const shown = option.choices.length > 0 ? option.choices.join('|') : option.name.toUpperCase();
    return option.required ? shown : `[${shown}]`;
  });
  return [name, ...parts].join(' ');
}

/** The longest name or alias that the line begins with. */
function named(said: string): { command: Command; left: string } | null {
  const lower = said.toLowerCase();
  let best: { command: Command; length: number } | null = null;
  for (const command of COMMANDS) {
    for (const name of [command.name, command.name.replace(' ', '-'), ...command.aliases]) {
      const isIt = lower === name || lower.startsWith(`${name} `);
      if (isIt && name.length > (best?.length ?? 0)) best = { command, length: name.length };
    }
  }
  return best === null ? null : { command: best.command, left: said.slice(best.length).trim() };
}

function values(command: Command, given: string): LineRead {
  const taken: Record<string, string> = {};
  let left = given;
  for (const option of command.options) {
    const isRest = option.kind === 'rest';
    const end = isRest || !left.includes(' ') ? left.length : left.indexOf(' ');
    const value = left.slice(0, end);
    if (value === '' && !option.required) continue;
    const fault = faultOf(option, value);
    if (fault !== null) return unclear(`${fault} Expected: ${usageOf(command)}${example(command)}`);
    taken[option.name] = option.kind === 'choice' ? value.toLowerCase() : value;
    left = left.slice(end).trim();
  }
  if (left === '') return { kind: 'command', command, values: taken };
  const extra = `“${clip(left, 60)}” is one word too many.`;
  return unclear(`${extra} Expected: ${usageOf(command)}${example(command)}`);
}

function faultOf(option: CommandOption, value: string): string | null {
  if (value === '') return `The ${option.name} is missing.`;
  if (option.kind === 'price' && !PRICE.test(value)) {
    return `“${clip(value, 20)}” is no price such as 0.75.`;
  }
  if (option.kind === 'choice' && !option.choices.includes(value.toLowerCase())) {
    return `“${clip(value, 20)}” is none of ${option.choices.join(', ')}.`;
  }
  return null;
}

function example({ examples }: Command): string {
  return examples.length === 0 ? '' : `, such as: ${examples[0]}`;
}

function unknown(said: string): string {
  const [first = '', second = ''] = said.toLowerCase().split(' ');
  const typed = [first, `${first} ${second}`];
  let nearest: { name: string; distance: number } | null = null;
  for (const { name, aliases } of COMMANDS) {
    for (const known of [name, ...aliases]) {
      const distance = Math.min(...typed.map((one) => distanceOf(one, known)));
      if (distance < (nearest?.distance ?? DISTANCE_MAX + 1)) nearest = { name: known, distance };
    }
  }
  const group = COMMANDS.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length > 0) return `Expected one of: ${group.map(usageOf).join(' · ')}`;
  const proposal = nearest === null ? '' : ` Did you mean “${nearest.name}”?`;
  return `There is no command “${clip(first, 30)}”.${proposal} “help” names them all.`;
}

/** Letters to change, add or leave out to make one word the other (Levenshtein). */
function distanceOf(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > DISTANCE_MAX) return DISTANCE_MAX + 1;
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let at = 1; at <= one.length; at += 1) {
    const next = [at];
    for (let to = 1; to <= other.length; to += 1) {
      const cost = one[at - 1] === other[to - 1] ? 0 : 1;
      const [left = 0, up = 0, corner = 0] = [next[to - 1], row[to], row[to - 1]];
      next.push(Math.min(left + 1, up + 1, corner + cost));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

function unclear(text: string): LineRead {
  return { kind: 'unclear', text };
}
