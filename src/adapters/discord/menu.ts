/**
 * Our commands in Discord's own menu: one command with everything else below it, as Discord allows
 * 25 below one and 25 below each group.
 *
 * https://discord.com/developers/docs/interactions/application-commands
 */
import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType as Kind,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js';
import { clip } from '#kernel/text.ts';
import type { CommandShape } from '#publish/ports.ts';
import type { WireInteraction, WireOption } from './wire.ts';

const BELOW_MAX = 25;
const TEXT_MAX = 100;

export interface Menu {
  readonly body: RESTPostAPIChatInputApplicationCommandsJSONBody;
  /** Names of commands for which there was no room. */
  readonly left: readonly string[];
}

/** A name of two words, `order status`, becomes a group and a command in it. */
export function menuOf(command: string, shapes: readonly CommandShape[]): Menu {
  const groups = new Map<string, APIApplicationCommandSubcommandOption[]>();
  const top = new Map<string, APIApplicationCommandOption>();
  const left: string[] = [];
  for (const shape of shapes) {
    const [group, ...rest] = pathOf(shape.name, shapes);
    const name = rest.at(0) ?? group;
    const members = rest.length === 0 ? null : (groups.get(group) ?? []);
    const isFull = members === null ? top.size >= BELOW_MAX : members.length >= BELOW_MAX;
    if (isFull || (members !== null && !top.has(group) && top.size >= BELOW_MAX)) {
      left.push(shape.name);
      continue;
    }
    const one = subcommandOf(name, shape);
    if (members === null) top.set(name, one);
    else {
      members.push(one);
      groups.set(group, members);
      const type = Kind.SubcommandGroup;
      top.set(group, { type, name: group, description: group, options: members });
    }
  }
  const description = 'The trading desk';
  return { body: { name: command, description, options: [...top.values()] }, left };
}

/** What was chosen and typed, as one line; `null` when it is no command of ours. */
export function lineOf(
  { data }: WireInteraction,
  command: string,
  shapes: readonly CommandShape[],
): string | null {
  const chosen = data?.name === command ? chosenIn(data.options ?? [], shapes) : null;
  if (chosen === null) return null;
  const { shape, values } = chosen;
  const given = shape.options.flatMap(({ name }) => {
    const text = String(values.find((value) => value.name === name)?.value ?? '');
    return text.trim() === '' ? [] : [text.replace(/\s+/g, ' ').trim()];
  });
  return [shape.name, ...given].join(' ');
}

export interface Typing {
  readonly command: string;
  readonly option: string;
  readonly typed: string;
}

/** The value that is being typed, for proposals. */
export function typingIn(
  { data }: WireInteraction,
  command: string,
  shapes: readonly CommandShape[],
): Typing | null {
  const chosen = data?.name === command ? chosenIn(data.options ?? [], shapes) : null;
  const focused = chosen?.values.find((value) => value.focused === true);
  if (chosen === null || focused === undefined) return null;
  const typed = String(focused.value ?? '');
  return { command: chosen.shape.name, option: focused.name, typed };
}

function chosenIn(options: readonly WireOption[], shapes: readonly CommandShape[]) {
  for (const shape of shapes) {
    const [group, ...rest] = pathOf(shape.name, shapes);
    const outer = options.find(({ name }) => name === group);
    const inner = rest.length === 0 ? outer : outer?.options?.find(({ name }) => name === rest[0]);
    if (inner !== undefined) return { shape, values: inner.options ?? [] };
  }
  return null;
}

/**
 * One or two names. A first word that is a command by itself cannot also be a group, and Discord
 * knows no third level: those are joined.
 */
function pathOf(name: string, shapes: readonly CommandShape[]): readonly [string, ...string[]] {
  const words = name.toLowerCase().split(/\s+/);
  const [first = name, second] = words;
  const isAlone = shapes.some((shape) => shape.name === first);
  if (second === undefined || words.length > 2 || isAlone) return [words.join('-')];
  return [first, second];
}

function subcommandOf(name: string, shape: CommandShape): APIApplicationCommandSubcommandOption {
  const options = shape.options.map(optionOf);
  // Discord refuses a required option behind one that is not.
  const ordered = options.toSorted((a, b) => Number(b.required) - Number(a.required));
  const description = clip(shape.description, TEXT_MAX);
  return { type: Kind.Subcommand, name, description, options: ordered };
}

function optionOf(option: CommandShape['options'][number]): APIApplicationCommandBasicOption {
  const { name, required, kind, choices, completes } = option;
  const own = { name, description: clip(option.description, TEXT_MAX), required };
  if (kind === 'integer') return { ...own, type: Kind.Integer };
  if (choices.length === 0) return { ...own, type: Kind.String, autocomplete: completes };
  const offered = choices.slice(0, BELOW_MAX).map((value) => ({ name: value, value }));
  return { ...own, type: Kind.String, choices: offered };
}
