/** A profit or a loss: colour, sign and shape say the same, for whoever sees no colour. */
import { signedDollars, signOf } from './format.ts';

const LOOKS = {
  '-1': { tone: 'bad', shape: '▼ ' },
  '0': { tone: '', shape: '' },
  '1': { tone: 'good', shape: '▲ ' },
} as const;

export function Result({ amount }: { readonly amount: string | null }) {
  const { tone, shape } = LOOKS[`${signOf(amount)}`];
  return (
    <span className={`nowrap priced ${tone}`}>
      <span aria-hidden>{shape}</span>
      {signedDollars(amount)}
    </span>
  );
}
