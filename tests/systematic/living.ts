/** One course from the alert to its rest, through whatever deaths it is given, and the verdict. */
import { SYMBOL, UBER } from '../desk/holding.ts';
import { broken } from '../desk/invariants.ts';
import { openWorld, takeOpened, type World } from '../desk/world.ts';
import { type Course, OPTIONS } from './courses.ts';
import { DiskRecord } from './disk-record.ts';

/** Until an entry window, a quarantine and what may follow them are over. */
const LIFE_MS = 33_000;
const STEP_MS = 250;
const DEAD_MS = 500;

export interface Life {
  readonly world: World;
  readonly record: DiskRecord;
}

/** Called with the first run of the desk as the alert comes, with each later one as it starts. */
export type Haunt = (life: Life, nthRun: number) => void;

export async function live(course: Course, haunt: Haunt): Promise<Life> {
  const life = await begin(course);
  const { world } = life;
  const asked = createAct(course, world);
  haunt(life, 1);
  world.tell(course.alert ?? 'BTO 4 UBER 78p 12/04 @ 0.75');
  for (let passed = 0, run = 2; passed < LIFE_MS; passed += STEP_MS) {
    await world.run(STEP_MS);
    if (world.hasDied) {
      await world.run(DEAD_MS);
      const nth = run++;
      await world.reopen(() => haunt(life, nth));
      // A platform delivers again what it cannot know to have been taken.
      for (const { key } of world.messages) world.tellAgain(key);
    }
    asked.look(passed + STEP_MS);
  }
  return life;
}

async function begin(course: Course): Promise<Life> {
  const record = new DiskRecord();
  const world = await openWorld({ ...OPTIONS, ...course.options, keeping: record });
  takeOpened();
  world.pin(UBER, '0.70', '0.85');
  course.prepare?.(world);
  for (const rule of course.calls ?? []) world.broker.script.onCall(rule);
  return { world, record };
}

/** What somebody does in the course, and does again when no answer comes: the desk had died. */
function createAct({ later }: Course, world: World): { look(passedMs: number): void } {
  let askedOf: World['process'] | null = null;
  let isAnswered = false;
  return {
    look(passedMs) {
      if (later === undefined || isAnswered || passedMs < later.afterMs) return;
      const { process } = world;
      if (askedOf === process) return;
      askedOf = process;
      void later.act(world).then(() => {
        isAnswered = world.process === process && !world.hasDied;
      });
    },
  };
}

/** What is wrong with how it ended; nothing when all is well. */
export function verdictOn({ world }: Life, course: Course): readonly string[] {
  const net = world.broker.ledger.net(SYMBOL);
  const opened = world.bodies('trade.opened').length;
  const entry = world.bodies('entry.ended').map(({ reason }) => reason);
  const { killState } = world.desk.book;
  const working = world.broker.ledger
    .orders()
    .filter(({ side, status }) => side === 'buy' && status === 'working');
  const isAllowed = (course.entry as readonly string[]).includes(entry[0] ?? 'none');
  return [
    ...broken(world),
    ...(course.net.includes(net) ? [] : [`${net} held, expected ${course.net.join(' or ')}`]),
    ...(opened <= 1 && entry.length === opened ? [] : [`${opened} opened, ${entry.length} ended`]),
    ...(isAllowed ? [] : [`the entry ended ${entry[0] ?? 'none'}`]),
    ...(working.length === 0 ? [] : ['an entry still works']),
    ...(killState === (course.state ?? 'ACTIVE') ? [] : [`the desk is ${killState}`]),
  ];
}
