/** Risk: what the desk may do now, and each limit as used and allowed. */
import { useQuery } from '@tanstack/react-query';
import { riskState } from '../api/questions.ts';
import type { LimitView, RiskState } from '../api/types.ts';
import { Answered } from '../parts/answered.tsx';
import { Chip } from '../parts/chip.tsx';
import { Figures } from '../parts/facts.tsx';
import { span } from '../parts/format.ts';
import { PageHead, Panel } from '../parts/panel.tsx';
import { limitAmount, shareTone } from './limit-amount.ts';

export function RiskPage() {
  const query = useQuery(riskState);
  return (
    <>
      <PageHead title="Risk" />
      <Answered query={query} what="The state of risk">
        {(risk) => (
          <div className="stack">
            <Permits risk={risk} />
            <Limits limits={risk.limits} />
          </div>
        )}
      </Answered>
    </>
  );
}

function Permits({ risk }: { readonly risk: RiskState }) {
  const { permits, unresolvedOrders, oldestUnresolvedMs, reconciled, haltFile } = risk;
  return (
    <Figures
      facts={[
        ['Kill state', risk.killState.replace('_', ' ')],
        ['Entries', <May key="e" may={permits.entries} />],
        ['Price steps', <May key="s" may={permits.steps} />],
        ['Exits', <May key="x" may={permits.exits} />],
        ['Closes', <Closes key="c" closes={permits.closes} />],
        [
          'Reconciled',
          reconciled ? (
            <Chip key="r" tone="good">
              Yes
            </Chip>
          ) : (
            <Chip key="r" tone="warn">
              Not yet
            </Chip>
          ),
        ],
        [
          'Unresolved orders',
          unresolvedOrders === 0 ? '0' : `${unresolvedOrders}, oldest ${span(oldestUnresolvedMs)}`,
        ],
        ['HALT file', haltFile ? 'present: the desk stays halted' : 'none'],
      ]}
    />
  );
}

function May({ may }: { readonly may: boolean }) {
  return may ? <Chip tone="good">Permitted</Chip> : <Chip tone="bad">Stopped</Chip>;
}

const CLOSES = {
  all: { tone: 'good', says: 'Permitted' },
  confirmed: { tone: 'warn', says: 'When confirmed' },
  none: { tone: 'bad', says: 'Stopped' },
} as const;

function Closes({ closes }: Pick<RiskState['permits'], 'closes'>) {
  const { tone, says } = CLOSES[closes];
  return <Chip tone={tone}>{says}</Chip>;
}

function Limits({ limits }: { readonly limits: readonly LimitView[] }) {
  const filling = limits.filter(({ share }) => share !== null);
  const others = limits.filter(({ share }) => share === null);
  return (
    <>
      <Panel title="Limits that fill up">
        <div className="limits">
          {filling.map((limit) => (
            <Limit key={limit.name} limit={limit} />
          ))}
        </div>
      </Panel>
      <Panel title="Limits that bound each trade" isFlush>
        <div className="scroll">
          <table className="grid">
            <thead>
              <tr>
                <th scope="col">Limit</th>
                <th scope="col" className="number">
                  Allowed
                </th>
                <th scope="col">Set by</th>
                <th scope="col">Setting</th>
              </tr>
            </thead>
            <tbody>
              {others.map((limit) => (
                <tr key={limit.name}>
                  <th scope="row">{limit.label}</th>
                  <td className="number">{limitAmount(limit.allowed, limit.unit)}</td>
                  <td className="quiet">{limit.source === 'default' ? 'default' : 'you'}</td>
                  <td className="mono quiet">{limit.name}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
    </>
  );
}

function Limit({ limit }: { readonly limit: LimitView }) {
  const { label, used, allowed, unit, share, name, source, usedFrom } = limit;
  const part = Math.max(0, Math.min(1, share ?? 0));
  const tone = shareTone(share);
  return (
    <div className="panel limit-card" title={`${name}, ${source}; used as the ${usedFrom} says`}>
      <div className="row apart">
        <strong>{label}</strong>
        <span className={`nowrap ${tone}`}>
          {tone === 'bad' && <span aria-hidden>✕ </span>}
          {tone === 'warn' && <span aria-hidden>! </span>}
          {Math.round((share ?? 0) * 100)} %
        </span>
      </div>
      <div className="meter" aria-hidden>
        <span className={tone} style={{ width: `${part * 100}%` }} />
      </div>
      <span className="small">
        {used === null ? '–' : limitAmount(used, unit)}
        <span className="quiet"> of {limitAmount(allowed, unit)}</span>
      </span>
    </div>
  );
}
