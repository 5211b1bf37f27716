declare const brand: unique symbol;

/** A value that only the module owning its rule may mint; everybody else receives it. */
export type Branded<T, Name extends string> = T & { readonly [brand]: Name };
