/** Types of what schemas describe. */
import type { z } from 'zod';

/** What a schema gives, not to be changed by whoever reads it. */
export type Shape<Schema extends z.ZodType> = Fixed<z.output<Schema>>;

export type Fixed<T> = T extends readonly (infer Item)[]
  ? readonly Fixed<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Fixed<T[Key]> }
    : T;
