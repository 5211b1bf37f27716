/** Tables with one entry per kind of record: a new kind fails to compile until it is told. */
import type { Draft, Stamp } from '#events/record.ts';
import type { DeskRecord } from '#orders/model.ts';

type Bodies = { readonly [R in DeskRecord as R['kind']]: R['body'] };

export type Kind = keyof Bodies;
export type BodyOf<K extends Kind> = Bodies[K];

/** The stamped record of a kind. Written out per kind, so that kind and body stay together. */
export type EntryOf<K extends Kind = Kind> = {
  [P in K]: Draft<P, Bodies[P]> & Stamp;
}[K];

/** What to do with each of these kinds. */
export type ByKind<K extends Kind, Context, Out> = {
  readonly [P in K]: (entry: EntryOf<P>, context: Context) => Out;
};
