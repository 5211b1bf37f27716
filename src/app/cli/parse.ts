/**
 * `strikewire parse`: what each message of a stream means, every asset class allowed.
 *
 * One JSON line in, one JSON line out, in the same order. A line that cannot be read is named with
 * its number and left out; the rest goes on, and the command ends with 1.
 */
import { createReadStream } from 'node:fs';
import { z } from 'zod';
import type { Reading } from '#alerts/model.ts';
import { type IsoDate, parseIsoDate } from '#kernel/calendar.ts';
import { parseInstant } from '#kernel/time.ts';
import { isZoneKnown, newYorkDate } from '#market/session.ts';
import { toAlertJson } from '#operate/answer-json.ts';
import { errorCode } from '../config.ts';
import { CommandFailed, type Io } from './io.ts';

/** What a text means to a reader on a day, every asset class allowed. */
export type Read = (text: string, posted: IsoDate) => Reading;

const LineIn = z.object({
  id: z.union([z.string(), z.number()]),
  text: z.string(),
  posted_at: z.string(),
});

const CHUNK_LENGTH = 65_536;
const LINE_LENGTH_MAX = 1_048_576;

/** The number of lines that could not be read. */
export async function parseStream(
  input: AsyncIterable<string | Uint8Array>,
  read: Read,
  io: Pick<Io, 'print' | 'note'>,
): Promise<number> {
  let held = '';
  let number = 0;
  let bad = 0;
  for await (const line of linesOf(input)) {
    number += 1;
    if (line?.trim() === '') continue;
    const answer = answerLine(line, read);
    if (answer.ok) held += `${answer.text}\n`;
    else {
      bad += 1;
      io.note(`line ${number}: ${answer.detail}\n`);
    }
    if (held.length < CHUNK_LENGTH) continue;
    await io.print(held);
    held = '';
  }
  if (held !== '') await io.print(held);
  return bad;
}

function openInput(file: string, io: Pick<Io, 'input'>): Io['input'] {
  return file === '-' ? io.input : createReadStream(file);
}

/** Runs the command; `read` is the parser. */
export async function runParse(file: string, read: Read, io: Io): Promise<'done' | 'refused'> {
  try {
    const bad = await parseStream(openInput(file, io), read, io);
    if (bad > 0) io.note(`${bad === 1 ? '1 line' : `${bad} lines`} could not be read\n`);
    return bad === 0 ? 'done' : 'refused';
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'EISDIR') throw error;
    const why = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`;
    throw new CommandFailed('refused', `${file}: ${why}`);
  }
}

type Answer =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly detail: string };

function answerLine(line: string | null, read: Read): Answer {
  if (line === null) return { ok: false, detail: `longer than ${LINE_LENGTH_MAX} characters` };
  const parsed = LineIn.safeParse(readJson(line));
  if (!parsed.success) return { ok: false, detail: whatIsWrong(parsed.error) };
  const { id, text, posted_at } = parsed.data;
  const posted = dateOf(posted_at);
  if (posted === null) {
    return { ok: false, detail: 'posted_at: expected an ISO instant or a date (2025-12-02)' };
  }
  const reading = read(text, posted);
  const { verdict, code, spans } = reading;
  const result = reading.alert === null ? null : toAlertJson(reading.alert);
  return { ok: true, text: JSON.stringify({ id, result, verdict, code, spans }) };
}

/** `undefined` for what is not JSON, which no line of ours is. */
function readJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function whatIsWrong({ issues }: z.ZodError): string {
  const [issue] = issues;
  if (issue === undefined || issue.path.length === 0) return 'expected a JSON object';
  return `${issue.path.join('.')}: ${issue.message.replace('Invalid input: ', '')}`;
}

function dateOf(text: string): IsoDate | null {
  const date = parseIsoDate(text);
  if (date !== null) return date;
  const at = parseInstant(text);
  return at === null || !isZoneKnown(at) ? null : newYorkDate(at);
}

/** `null` stands for a line too long to hold a message: it is passed over, not gathered. */
async function* linesOf(input: AsyncIterable<string | Uint8Array>): AsyncIterable<string | null> {
  const decoder = new TextDecoder();
  let rest = '';
  let isTooLong = false;
  for await (const chunk of input) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      yield isTooLong || line.length > LINE_LENGTH_MAX ? null : line;
      isTooLong = false;
    }
    if (rest.length <= LINE_LENGTH_MAX) continue;
    rest = '';
    isTooLong = true;
  }
  if (isTooLong) yield null;
  else if (rest !== '') yield rest;
}
