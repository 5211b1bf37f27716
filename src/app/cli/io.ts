/** The terminal as a command sees it: results to one side, everything else to the other. */
import { isatty } from 'node:tty';
import { COLOURED, type Palette, PLAIN } from '#operate/terminal-text.ts';
import { EXIT, type Exit } from '../exit-codes.ts';
import { createLossyOutput } from './lossy-output.ts';

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
  /** From here on nobody has to read: printing never waits, and its failing ends nothing. */
  detach(): void;
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
  let write = writeAndWait;
  let note: Io['note'] = (text) => void process.stderr.write(text);
  let isRead = true;
  endWithoutReader(() => isRead);
  return {
    print: (text) => write(text),
    note: (text) => note(text),
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
    detach() {
      const out = createLossyOutput(process.stdout);
      write = async (text) => out(text);
      note = createLossyOutput(process.stderr);
      isRead = false;
    },
  };
}

async function writeAndWait(text: string): Promise<void> {
  if (process.stdout.write(text)) return;
  await new Promise<void>((resolve) => {
    process.stdout.once('drain', resolve);
  });
}

/** Asks a person at a terminal to type a word; without one nobody has agreed. */
export async function confirmsBy(word: string, io: Io, before = ''): Promise<boolean> {
  if (!io.isTerminal) return false;
  io.note(`${before}Type ${word} to go on: `);
  for await (const chunk of io.input) return String(chunk).trim() === word;
  return false;
}

/** Whoever read our output has gone (`| head`): there is nobody left to tell, so end quietly. */
function endWithoutReader(isRead: () => boolean): void {
  const end = (error: NodeJS.ErrnoException): void => {
    if (!isRead()) return;
    if (error.code === 'EPIPE') process.exit(EXIT.done.code);
    process.stderr.write(`The output cannot be written (${error.code ?? error.message}).\n`);
    process.exit(EXIT.refused.code);
  };
  for (const stream of [process.stdout, process.stderr]) stream.on('error', end);
}
