/** How figures and instants read on the page. Amounts are shown from the desk's exact strings. */

const NEW_YORK = 'America/New_York';
const TIME = new Intl.DateTimeFormat('en-GB', {
  timeZone: NEW_YORK,
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const DAY = new Intl.DateTimeFormat('en-US', {
  timeZone: NEW_YORK,
  weekday: 'short',
  month: 'short',
  day: 'numeric',
});
const WHOLE = new Intl.DateTimeFormat('en-US', {
  timeZone: NEW_YORK,
  dateStyle: 'medium',
  timeStyle: 'medium',
});
const LOCAL = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

/** `10:31:43` in New York. */
export function time(at: string | number | null): string {
  return at === null ? '--:--:--' : TIME.format(new Date(at));
}

/** `Tue, Dec 2`, in New York. */
export function day(at: string | number): string {
  return DAY.format(new Date(at));
}

/** `Dec 2, 2025, 10:31:43 AM`, in New York. */
export function dayAndTime(at: string | number): string {
  return WHOLE.format(new Date(at));
}

/** The same instant as this machine's clock and language have it. */
export function localTime(at: string | number): string {
  return LOCAL.format(new Date(at));
}

/** `-1234.5` → `−$1,234.50`; digits below a cent are shown, never rounded away. */
export function dollars(amount: string | null): string {
  if (amount === null) return '–';
  const { isNegative, whole, decimals } = partsOf(amount);
  return `${isNegative ? '−' : ''}$${grouped(whole)}.${decimals.padEnd(2, '0')}`;
}

/** With a sign on both sides of nought: `+$12.00`. */
export function signedDollars(amount: string | null): string {
  return amount !== null && signOf(amount) > 0 ? `+${dollars(amount)}` : dollars(amount);
}

/** -1, 0 or 1, read from the digits. */
export function signOf(amount: string | null): -1 | 0 | 1 {
  if (amount === null || !/[1-9]/.test(amount)) return 0;
  return amount.startsWith('-') ? -1 : 1;
}

/** `1234567` → `1,234,567`. */
export function count(value: number): string {
  return grouped(String(value));
}

/** `gave_up` → `gave up`. */
export function words(code: string): string {
  return code.replaceAll(/[_.-]/g, ' ').toLowerCase();
}

/** `gave_up` → `Gave up`. */
export function sentence(code: string): string {
  const said = words(code);
  return said.charAt(0).toUpperCase() + said.slice(1);
}

/** Whole seconds, `12 s`, `1:05`, `2 h 10 min`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** `3 orders`, `1 order`. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** `1.4 MB`. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let shown = value;
  let unit = 0;
  while (shown >= 1000 && unit < units.length - 1) {
    shown /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? shown : shown.toFixed(1)} ${units[unit]}`;
}

function partsOf(amount: string) {
  const isNegative = amount.startsWith('-') && /[1-9]/.test(amount);
  const [whole = '0', decimals = ''] = amount.replace(/^-/, '').split('.');
  return { isNegative, whole, decimals };
}

function grouped(whole: string): string {
  return whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}
