/**
 * From a line somebody typed, chose or pressed to its answer.
 *
 *   1. The same act delivered again gets the answer it had, and does nothing.
 *   2. The line is read; who asks, and where, is checked.
 *   3. What changes something is refused when it comes late, and is on record before it is done.
 *   4. Where it must be confirmed, the same person is asked; on their yes, 2 and 3 are done anew.
 *
 * Rule  nothing is done for anybody whose permission was not checked at the moment it is done.
 */
import type { Clock, EpochMs } from '#kernel/time.ts';
import type { Actor, Button } from '#publish/ports.ts';
import type { Given, Prepared } from './acts.ts';
import { type Answer, done, refused } from './answer.ts';
import { type Asker, actorOf, authorise } from './authorise.ts';
import { CONFIRM_MS, createConfirmations, digestOf, type Question } from './confirmations.ts';
import type { CommandDesk } from './desk.ts';
import { HANDLERS } from './handlers.ts';
import { readLine } from './read-line.ts';
import { type Command, commandNamed } from './table.ts';

/** Of a button under an answer; what follows is the line that a press gives. */
const BUTTON_PREFIX = 'tt:';
/** A command that comes later than this changes nothing. */
const AGE_MS_MAX = 30_000;
/** People are answered within 5 s, however long the broker takes. */
const ANSWER_MS_MAX = 4_000;
const ANSWERED_MAX = 2_000;

export interface Asked {
  /** The platform's id of the act: the same again is the same act. */
  readonly id: string;
  readonly line: string;
  readonly by: Actor;
  readonly asker: Asker;
  readonly at: EpochMs;
}

export interface CommandAnswer {
  /** `null`: nothing is said. Who must say something says that this cannot be used here. */
  readonly text: string | null;
  readonly buttons: readonly Button[];
  /** What takes the place of this answer when the desk needed longer. Never rejects. */
  readonly later: Promise<CommandAnswer> | null;
}

export interface CommandsOptions {
  readonly desk: CommandDesk;
  readonly clock: Clock;
  /** A code nobody was given before, of letters and digits, that cannot be guessed. */
  readonly newCode: () => string;
}

/** The line that a press of a button of ours gives; `null` for other buttons. */
export function lineOfButton(button: string): string | null {
  return button.startsWith(BUTTON_PREFIX) ? button.slice(BUTTON_PREFIX.length) : null;
}

/** A button that gives a command when it is pressed, by whoever presses it. */
export function commandButton(line: string, label: string, style: Button['style']): Button {
  return { id: `${BUTTON_PREFIX}${line}`, label, style };
}

const SILENCE: CommandAnswer = { text: null, buttons: [], later: null };

export class Commands {
  readonly #desk: CommandDesk;
  readonly #clock: Clock;
  readonly #confirmations;
  /** By platform, person and act: its answer. */
  readonly #answered = new Map<string, Promise<CommandAnswer>>();

  constructor({ desk, clock, newCode }: CommandsOptions) {
    this.#desk = desk;
    this.#clock = clock;
    this.#confirmations = createConfirmations(clock, newCode);
  }

  /** Never rejects. */
  run(asked: Asked): Promise<CommandAnswer> {
    const key = `${actorOf(asked.asker)} ${asked.id}`;
    const before = this.#answered.get(key);
    if (before !== undefined) return before;
    const answer = this.#prompt(this.#answer(asked));
    const oldest = this.#answered.keys().next();
    if (this.#answered.size >= ANSWERED_MAX && oldest.done !== true) {
      this.#answered.delete(oldest.value);
    }
    this.#answered.set(key, answer);
    return answer;
  }

