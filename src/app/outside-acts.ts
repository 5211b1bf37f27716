/**
 * Acts of commands, and at pages of another process, that change people and keys in the data
 * directory themselves, whether a desk runs or not: each leaves a note there before it changes
 * anything, and the desk puts it on record, within a second or when it starts next.
 *
 * A note is taken away once it is on disk in the journal. A desk that dies in between tells it
 * again: its own time, which is in the words, shows that it is the same.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { errorCode } from '#adapters/disk/errors.ts';
import { clip, oneLine } from '#kernel/text.ts';
import { type Cancel, type Clock, createSystemClock, formatInstant } from '#kernel/time.ts';
import type { Desk } from '#orders/desk.ts';
import { noteAct } from './act-note.ts';
import { makeDirectory } from './make-directory.ts';

const DIRECTORY = 'acts';
const LOOK_EVERY_MS = 1_000;
const NOTES_A_LOOK = 100;
const WORDS_MAX = 500;

const Note = z.object({ at: z.string(), actor: z.string(), act: z.string(), reason: z.string() });

/** By this process, of which each has its place. */
let noted = 0;

/** On disk when it returns; throws the system's error when it cannot be. */
export function noteOutside(
  directory: string,
  act: string,
  reason: string,
  actor = `shell:${userName()}`,
): void {
  const notes = join(directory, DIRECTORY);
  makeDirectory(directory);
  makeDirectory(notes);
  const now = createSystemClock().now();
  const note = { at: formatInstant(now), actor, act, reason };
  noted += 1;
  const order = String(noted).padStart(4, '0');
  const path = join(notes, `${now}-${order}-${randomBytes(6).toString('hex')}.json`);
  const file = openSync(`${path}.new`, 'wx', 0o600);
  try {
    writeFileSync(file, JSON.stringify(note));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}

type Recorder = Pick<Desk, 'record' | 'now'>;

export class OutsideActs {
  readonly #desk: Recorder;
  readonly #clock: Pick<Clock, 'after'>;
  readonly #directory: string;
  /** Those that could not be taken away are told once. */
  readonly #told = new Set<string>();
  #timer: Cancel = () => undefined;
  #isStopped = false;

  constructor(desk: Recorder, clock: Pick<Clock, 'after'>, directory: string) {
    this.#desk = desk;
    this.#clock = clock;
    this.#directory = join(directory, DIRECTORY);
  }

  watch(): void {
    void this.#look().then(() => {
      if (this.#isStopped) return;
      this.#timer = this.#clock.after(LOOK_EVERY_MS, () => this.watch());
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer();
  }

  async #look(): Promise<void> {
    for (const name of this.#names()) {
      if (this.#isStopped) return;
      const { actor, act, reason } = noteIn(join(this.#directory, name));
      const isKept = await noteAct(this.#desk, act, { actor, reason }).then(
        () => true,
        () => false,
      );
      // The journal takes nothing: the note waits for the next start.
      if (!isKept) return;
      if (!isTakenAway(join(this.#directory, name))) this.#told.add(name);
    }
  }

  #names(): readonly string[] {
    const names = namesIn(this.#directory).filter((name) => name.endsWith('.json'));
    return names
      .filter((name) => !this.#told.has(name))
      .toSorted()
      .slice(0, NOTES_A_LOOK);
  }
}

/** None where there is none, or while it cannot be read. */
function namesIn(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  try {
    return readdirSync(directory);
  } catch (error) {
    if (!errorCode(error).startsWith('E')) throw error;
    return [];
  }
}

function noteIn(path: string): Omit<z.output<typeof Note>, 'at'> {
  const { at, actor, act, reason } = read(path);
  return {
    actor: clip(oneLine(actor), WORDS_MAX),
    act: clip(oneLine(`${act} (by command, ${at})`), WORDS_MAX),
    reason: clip(oneLine(reason), WORDS_MAX),
  };
}

function read(path: string): z.output<typeof Note> {
  try {
    return Note.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const isOurs = !(error instanceof SyntaxError) && !(error instanceof z.ZodError);
    const why = isOurs ? errorCode(error) : 'it is not as it was written';
    return { at: '', actor: 'shell:unknown', act: `a note of an act: ${why}`, reason: path };
  }
}

function isTakenAway(path: string): boolean {
  try {
    rmSync(path, { force: true });
    return true;
  } catch (error) {
    if (!errorCode(error).startsWith('E')) throw error;
    return false;
  }
}

/** Of the person at the shell; a container may have no name for its user. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
