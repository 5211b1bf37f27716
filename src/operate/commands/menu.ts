/** The table as platforms, help and completion show it. */
import type { CommandShape } from '#publish/ports.ts';
import { type Asker, authorise } from './authorise.ts';
import { usageOf } from './read-line.ts';
import { COMMANDS, type Command, commandNamed } from './table.ts';

const PROPOSALS_MAX = 25;

/** For the menus of platforms. A code to confirm with is typed or pressed, never chosen. */
export function commandShapes(): readonly CommandShape[] {
  return COMMANDS.filter(({ name }) => name !== 'confirm').map(shapeOf);
}

function shapeOf({ name, description, options }: Command): CommandShape {
  return {
    name,
    description,
    options: options.map((option) => ({
      name: option.name,
      description: option.description,
      kind: 'text',
      required: option.required,
      choices: option.choices,
      completes: option.completes !== null,
    })),
  };
}

/** What this person can do where they are, or how one command is given. */
export function helpText(about: string, asker: Asker): string {
  const one = about === '' ? null : found(about);
  if (about !== '' && one === null) return `There is no command “${about}”.`;
  if (one !== null) return detailOf(one, asker);
  const able = COMMANDS.filter((command) => authorise(command, asker).kind === 'allowed');
  const lines = able.map((command) => `${usageOf(command)} · ${command.description}`);
  return ['What you can do here:', ...lines].join('\n');
}

function detailOf(command: Command, asker: Asker): string {
  const { aliases, description, options, examples } = command;
  const verdict = authorise(command, asker);
  const lines = [
    `${usageOf(command)} · ${description}`,
    ...options.map((option) => `${option.name.toUpperCase()}: ${option.description}`),
    ...(aliases.length === 0 ? [] : [`Also: ${aliases.join(', ')}`]),
    ...examples.map((example) => `Example: ${example}`),
    ...(verdict.kind === 'refused' && verdict.text !== null ? [verdict.text] : []),
  ];
  return lines.join('\n');
}

function found(about: string): Command | null {
  const name = about.toLowerCase();
  const aliased = COMMANDS.find(({ aliases }) => aliases.some((alias) => alias === name));
  return commandNamed(name) ?? aliased ?? null;
}

/** What there is to propose, by kind. */
export interface Completions {
  readonly symbols: () => readonly string[];
  readonly trades: () => readonly string[];
  readonly held: () => readonly string[];
  readonly orders: () => readonly string[];
}

/** Proposals for what is being typed: those that begin with it, then those that contain it. */
export function complete(
  asked: { readonly command: string; readonly option: string; readonly typed: string },
  known: Completions,
): readonly string[] {
  const options = commandNamed(asked.command)?.options ?? [];
  const completes = options.find(({ name }) => name === asked.option)?.completes ?? null;
  const typed = asked.typed.trim().toLowerCase();
  const all = completes === null ? [] : proposals(completes, known);
  const starting = all.filter((one) => one.toLowerCase().startsWith(typed));
  const holding = all.filter((one) => one.toLowerCase().includes(typed) && !starting.includes(one));
  return [...new Set([...starting, ...holding])].slice(0, PROPOSALS_MAX);
}

function proposals(
  kind: NonNullable<Command['options'][number]['completes']>,
  known: Completions,
): readonly string[] {
  switch (kind) {
    case 'symbol':
      return known.symbols();
    case 'trade':
      return known.trades();
    case 'held':
      return known.held();
    case 'order':
      return [...known.orders(), ...known.trades()];
    case 'command':
      return COMMANDS.map(({ name }) => name);
  }
}