  /** The answer, or that it takes longer. */
  async #prompt(answer: Promise<CommandAnswer>): Promise<CommandAnswer> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ANSWER_MS_MAX, () => {
        resolve({ ...this.#said(done('Working on it …')), later: answer });
      });
      void answer.then((ready) => {
        cancel();
        resolve(ready);
      });
    });
  }

  async #answer(asked: Asked): Promise<CommandAnswer> {
    try {
      return await this.#take(asked);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return this.#said(refused(`It failed, and may or may not have had an effect: ${why}`));
    }
  }

  async #take(asked: Asked): Promise<CommandAnswer> {
    const read = readLine(asked.line);
    // Who may be told that a line is unclear may be told what there is.
    const known = read.kind === 'command' ? read.command : HELP;
    const allowed = authorise(known, asked.asker);
    if (allowed.kind === 'refused') {
      if (known.acts === 'yes') await this.#note(asked, `refused: ${allowed.code}`);
      return allowed.text === null ? SILENCE : this.#said(refused(allowed.text));
    }
    if (read.kind === 'unclear') return this.#said(refused(read.text));
    const { command, values } = read;
    if (command.name === 'confirm') return this.#confirmed(asked, values['code'] ?? '');
    if (command.acts === 'yes' && this.#clock.now() - asked.at > AGE_MS_MAX) {
      await this.#note(asked, 'refused: too_late');
      return this.#said(refused('This came too late to be done. Give it again.'));
    }
    const given = { ...asked, ...placeOf(asked), actor: actorOf(asked.asker), values };
    const prepared = HANDLERS[command.name](this.#desk, given, this.#clock.now());
    if (prepared.kind === 'not') return this.#said(prepared.answer);
    return this.#isAskedFirst(command)
      ? this.#ask(asked, prepared)
      : this.#do(command, asked, prepared);
  }

  #isAskedFirst({ confirm }: Command): boolean {
    return confirm === 'always' || (confirm === 'orders' && this.#desk.confirmsOrders());
  }

  async #ask(asked: Asked, { shown }: Ready): Promise<CommandAnswer> {
    const { id, line, asker } = asked;
    const badge = this.#badge();
    const question = {
      ...{ actor: actorOf(asker), channelId: asker.channelId, id, line },
      digest: digestOf(`${badge} ${shown}`),
    };
    const code = this.#confirmations.ask(question);
    await this.#note(asked, `asked to confirm ${question.digest.slice(0, 12)}`);
    const seconds = CONFIRM_MS / 1_000;
    const how = `Confirm within ${seconds} s: press, or give “confirm ${code}”.`;
    const buttons = [commandButton(`confirm ${code}`, 'Confirm', 'danger')];
    return { ...this.#said(done(shown, how)), buttons };
  }

  async #confirmed(asked: Asked, code: string): Promise<CommandAnswer> {
    const by = { actor: actorOf(asked.asker), channelId: asked.asker.channelId };
    const taken = this.#confirmations.take(code, by);
    if (taken.kind === 'refused') return this.#said(refused(taken.text));
    const { question } = taken;
    const read = readLine(question.line);
    if (read.kind === 'unclear') return this.#said(refused(read.text));
    const { command, values } = read;
    // Somebody may have lost the permission between question and answer.
    const allowed = authorise(command, asked.asker);
    if (allowed.kind === 'refused') {
      await this.#note(asked, `refused: ${allowed.code}`);
      return allowed.text === null ? SILENCE : this.#said(refused(allowed.text));
    }
    const given = { ...asked, ...placeOf(asked), id: question.id, actor: by.actor, values };
    const prepared = HANDLERS[command.name](this.#desk, given, this.#clock.now());
    if (prepared.kind === 'not') return this.#said(prepared.answer);
    if (!isAsShown(prepared, question, this.#badge())) {
      return this.#said(refused('It would mean something else by now. Give it again.'));
    }
    return this.#do(command, { ...asked, line: question.line }, prepared);
  }

  async #do(command: Command, asked: Asked, { shown, act }: Ready): Promise<CommandAnswer> {
    if (command.acts === 'yes') await this.#note(asked, shown);
    return this.#said(await act());
  }

  async #note({ asker, line }: Asked, outcome: string): Promise<void> {
    await this.#desk.note({ actor: actorOf(asker), act: line, outcome });
  }

  /** Every answer names its environment: nobody takes a rehearsal for the real thing. */
  #said({ text }: Answer): CommandAnswer {
    return { text: `[${this.#badge()}] ${text}`, buttons: [], later: null };
  }

  #badge(): string {
    return this.#desk.feed.snapshot().desk.environment;
  }
}

type Ready = Extract<Prepared, { readonly kind: 'ready' }>;

const HELP = commandNamed('help');

function isAsShown({ shown }: Ready, { digest }: Question, badge: string): boolean {
  return digestOf(`${badge} ${shown}`) === digest;
}

function placeOf({ asker }: Asked): Pick<Given, 'platform' | 'channelId' | 'asker'> {
  return { platform: asker.platform, channelId: asker.channelId, asker };
}
