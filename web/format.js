/** How figures and instants read on the page. */

const TIME = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'America/New_York',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const DAY = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  weekday: 'short',
  month: 'short',
  day: 'numeric',
  year: 'numeric',
});

/** `10:31:43` in New York. @param {string | number | null} at */
export function time(at) {
  return at === null ? '--:--:--' : TIME.format(new Date(at));
}

/** `Tue, Dec 2, 2025`. @param {string | number} at */
export function day(at) {
  return DAY.format(new Date(at));
}

/** `1,234.50` with its sign. @param {string | null} amount */
export function dollars(amount) {
  if (amount === null) return '–';
  const [whole = '0', cents = '00'] = amount.replace('-', '').split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return `${amount.startsWith('-') ? '−' : ''}$${grouped}.${cents.slice(0, 2)}`;
}

/** @param {string | null | undefined} price */
export function price(price) {
  return price ?? 'market';
}

/** `gave_up` → `gave up`. @param {string} code */
export function words(code) {
  return code.replaceAll(/[_.-]/g, ' ').toLowerCase();
}

/** Whole seconds left, `12 s`, `1:05`. @param {number} ms */
export function left(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
