/** Defects of intake and risk: who is heard, what is done twice, which limits count. */
import type { Mutant } from './model.ts';

const ADMISSION = 'src/alerts/admission.ts';
const DUPLICATES = 'src/alerts/duplicates.ts';
const LANE = 'src/app/lane/alert-lane.ts';
const TRADING_DESK = 'src/app/trading-desk.ts';

export const INTAKE_MUTANTS: readonly Mutant[] = [
  {
    name: 'any-author-accepted',
    what: 'whoever writes in a listed room is heard',
    patches: [
      {
        file: ADMISSION,
        find: 'return new Set(granted).difference(new Set(withdrawn?.[person] ?? []));',
        replace: "return new Set(['alert', 'trade']);",
      },
    ],
  },
  {
    name: 'anybody-closes-any-trade',
    what: 'an author closes what another has opened',
    patches: [
      {
        file: 'src/alerts/context-exit.ts',
        find: 'trade.author === author && trade.openQuantity > 0',
        replace: 'trade.openQuantity > 0',
      },
    ],
  },
  {
    name: 'any-room-accepted',
    what: 'alerts are taken from rooms that are for something else',
    patches: [
      {
        file: ADMISSION,
        find: "if ((room.purpose === 'alerts') !== (intent === 'alert')) {",
        replace: 'if (false) {',
      },
    ],
  },
  {
    name: 'replies-accepted',
    what: 'a reply or a forwarded message opens a trade',
    patches: [{ file: ADMISSION, find: "if (relation !== 'initial')", replace: 'if (false)' }],
  },
  {
    name: 'edits-accepted',
    what: 'an edited message opens a trade',
    patches: [
      { file: ADMISSION, find: "if (relation !== 'initial')", replace: 'if (false)' },
      { file: LANE, find: "if (relation === 'edit') {", replace: 'if (false) {' },
      {
        file: DUPLICATES,
        find: 'return memory.undecided.has(key) || hasDecided(memory, key);',
        replace: 'return false;',
      },
    ],
  },
  {
    name: 'no-message-deduplication',
    what: 'a message delivered again is decided again',
    patches: [
      {
        file: DUPLICATES,
        find: 'return memory.undecided.has(key) || hasDecided(memory, key);',
        replace: 'return false;',
      },
    ],
  },
  {
    name: 'messages-forgotten-at-restart',
    what: 'a message decided before a restart is decided again when it is delivered again',
    patches: [{ file: TRADING_DESK, find: '  remember(memory, entry);\n', replace: '' }],
  },
  {
    name: 'same-instruction-traded-again',
    what: 'the same instruction of two people moments apart is traded twice',
    patches: [
      {
        file: DUPLICATES,
        find: 'Math.abs(query.postedAt - postedAt) < windowMs,',
        replace: 'Math.abs(query.postedAt - postedAt) < 0,',
      },
    ],
  },
  {
    name: 'duplicate-window-forgotten-at-restart',
    what: 'a restart forgets which instructions were taken moments before',
    patches: [
      {
        file: TRADING_DESK,
        find: '  remember(memory, entry);\n',
        replace: '  remember(memory, entry);\n  memory.instructions.length = 0;\n',
      },
    ],
  },
  {
    name: 'decision-counts-as-done',
    what: 'a decision torn from what it led to by a crash is never carried out',
    patches: [
      {
        file: DUPLICATES,
        find: '  // Still undecided: what carries it out stands behind it in the same write.\n',
        replace: '  memory.undecided.delete(key);\n',
      },
    ],
  },
  {
    name: 'undecided-forgotten-at-restart',
    what: 'a message received before a crash is never decided',
    patches: [
      {
        file: LANE,
        find: 'const left = [...this.#lane.memory.undecided.values()];',
        replace: 'const left: ChatMessage[] = [];',
      },
    ],
  },
  {
    name: 'message-not-recorded',
    what: 'a message is acted on and not put on record',
    patches: [
      {
        file: LANE,
        find: 'const recorded = this.#lane.record([received]).durable;',
        replace: 'const recorded = Promise.resolve(received).then(() => undefined);',
      },
    ],
  },
  {
    name: 'deleted-alert-traded',
    what: 'an alert deleted while it was being decided is traded all the same',
    patches: [
      {
        file: 'src/app/lane/lane-context.ts',
        find: 'return this.memory.deleted.has(key);',
        replace: 'return false;',
      },
      {
        file: LANE,
        find: 'if (cancels || desk.book.trade(id)?.orders.length === 0) {',
        replace: 'if (false) {',
      },
    ],
  },
  {
    name: 'answered-before-recorded',
    what: 'a person is told of a decision that is not on disk',
    patches: [
      {
        file: 'src/app/lane/lane-context.ts',
        find: '    await durable;\n',
        replace: '    durable.catch(() => undefined);\n',
      },
    ],
  },
  {
    name: 'refusing-gate-ignored',
    what: 'an alert is approved though a gate refuses it',
    patches: [
      {
        file: 'src/risk/approve.ts',
        find: "const refused = gates.find((gate) => gate.outcome === 'refuse');",
        replace: 'const refused = gates.slice(0, 0)[0];',
      },
    ],
  },
  {
    name: 'decided-on-a-stale-quote',
    what: 'a decision is made on a quote of any age',
    patches: [
      {
        file: 'src/risk/gates/quote.ts',
        find: 'if (receivedMs > receivedMax) {',
        replace: 'if (receivedMs > Number.POSITIVE_INFINITY) {',
      },
    ],
  },
  {
    name: 'chain-not-linked',
    what: 'a record does not carry the hash of the one before it',
    patches: [
      {
        file: 'src/journal/group.ts',
        find: 'writePayload(sink, record, this.#last.hash);',
        replace: "writePayload(sink, record, '0'.repeat(this.#last.hash.length));",
      },
    ],
  },
];
