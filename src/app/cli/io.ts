/** The terminal as a command sees it: results to one side, everything else to the other. */
import { isatty } from 'node:tty';
import { COLOURED, type Palette, PLAIN } from '#operate/terminal-text.ts';
import type { Exit } from '../exit-codes.ts';

export interface Io {
  /** Results. Resolves when more may be written. */
  print(text: string): Promise<void>;
  /** Progress, warnings, errors. */
  note(text: string): void;
  readonly input: AsyncIterable<string | Uint8Array>;
  /** A person watches the results. */
  readonly isTerminal: boolean;
  readonly palette: Palette;
  readonly columns: number;
  /** Calls `action` on Ctrl-C instead of ending the process, until undone. */
  onInterrupt(action: () => void): () => void;
}

/** A command ends early, with something to say. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly exit: Exit;

  constructor(exit: Exit, message: string) {
    super(message);
    this.exit = exit;
  }
}

const COLUMNS_UNKNOWN = 160;

export function createProcessIo(): Io {
  const isTerminal = isatty(1);
  return {
    async print(text) {
      if (process.stdout.write(text)) return;
      await new Promise<void>((resolve) => {
        process.stdout.once('drain', resolve);
      });
    },
    note: (text) => void process.stderr.write(text),
    input: process.stdin,
    isTerminal,
    // Node's own answer respects NO_COLOR and FORCE_COLOR.
    palette: isTerminal && process.stdout.hasColors() ? COLOURED : PLAIN,
    // Some terminals do not say how wide they are.
    columns: (isTerminal && process.stdout.columns) || COLUMNS_UNKNOWN,
    onInterrupt(action) {
      process.on('SIGINT', action);
      return () => process.off('SIGINT', action);
    },
  };
}

/** Whoever read our output has gone (`| head`): there is nobody left to tell, so end quietly. */
export function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
}
