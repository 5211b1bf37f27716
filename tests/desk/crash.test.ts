/**
 * the process is killed at every record of a trade, and before and after every call to
 * the broker, and started again: the trade ends as if nothing had happened, with no second order.
 */
import { describe, expect, it } from 'vitest';
import { quantity } from '#kernel/quantity.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { broken } from './invariants.ts';
import { openWorld, takeOpened, type World, type WorldOptions } from './world.ts';

const UBER = 'UBER  261204P00078000';
const SYMBOL = asInstrumentSymbol(UBER);
/** The schedule of R-09 in a tenth of its time; everything else as it is. */
const OPTIONS: WorldOptions = {
  risk: { entry: { waitMs: 2_000, windowMs: 9_000 } },
  orders: { quarantineMs: 5_000, looksMin: 3, lookEveryMs: 1_000, crashStartsMax: 100 },
  broker: { latency: { timeoutMs: 2_000 } },
};
const REST_MS = 25_000;

interface Course {
  readonly name: string;
  readonly prepare: (world: World) => void;
  /** Told after the entry has had time to fill. */
  readonly afterwards?: string;
  /** What the account may hold at the end, and the trades that may be open. */
  readonly net: readonly number[];
  readonly options?: WorldOptions;
}

const fills = (...parts: readonly (readonly [afterMs: number, count: number])[]) =>
  parts.map(([afterMs, count]) => ({ afterMs, quantity: quantity(count) }));

const COURSES: readonly Course[] = [
  {
    name: 'an entry that fills at once',
    prepare: ({ broker }) =>
      broker.script.onCall({ on: 'place', plan: { fills: fills([100, 4]) } }),
    net: [4],
  },
  {
    name: 'an entry that fills in parts while it is stepped',
    prepare({ broker }) {
      broker.script.onCall({ on: 'place', plan: { fills: fills([500, 1]) } });
      broker.script.onCall({ on: 'place', plan: { fills: fills([300, 2]) } });
    },
    // A crash may cost the steps, and with them the parts that would have filled at their price.
    net: [1, 3],
  },
  {
    name: 'an entry that is never filled',
    prepare: () => undefined,
    net: [0],
  },
  {
    name: 'an entry of one contract that is edited and fills',
    prepare({ broker }) {
      broker.script.onCall({ on: 'replace', plan: { fills: 'never' } });
      broker.script.onCall({ on: 'replace', plan: { fills: fills([200, 1]) } });
    },
    net: [0, 1],
    options: { risk: { entry: { waitMs: 2_000, windowMs: 9_000 }, limits: { contractsMax: 1 } } },
  },
  {
    name: 'an author who sells half',
    prepare({ broker }) {
      broker.script.onCall({ on: 'place', plan: { fills: fills([100, 4]) } });
    },
    afterwards: 'STC 2 UBER 78p 12/04',
    // Told while nobody knows what has been bought, it takes the entry back.
    net: [0, 2, 4],
  },
  {
    name: 'an author who sells all of it',
    prepare({ broker }) {
      broker.script.onCall({ on: 'place', plan: { fills: fills([100, 4]) } });
    },
    afterwards: 'STC UBER 78p 12/04',
    net: [0, 4],
  },
  {
    name: 'an order whose sending nobody answered',
    prepare({ broker }) {
      broker.script.onCall({
        on: 'place',
        answer: { kind: 'ambiguous_with_effect' },
        plan: { fills: fills([1_000, 4]) },
      });
    },
    net: [4],
  },
  {
    name: 'an edit nobody answered',
    prepare({ broker }) {
      broker.script.onCall({ on: 'replace', answer: { kind: 'ambiguous_with_effect' } });
    },
    net: [0],
    options: { risk: { entry: { waitMs: 2_000, windowMs: 9_000 }, limits: { contractsMax: 1 } } },
  },
];

type Kill = (world: World) => void;

