/** Names and values: small ones in a panel, large ones across a page. */
import type { ReactNode } from 'react';

export type Fact = readonly [name: string, value: ReactNode];

/** A value of `null` has nothing to say and is left out. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

export function Figures({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="figures">
      {facts.map(([name, value]) => (
        <div key={name} className="figure">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
