/** Canonical trades: what is said, what the broker does with it, and the ends that are allowed. */
import type { CallRule } from '#adapters/simulated/script.ts';
import { planClose } from '#app/operator-close.ts';
import { quantity } from '#kernel/quantity.ts';
import type { EntryEndReason } from '#orders/model.ts';
import type { KillState } from '#risk/model.ts';
import { fill, UBER } from '../desk/holding.ts';
import type { World, WorldOptions } from '../desk/world.ts';

export interface Course {
  readonly name: string;
  readonly options?: WorldOptions;
  /** What the broker makes of the calls to come, one rule each. */
  readonly calls?: readonly CallRule[];
  readonly prepare?: (world: World) => void;
  /** `BTO 4 UBER 78p 12/04 @ 0.75` when absent. */
  readonly alert?: string;
  readonly later?: Act;
  /** What the account may hold at the end, … */
  readonly net: readonly number[];
  /** … how the entry may have ended, `none` when no trade was opened, … */
  readonly entry: readonly (EntryEndReason | 'none')[];
  /** … and the kill state the desk is left in; ACTIVE when absent. */
  readonly state?: KillState;
}

/** What somebody does while the trade lives. */
interface Act {
  readonly afterMs: number;
  /** Resolves when it is answered: who is not answered asks again. */
  readonly act: (world: World) => Promise<unknown>;
}

/** The schedule of R-09 in a tenth of its time; everything else as it is. */
const ENTRY = { waitMs: 2_000, windowMs: 9_000 };
export const OPTIONS: WorldOptions = {
  risk: { entry: ENTRY },
  orders: { quarantineMs: 5_000, looksMin: 3, lookEveryMs: 1_000, crashStartsMax: 100 },
  broker: { latency: { timeoutMs: 2_000 } },
};
const EDITS: WorldOptions = { orders: { ...OPTIONS.orders, stepBy: 'edit' } };
const UNSTEPPED: WorldOptions = { risk: { entry: { ...ENTRY, stepsMax: 0, convert: 'never' } } };
const ONE = 'BTO 1 UBER 78p 12/04 @ 0.75';

const places = (plan: CallRule['plan'], more: Partial<CallRule> = {}): CallRule => ({
  on: 'place',
  ...(plan === undefined ? {} : { plan }),
  ...more,
});
const filledAtOnce = places({ fills: [fill(100, 4)] });

