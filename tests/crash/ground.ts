/** What a desk is killed on: its broker and market, and whoever can say what is worth trading. */
import type { Books } from '../desk/evidence.ts';
import type { DeskAddress, Settings } from './desk-process.ts';

export interface Ground {
  /** Variables that lead a desk here. */
  readonly settings: Settings;
  /** Who may post beside this machine's operator. */
  readonly script: 'demo' | 'none';
  /** An alert that could be an order now. */
  entryText(desk: DeskAddress): Promise<string>;
  /** The broker's own books, as they stand. */
  books(directory: string): Books;
  /** From now on nothing goes wrong. */
  calm(): void;
  close(): Promise<void>;
}
