/** Every way the program can end, in one table: the number, what it says, what to do. */

export interface ExitMeaning {
  readonly code: number;
  readonly means: string;
  readonly remedy: string;
}

export const EXIT = {
  done: { code: 0, means: 'Done.', remedy: '' },
  refused: {
    code: 1,
    means: 'Refused or failed; the message says why.',
    remedy: 'Read the message: it names the rule and the numbers, or what could not be reached.',
  },
  usage: {
    code: 2,
    means: 'Wrong usage or wrong configuration; nothing was started.',
    remedy: 'Every problem is listed with its place; `strikewire check` lists them again.',
  },
  journal_unwritable: {
    code: 3,
    means: 'The journal in the data directory cannot be written: disk full, read-only or failing.',
    remedy: 'Free space or repair the disk, then start again: nothing recorded is lost.',
  },
  directory_locked: {
    code: 4,
    means: 'Another desk is running on this data directory.',
    remedy: 'Stop it, or give this one a directory of its own with --data.',
  },
  port_in_use: {
    code: 5,
    means: 'The HTTP port is taken by another program.',
    remedy: 'Stop that program, or choose another port with --port (0 takes any free one).',
  },
  journal_damaged: {
    code: 6,
    means: 'The journal holds a record that is not as it was written.',
    remedy: 'Run `strikewire journal verify`; keep the files as they are and restore a copy.',
  },
} as const satisfies Record<string, ExitMeaning>;

export type Exit = keyof typeof EXIT;

/** The table as `--help` shows it. */
export function exitCodeHelp(): string {
  const lines = Object.values(EXIT).map(({ code, means }) => `  ${code}  ${means}`);
  return `Exit codes:\n${lines.join('\n')}`;
}