export const COURSES: readonly Course[] = [
  {
    name: 'an entry that fills at once',
    calls: [filledAtOnce],
    net: [4],
    entry: ['filled'],
  },
  {
    name: 'an entry that fills in parts while it is stepped',
    calls: [places({ fills: [fill(500, 1)] }), places({ fills: [fill(300, 2)] })],
    // A crash may cost the steps, and with them the parts that would have filled at their price.
    net: [1, 3],
    entry: ['window_over'],
  },
  {
    name: 'an entry that is never filled',
    net: [0],
    entry: ['window_over'],
  },
  {
    name: 'an entry of one contract that is edited and fills',
    alert: ONE,
    calls: [
      { on: 'replace', plan: { fills: 'never' } },
      { on: 'replace', plan: { fills: [fill(200, 1)] } },
    ],
    net: [0, 1],
    entry: ['filled', 'window_over'],
  },
  {
    name: 'a step that meets a fill of the order it edits',
    alert: ONE,
    calls: [places({ fills: 'never', fillDuringReplace: quantity(1) })],
    net: [0, 1],
    entry: ['filled', 'window_over'],
  },
  {
    name: 'an edit aborted by a fill that leaves the original alive',
    options: EDITS,
    calls: [places({ fills: 'never', fillDuringReplace: quantity(3), abortedOriginal: 'lives' })],
    net: [0, 3],
    entry: ['window_over'],
  },
  {
    name: 'an edit aborted by a fill that ends the original as well',
    options: EDITS,
    calls: [
      places({ fills: 'never', fillDuringReplace: quantity(3), abortedOriginal: 'cancelled' }),
    ],
    net: [0, 3],
    entry: ['window_over'],
  },
  {
    name: 'a fill while the entry is cancelled at the end of its window',
    options: UNSTEPPED,
    calls: [places({ fills: 'never', fillDuringCancel: quantity(3) })],
    net: [3],
    entry: ['window_over'],
  },
  {
    name: 'a conversion',
    alert: ONE,
    prepare: (world) => world.clock.after(1_000, () => world.pin(UBER, '0.74', '0.76')),
    net: [0, 1],
    entry: ['filled', 'window_over'],
  },
  {
    name: 'an exit that is added to as the entry goes on filling',
    options: UNSTEPPED,
    calls: [places({ fills: [fill(100, 2), fill(4_000, 2)] })],
    // An order on record and never sent is sent once it is proven absent: late in the window.
    net: [2, 4],
    entry: ['filled', 'window_over'],
  },
  {
    name: 'an author who sells half while the exit rests',
    calls: [filledAtOnce],
    later: { afterMs: 4_000, act: sells('STC 2 UBER 78p 12/04') },
    // Told while nobody knows what has been bought, it takes the entry back.
    net: [0, 2, 4],
    entry: ['filled', 'author_exit'],
  },
  {
    name: 'an author who sells all of it',
    calls: [filledAtOnce],
    later: { afterMs: 4_000, act: sells('STC UBER 78p 12/04') },
    net: [0, 4],
    entry: ['filled', 'author_exit'],
  },
  {
    name: 'an operator who closes the trade',
    calls: [filledAtOnce],
    later: { afterMs: 4_000, act: closes },
    net: [0, 4],
    entry: ['filled'],
  },
  {
    name: 'a halt in the middle of the entry',
    calls: [places({ fills: [fill(1_500, 1)] })],
    later: { afterMs: 1_750, act: halts },
    net: [0, 1],
    entry: ['kill_state', 'not_sent'],
    state: 'HALT',
  },
  {
    name: 'an order whose sending nobody answered, and that arrived',
    calls: [places({ fills: [fill(1_000, 4)] }, { answer: { kind: 'ambiguous_with_effect' } })],
    net: [4],
    entry: ['filled'],
  },
  {
    name: 'an order whose sending nobody answered, and that never arrived',
    calls: [places(undefined, { answer: { kind: 'ambiguous_without_effect' } })],
    net: [0],
    entry: ['window_over'],
  },
  {
    name: 'an edit nobody answered',
    alert: ONE,
    calls: [{ on: 'replace', answer: { kind: 'ambiguous_with_effect' } }],
    net: [0],
    entry: ['window_over'],
  },
  {
    name: 'an entry the venue rejects after taking it',
    calls: [places({ fills: 'never', rejectLater: { afterMs: 300, reason: 'margin' } })],
    net: [0],
    entry: ['rejected'],
  },
  {
    name: 'an exit refused once',
    calls: [
      filledAtOnce,
      places(undefined, {
        answer: { kind: 'rejected', rejection: { code: 'held', message: 'not settled' } },
      }),
    ],
    net: [4],
    entry: ['filled'],
  },
  {
    name: 'a fill nobody is notified of',
    calls: [filledAtOnce],
    prepare: ({ broker }) =>
      broker.script.onNotice({ times: Infinity, delivery: { kind: 'drop' } }),
    net: [4],
    entry: ['filled'],
  },
  {
    name: 'a dry run',
    options: { dryRun: true },
    net: [0],
    entry: ['none'],
  },
];

function sells(text: string): (world: World) => Promise<unknown> {
  return async (world) => {
    world.pin(UBER, '0.80', '0.82');
    world.tell(text);
  };
}

async function closes(world: World): Promise<void> {
  world.pin(UBER, '0.80', '0.82');
  const { desk, settings } = world;
  const [trade] = desk.book.open();
  if (trade === undefined) return;
  const parts = { desk, risk: settings.risk, environment: 'simulated' } as const;
  const { decision, judged } = planClose(parts, trade);
  if (decision.kind === 'refused') return;
  const by = { actor: 'local:operator', why: 'enough' };
  await desk.requestClose(decision.plan, by, [judged]).durable;
}

function halts({ desk }: World): Promise<void> {
  return desk.changeKillState('HALT', 'local:operator', 'test');
}
