/**
 * A stand-in for a chat as a command: it serves a room of one trader until told to stop. What is
 * typed is said by the trader; what the desk posts is printed.
 */
import { parseArgs } from 'node:util';
import type { CommandRun } from './command.ts';
import type { JsonObject } from './support/json.ts';

export interface RoomRun extends CommandRun {
  /** What the person types. */
  readonly lines: AsyncIterable<string>;
}

export type OnPost = (how: 'posted' | 'edited', text: string) => void;

export interface Room {
  /** For `--json`. */
  readonly facts: JsonObject;
  /** For people: how a desk gets to it. */
  readonly words: string;
  /** The trader says it. */
  say(line: string): void;
  close(): Promise<void>;
}

export interface RoomKind {
  /** What follows `npm run stand-in --`. */
  readonly name: string;
  readonly help: string;
  open(port: number, onPost: OnPost): Promise<Room>;
}

export const ROOM_OPTIONS = `Options:
  --port N   port to listen on; any free one unless given
  --json     one line of JSON instead of the words
  --help     this text
`;
const OPTIONS = {
  port: { type: 'string', default: '0' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;
const USAGE = 2;
const FAILED = 1;
const PORT_MAX = 65_535;

/** The exit code. */
export async function runRoom(kind: RoomKind, run: RoomRun): Promise<number> {
  const { args, write, complain, stopped } = run;
  const asked = parse(args);
  if (typeof asked === 'string') {
    complain(`${asked}\nSee: npm run stand-in -- ${kind.name} --help\n`);
    return USAGE;
  }
  if (asked.isHelp) {
    write(kind.help);
    return 0;
  }
  try {
    const room = await kind.open(asked.port, (how, text) => {
      if (!asked.isJson) write(`  ${how}\n  | ${text.replaceAll('\n', '\n  | ')}\n`);
    });
    write(asked.isJson ? `${JSON.stringify(room.facts)}\n` : room.words);
    void hear(run.lines, room);
    await stopped;
    await room.close();
    return 0;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    complain(`The stand-in could not be opened on port ${asked.port}: ${reason}\n`);
    return FAILED;
  }
}

async function hear(lines: AsyncIterable<string>, room: Room): Promise<void> {
  for await (const line of lines) if (line.trim() !== '') room.say(line);
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS });
    const port = Number(values.port);
    const isPort = Number.isInteger(port) && port >= 0 && port <= PORT_MAX;
    if (!isPort) return `--port takes a whole number from 0 to ${PORT_MAX}, was ${values.port}.`;
    return { port, isJson: values.json, isHelp: values.help };
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
}
