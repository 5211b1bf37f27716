/** What the chat side reads from the record: told each record in its turn, at replay and live. */
import type { AlertSettings } from '#alerts/settings.ts';
import type { Told } from '#audit/model.ts';
import type { Clock } from '#kernel/time.ts';
import { AllowList } from './allow-list.ts';
import { CommandsTaken } from './commands-taken.ts';
import { ControlPosts } from './control-posts.ts';
import { DaySummary } from './day-summary.ts';
import { Watermarks } from './watermarks.ts';

/** All of it as plain data. */
export interface SavedChatMemory {
  readonly allowList: ReturnType<AllowList['save']>;
  readonly watermarks: ReturnType<Watermarks['save']>;
  readonly taken: ReturnType<CommandsTaken['save']>;
  readonly control: ReturnType<ControlPosts['save']>;
  readonly summary: ReturnType<DaySummary['save']>;
}

export class ChatMemory {
  readonly allowList: AllowList;
  readonly watermarks = new Watermarks();
  readonly taken = new CommandsTaken();
  readonly control: ControlPosts;
  readonly summary = new DaySummary();

  constructor(configured: AlertSettings, clock: Pick<Clock, 'now'>) {
    this.allowList = new AllowList(configured);
    this.control = new ControlPosts(
      () => this.allowList.settings(),
      () => clock.now(),
    );
  }

  save(): SavedChatMemory {
    return {
      allowList: this.allowList.save(),
      watermarks: this.watermarks.save(),
      taken: this.taken.save(),
      control: this.control.save(),
      summary: this.summary.save(),
    };
  }

  /** Of a new memory, in place of the records that made what was saved. */
  restore(saved: SavedChatMemory): void {
    this.allowList.restore(saved.allowList);
    this.watermarks.restore(saved.watermarks);
    this.taken.restore(saved.taken);
    this.control.restore(saved.control);
    this.summary.restore(saved.summary);
  }

  take(told: Told): void {
    const { entry } = told;
    this.allowList.take(entry);
    this.watermarks.take(entry);
    this.taken.take(entry);
    this.control.take(told);
    this.summary.take(told);
  }
}