/** One run of the course, killed as told, started again and brought to rest. */
async function run(course: Course, kill: Kill, again?: number): Promise<World> {
  const world = await openWorld({ ...OPTIONS, ...course.options });
  takeOpened();
  world.pin(UBER, '0.70', '0.85');
  course.prepare(world);
  kill(world);
  world.tell('BTO 4 UBER 78p 12/04 @ 0.75');
  await live(world, 4_000, again);
  if (course.afterwards !== undefined) {
    world.pin(UBER, '0.80', '0.82');
    world.tell(course.afterwards);
  }
  await live(world, 4_000);
  await live(world, REST_MS);
  return world;
}

/**
 * Lets time pass; should the process die meanwhile, another starts half a second later, and dies as
 * well when it has recorded `again` more.
 */
async function live(world: World, ms: number, again?: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 250) {
    await world.run(250);
    if (!world.hasDied) continue;
    await world.run(500);
    const left = world.records().length;
    const reopened = world.reopen();
    if (again !== undefined) world.dieOnce(({ seq }) => seq >= left + again);
    await reopened;
    return live(world, ms - passed);
  }
}

function verdictOn(world: World, course: Course): readonly string[] {
  const net = world.broker.ledger.net(SYMBOL);
  const opened = world.bodies('trade.opened').length;
  const entries = world.broker.ledger
    .orders()
    .filter(({ side, status }) => side === 'buy' && status === 'working');
  return [
    ...broken(world),
    ...(course.net.includes(net) ? [] : [`${net} held, expected ${course.net.join(' or ')}`]),
    ...(opened === 1 ? [] : [`${opened} trades opened`]),
    ...(entries.length === 0 ? [] : ['an entry still works']),
    ...(world.desk.book.killState === 'ACTIVE' ? [] : [`the desk is ${world.desk.book.killState}`]),
  ];
}

describe.each(COURSES)('$name', (course) => {
  it('R-52: comes to its end undisturbed', async () => {
    const world = await run(course, () => undefined);
    expect(verdictOn(world, course)).toEqual([]);
  });

  it('R-52: killed after each record', async () => {
    const whole = await run(course, () => undefined);
    const last = whole.records().length;
    for (let nth = 4; nth <= last; nth += 1) {
      const world = await run(course, (told) => told.dieOnce(({ seq }) => seq === nth));
      const at = `killed after record ${nth}, ${whole.records()[nth - 1]?.kind}`;
      expect({ at, broken: verdictOn(world, course) }).toEqual({ at, broken: [] });
    }
  });

  it.each(['sent', 'answered'] as const)('R-52: killed when each call is %s', async (moment) => {
    const whole = await run(course, () => undefined);
    const calls = whole.bodies('order.intended').length;
    for (let nth = 1; nth <= calls; nth += 1) {
      const world = await run(course, (told) => dieAtCall(told, nth, moment));
      const at = `killed when call ${nth} was ${moment}`;
      expect({ at, broken: verdictOn(world, course) }).toEqual({ at, broken: [] });
    }
  });
});

function dieAtCall(world: World, nth: number, moment: 'sent' | 'answered'): void {
  let calls = 0;
  const count = (): void => {
    calls += 1;
    if (calls === nth) world.die();
  };
  if (moment === 'sent') world.process.onSent(count);
  else world.process.onAnswer(count);
}

describe('twice in a row', () => {
  it('R-52: killed again while it recovers', async () => {
    // Proof that an order never arrived begins again with each run: the window must last that long.
    const options = { risk: { entry: { waitMs: 2_000, windowMs: 20_000 } } };
    const course = { ...(COURSES[0] as Course), options };
    const last = (await run(course, () => undefined)).records().length;
    for (let first = 5; first <= last; first += 3) {
      for (let later = 1; later <= 7; later += 2) {
        const world = await run(course, (told) => told.dieOnce(({ seq }) => seq === first), later);
        const at = `killed after record ${first}, and ${later} records into the next run`;
        expect({ at, broken: verdictOn(world, course) }).toEqual({ at, broken: [] });
      }
    }
  });
});
