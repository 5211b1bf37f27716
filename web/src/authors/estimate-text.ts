/** How an estimate reads. */

export type EstimateKind = 'percent' | 'ms' | 'dollars';

/** Statistics, not money: rounded for reading. */
export function estimated(value: number, as: EstimateKind): string {
  switch (as) {
    case 'percent':
      return `${signed(value * 100, 1)} %`;
    case 'ms':
      return Math.abs(value) >= 10_000 ? `${minus(value / 1000, 1)} s` : `${minus(value, 0)} ms`;
    case 'dollars':
      return signed(value, 2).replace(/^[+−]?/, (sign) => `${sign}$`);
  }
}

/** Nought has no sign, and neither has what rounds to it. */
function signed(value: number, digits: number): string {
  const shown = minus(value, digits);
  return shown.startsWith('−') || Number(shown) === 0 ? shown : `+${shown}`;
}

function minus(value: number, digits: number): string {
  const shown = Math.abs(value).toFixed(digits);
  return value < 0 && Number(shown) !== 0 ? `−${shown}` : shown;
}
