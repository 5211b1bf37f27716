/** What was tried at the sandbox, scenario by scenario. */
import type { CertificationView } from '../api/types.ts';
import { Chip } from '../parts/chip.tsx';
import { sentence, span } from '../parts/format.ts';
import { Instant } from '../parts/instant.tsx';
import { Empty, Panel } from '../parts/panel.tsx';

const VERDICTS = {
  passed: { tone: 'good', says: 'Passed' },
  failed: { tone: 'bad', says: 'Failed' },
  not_testable: { tone: 'plain', says: 'Not testable' },
} as const;

export function Certifications({ items }: { readonly items: readonly CertificationView[] }) {
  return (
    <Panel title="Certifications (30 days)" isFlush aside={<How />}>
      {items.length === 0 && (
        <Empty>
          None yet. A certification tries everything this desk relies on, at a sandbox or a
          rehearsal; without one no desk is armed.
        </Empty>
      )}
      {items.map((one) => (
        <Certification key={one.name} certification={one} />
      ))}
    </Panel>
  );
}

/** Beside a running desk its orders would be taken for somebody else's. */
function How() {
  return (
    <span className="quiet small">
      made on the desk’s machine, with the desk stopped: <code>strikewire certify</code>
    </span>
  );
}

function Certification({ certification }: { readonly certification: CertificationView }) {
  const { name, at, environment, account, passed, failed, notTestable, isWhole } = certification;
  return (
    <details className="panel-body">
      <summary>
        <strong>{name}</strong> <Instant at={at} as="whole" />{' '}
        <span className="quiet">
          {environment} {account} · {passed} passed, {failed} failed, {notTestable} not testable
          {!isWhole && ' · only a part was tried'}
        </span>
      </summary>
      <div className="scroll">
        <table className="grid">
          <tbody>
            {certification.results.map((result) => (
              <tr key={result.scenario}>
                <td>
                  <Chip tone={VERDICTS[result.verdict].tone}>{VERDICTS[result.verdict].says}</Chip>
                </td>
                <th scope="row">
                  {sentence(result.scenario)}
                  {result.required && <span className="quiet small"> required</span>}
                </th>
                <td>
                  {result.detail}
                  {result.proves !== null && <div className="quiet small">{result.proves}</div>}
                </td>
                <td className="quiet number">{span(result.tookMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
