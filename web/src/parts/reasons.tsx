/** Why a size and why yes or no: the arithmetic line by line, every gate with its numbers. */
import type { MessageView } from '../api/types.ts';
import { words } from './format.ts';

const SIGNS = { pass: '✓', hold: '!', refuse: '✕' } as const;
const TONES = { pass: 'good', hold: 'warn', refuse: 'bad' } as const;
const SAYS = { pass: 'passed', hold: 'held', refuse: 'refused' } as const;

export function Gates({ gates }: Pick<MessageView, 'gates'>) {
  return (
    <ul className="gates small">
      {gates.map(({ gate, outcome, detail }) => (
        <li key={gate}>
          <span className={TONES[outcome]} role="img" aria-label={SAYS[outcome]}>
            {SIGNS[outcome]}
          </span>
          <span className={outcome === 'pass' ? 'quiet' : TONES[outcome]}>{words(gate)}</span>
          <span>{detail}</span>
        </li>
      ))}
    </ul>
  );
}

interface SizingTableProps {
  readonly sizing: NonNullable<MessageView['sizing']>;
}

/** The line that decided is marked. */
export function SizingTable({ sizing }: SizingTableProps) {
  return (
    <table className="grid">
      <tbody>
        {sizing.lines.map(({ label, value }) => (
          <tr key={label} className={label === sizing.bound ? 'bound' : undefined}>
            <th scope="row">
              {label}
              {label === sizing.bound && <span className="quiet small"> (decides)</span>}
            </th>
            <td className="worded">{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
