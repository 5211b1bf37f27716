/** What a command is made of: its options, who may give it, where. */
import type { Permission } from '#alerts/model.ts';

export const PURPOSES = ['alerts', 'commands', 'control'] as const;
/** What a listed channel is for. */
export type Purpose = (typeof PURPOSES)[number];

export interface CommandOption {
  readonly name: string;
  readonly description: string;
  /** rest: all that is left of the line. */
  readonly kind: 'word' | 'rest' | 'price' | 'choice';
  readonly required: boolean;
  readonly choices: readonly string[];
  /** What can be proposed while it is typed. */
  readonly completes: 'symbol' | 'trade' | 'held' | 'order' | 'command' | null;
}

export interface CommandSpec {
  /** One word, or two: a platform's menu groups by the first. */
  readonly name: string;
  /** Shorter ways to type it. */
  readonly aliases: readonly string[];
  readonly description: string;
  readonly options: readonly CommandOption[];
  /** Any one of these permissions; `null`: whoever speaks in a listed channel. */
  readonly permissions: readonly Permission[] | null;
  readonly purposes: readonly Purpose[];
  /** orders: where the desk's rules ask for it. */
  readonly confirm: 'never' | 'orders' | 'always';
  /** Changes something: it is refused when it arrives late, and is on record before it is done. */
  readonly acts: 'no' | 'yes';
  readonly examples: readonly string[];
}

export const ANYBODY = null;
export const KNOWN = ['alert', 'trade', 'operate', 'admin'] as const;
export const READERS = ['trade', 'operate', 'admin'] as const;
export const OPERATORS = ['operate', 'admin'] as const;
export const TRADERS = ['trade'] as const;
export const ADMINS = ['admin'] as const;

export const DESK_ROOMS = ['commands', 'control'] as const;
/** Orders are given where they are talked about, not where incidents are. */
export const ORDER_ROOMS = ['commands'] as const;

export const reads = {
  aliases: [],
  options: [],
  confirm: 'never',
  acts: 'no',
  examples: [],
} as const;
export const acts = {
  aliases: [],
  options: [],
  confirm: 'never',
  acts: 'yes',
  examples: [],
} as const;

type Optional = 'required' | 'optional';

export function word(
  name: string,
  description: string,
  need: Optional,
  completes: CommandOption['completes'] = null,
): CommandOption {
  const required = need === 'required';
  return { name, description, kind: 'word', required, choices: [], completes };
}

export function rest(
  name: string,
  description: string,
  need: Optional,
  completes: CommandOption['completes'] = null,
): CommandOption {
  return { ...word(name, description, need, completes), kind: 'rest' };
}

export const ORDER = rest('order', 'As in an alert: 2 UBER 78p 12/05 @ .75', 'required', 'symbol');
export const REASON = rest('reason', 'Why', 'optional');
export const WHO = word('who', 'A mention, or platform:id', 'required');
export const WHICH_HELD = word('alert', 'The key of a held alert', 'required', 'held');
export const LIMIT: CommandOption = {
  ...word('limit', 'The new limit', 'required'),
  kind: 'price',
};
export const PERMISSION: CommandOption = {
  ...word('permission', 'What they may do', 'required'),
  kind: 'choice',
  choices: KNOWN,
};
