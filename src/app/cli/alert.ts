/**
 * `strikewire alert`: one message through the whole path.
 *
 * A dry run with a date is answered by a private desk in this process, at that date; everything
 * else by the desk that runs on the data directory.
 */
import { z } from 'zod';
import { type EpochMs, formatInstant } from '#kernel/time.ts';
import { readMarketTime } from '#market/market-time.ts';
import { answerText } from '#operate/answer-text.ts';
import type { Config } from '../config.ts';
import type { Exit } from '../exit-codes.ts';
import { Answer } from './answer-shown.ts';
import { connectDesk, type DeskClient, isDeskThere } from './desk-client.ts';
import { followTrade } from './follow.ts';
import { CommandFailed, type Io } from './io.ts';

export interface AlertOptions {
  readonly text: string | undefined;
  readonly example: boolean;
  readonly postedAt: string | undefined;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly follow: boolean;
  readonly channel: string;
  readonly user: string;
}

/** What a dry run asks of the program itself, without a running desk. */
export interface Said {
  readonly text: string;
  readonly channel: string;
  readonly user: string;
}

export interface Preview {
  /** The answer as `alert --json` prints it. `null`: at the desk's present. */
  process(config: Config, message: Said, at: EpochMs | null): Promise<unknown>;
  /** A message that is a valid order at that time. */
  example(config: Config, at: EpochMs | null): Promise<string | null>;
}

/** People and channels have a platform's shape of id, also on the command line. */
const ID = /^[A-Za-z0-9._-]{1,64}$/;

export async function runAlert(
  config: Config,
  options: AlertOptions,
  preview: Preview,
  io: Io,
): Promise<Exit> {
  checkUsage(options);
  const postedAt = readPostedAt(options.postedAt);
  const { directory } = config.data;
  const isPrivate = options.dryRun && (postedAt !== null || !(await isDeskThere(directory)));
  return isPrivate
    ? inPrivate({ config, options, postedAt, preview }, io)
    : live(connectDesk(directory), options, postedAt, io);
}

function checkUsage({ text, example, channel, user }: AlertOptions): void {
  if ((text === undefined || text.trim() === '') !== example) {
    const what = example ? 'not both' : 'as in: strikewire alert "BTO UBER 78p 12/05 @ 0.75"';
    throw new CommandFailed('usage', `Give a message or --example, ${what}.`);
  }
  for (const [option, id] of Object.entries({ channel, user })) {
    if (!ID.test(id)) {
      throw new CommandFailed('usage', `--${option}: expected an id such as "desk", was "${id}".`);
    }
  }
}

/** A date alone means the middle of that morning in New York. */
function readPostedAt(text: string | undefined): EpochMs | null {
  if (text === undefined) return null;
  const at = readMarketTime(text, '10:30');
  if (at !== null) return at;
  const expected = 'a date (2025-12-02) or an ISO instant with a zone (2025-12-02T15:30:00Z)';
  throw new CommandFailed('usage', `--posted-at: expected ${expected}, was "${text}".`);
}

interface InPrivate {
  readonly config: Config;
  readonly options: AlertOptions;
  readonly postedAt: EpochMs | null;
  readonly preview: Preview;
}

async function inPrivate({ config, options, postedAt, preview }: InPrivate, io: Io): Promise<Exit> {
  const text = options.text ?? exampleOr(await preview.example(config, postedAt));
  const { channel, user } = options;
  return show(text, await preview.process(config, { text, channel, user }, postedAt), options, io);
}

async function live(
  desk: DeskClient,
  options: AlertOptions,
  postedAt: EpochMs | null,
  io: Io,
): Promise<Exit> {
  const text = options.text ?? (await exampleOf(desk));
  const isFollowed = options.follow && !options.dryRun && !options.json;
  const stop = new AbortController();
  // Opened before the message is sent, so that no update can fall between the two.
  const events = isFollowed ? desk.events(stop.signal) : null;
  const answer = await desk.call('POST', '/admin/alerts/process', {
    text,
    user_id: options.user,
    channel_id: options.channel,
    dry_run: options.dryRun,
    ...(postedAt === null ? {} : { posted_at: formatInstant(postedAt) }),
  });
  const exit = await show(text, answer, options, io);
  const { tradeId } = Answer.parse(answer);
  if (events === null || tradeId === undefined || exit !== 'done') {
    stop.abort();
    return exit;
  }
  return follow({ tradeId, events, stop, url: desk.url }, io);
}

interface Followed {
  readonly tradeId: string;
  readonly events: ReturnType<DeskClient['events']>;
  readonly stop: AbortController;
  readonly url: string;
}

async function follow({ tradeId, events, stop, url }: Followed, io: Io): Promise<Exit> {
  const undo = io.onInterrupt(() => stop.abort());
  await io.print('\nFollowing it until its exit rests (Ctrl-C leaves it to the desk):\n');
  try {
    const end = await followTrade(tradeId, events, async (line) => io.print(`  ${line}`));
    if (end === 'settled') return 'done';
    io.note(`The desk went away; the record has the rest. Its page was ${url}\n`);
    return 'refused';
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    io.note(`\nNo longer following; the desk goes on with it: ${url}\n`);
    return 'done';
  } finally {
    undo();
    stop.abort();
  }
}

async function show(
  text: string,
  sent: unknown,
  { json, example }: AlertOptions,
  io: Io,
): Promise<Exit> {
  const answer = Answer.parse(sent);
  if (json) await io.print(`${JSON.stringify(sent)}\n`);
  else
    await io.print(
      `${example ? `Example: ${text}\n\n` : ''}${answerText(text, answer, io.palette)}`,
    );
  return answer.verdict === 'order' || answer.verdict === 'exit' ? 'done' : 'refused';
}

async function exampleOf(desk: DeskClient): Promise<string> {
  const { text } = z
    .object({ text: z.string().nullable() })
    .parse(await desk.call('GET', '/api/v1/alerts/example'));
  return exampleOr(text);
}

function exampleOr(text: string | null): string {
  if (text !== null) return text;
  throw new CommandFailed('refused', 'The market offers nothing to make an example of right now.');
}
