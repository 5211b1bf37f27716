/** Tables of latest values a desk keeps on the bus; docs/bus.md says what each holds. */
export const TABLES = ['messages', 'trades', 'positions', 'incidents', 'desk', 'quotes'] as const;
export type Table = (typeof TABLES)[number];

/** What the desk says of itself every second; gone when it says nothing. */
export const STATUS = 'status';
