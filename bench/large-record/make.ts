/**
 * A data directory of a desk that has traded for months: its journal written by the journal itself,
 * with what the real desk records of real courses, over and over, each time of other trades.
 *
 * A day is one run: it starts, reads its buying power, agrees with the broker, takes a few hundred
 * alerts and as much chatter, and stops. Every trade has ended.
 */
import { createJournalDisk } from '#adapters/disk/journal-disk.ts';
import { reasonOf } from '#app/answer.ts';
import { isAnswered } from '#app/answered.ts';
import { isDeskEntry } from '#app/desk-entry.ts';
import { TRADE_RULES } from '#app/trade-rules.ts';
import { createTeller } from '#audit/teller.ts';
import type { Draft } from '#events/record.ts';
import { openJournal } from '#journal/open.ts';
import type { Journal } from '#journal/ports.ts';
import { invariant } from '#kernel/invariant.ts';
import { money } from '#kernel/price.ts';
import { createRandom } from '#kernel/random.ts';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock, type VirtualClock } from '#kernel/virtual-clock.ts';
import { newYorkDate } from '#market/session.ts';
import { Outbox } from '#publish/outbox.ts';
import { openWorld } from '../../tests/desk/world.ts';
import { COURSES } from '../../tests/systematic/courses.ts';
import { live } from '../../tests/systematic/living.ts';
import { again, type Course, courseOf } from './course.ts';

const DAY_MS = 24 * 3_600_000;
const ALERTS_A_DAY = 300;
/** What else is said, for each alert. */
const CHATTER = 2;
const GAP_MS = 1_000;
/** Written and waited for together. */
const BATCH = 1_000;
const LAZY_MS = 100;
const SAID = ['good morning everybody', 'nice one', 'watching UBER here', 'what a day'] as const;

export interface Made {
  readonly records: number;
  readonly trades: number;
  readonly days: number;
}

/** So many records, and those it takes to end the day. The newest are of before `until`. */
export async function makeRecord(directory: string, records: number, until: number): Promise<Made> {
  const trades = await tradingCourses();
  const chatter = await chatterCourses();
  const random = createRandom(1);
  const daysAhead = Math.ceil(records / dayRecords(trades, chatter)) + 1;
  const clock = createVirtualClock(epochMs(until - daysAhead * DAY_MS));
  const opened = await openJournal({
    disk: createJournalDisk(directory),
    clock,
    run: 'r_made',
    settings: { checkpointMs: DAY_MS },
  });
  if (!opened.ok) throw new Error(opened.error.detail);
  const pen = new Pen(opened.value.journal, clock);
  const made = { trades: 0, days: 0 };
  for (let said = 0; pen.seq < records; ) {
    const begun = clock.now();
    made.days += 1;
    await pen.beginDay(made.days);
    for (let alert = 0; alert < ALERTS_A_DAY && pen.seq < records; alert += 1) {
      made.trades += 1;
      await pen.play(pick(trades, random), (said += 1));
      for (let n = 0; n < CHATTER; n += 1) await pen.play(pick(chatter, random), (said += 1));
    }
    await pen.note('run.ended', { reason: 'the day is over', at: clock.now() });
    clock.advance(Math.max(0, begun + DAY_MS - clock.now()));
  }
  await pen.done();
  await opened.value.journal.close();
  return { records: pen.seq, ...made };
}

class Pen {
  readonly #journal: Journal;
  readonly #clock: VirtualClock;
  readonly #teller = createTeller(TRADE_RULES);
  readonly #outbox = new Outbox({ reasonOf, isAnswered });
  #written = 0;

  constructor(journal: Journal, clock: VirtualClock) {
    this.#journal = journal;
    this.#clock = clock;
  }

  get seq(): number {
    return this.#journal.health().lastSeq;
  }

  async beginDay(epoch: number): Promise<void> {
    const at = this.#clock.now();
    await this.note('run.started', { version: 'made', epoch, environment: 'simulated', at });
    await this.note('buying_power.captured', { day: newYorkDate(at), amount: money('100000') });
    await this.note('reconcile.passed', { orders: 0, positions: 0, at });
  }

  /** The course as the `n`th that is played, and the answers in the chat that it leads to. */
  async play(course: Course, n: number): Promise<void> {
    const begun = this.#clock.now() + GAP_MS;
    for (const { draft, afterMs } of again(course, n, begun, this.seq)) {
      this.#clock.advance(Math.max(0, begun + afterMs - this.#clock.now()));
      await this.#write(draft);
    }
    for (const { post, digest } of this.#outbox.due()) {
      const body = { key: post.key, digest, postId: `p${n}`, at: this.#clock.now() };
      await this.note('notice.delivered', body);
    }
  }

  async note(kind: string, body: object): Promise<void> {
    await this.#write({ kind, body, actor: 'engine' });
  }

  async done(): Promise<void> {
    while (this.#journal.health().durableSeq < this.seq) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      this.#clock.advance(LAZY_MS);
    }
  }

  async #write(draft: Draft): Promise<void> {
    this.#written += 1;
    const isWaitedFor = this.#written % BATCH === 0;
    const appended = this.#journal.append([draft], isWaitedFor ? 'sync' : 'lazy');
    for (const record of appended.records) {
      if (isDeskEntry(record)) this.#outbox.take(this.#teller.tell(record));
    }
    if (isWaitedFor) await appended.durable;
  }
}

/** Of the canonical trades of one message those that come to their end, sold or never filled. */
async function tradingCourses(): Promise<readonly Course[]> {
  const found: Course[] = [];
  for (const course of COURSES) {
    const { world } = await live(course, () => undefined);
    const records = world.records();
    const said = records.filter(({ kind }) => kind === 'message.received').length;
    const hasEnded = records.some(({ kind }) => kind === 'trade.ended');
    if (hasEnded && said === 1) found.push(courseOf(records));
  }
  invariant(found.length > 3, 'several of the canonical trades end');
  return found;
}

async function chatterCourses(): Promise<readonly Course[]> {
  const found: Course[] = [];
  for (const said of SAID) {
    const world = await openWorld();
    world.tell(said);
    await world.run(100);
    found.push(courseOf(world.records()));
  }
  return found;
}

function dayRecords(trades: readonly Course[], chatter: readonly Course[]): number {
  const mean = (courses: readonly Course[]): number =>
    courses.reduce((sum, { steps }) => sum + steps.length, 0) / courses.length;
  return ALERTS_A_DAY * (mean(trades) + CHATTER * mean(chatter));
}

function pick(courses: readonly Course[], random: ReturnType<typeof createRandom>): Course {
  const course = courses[Math.floor(random.next() * courses.length)];
  invariant(course !== undefined, 'there is a course to pick');
  return course;
}
