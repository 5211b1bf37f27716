/** Rows of the audit; each shows the whole record on request. */
import { Fragment, useState } from 'react';
import { Link } from 'wouter';
import type { AuditRowView } from '../api/types.ts';
import { Instant } from '../parts/instant.tsx';
import { tradePath } from '../shell/paths.ts';

export function AuditRows({ rows }: { readonly rows: readonly AuditRowView[] }) {
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const toggle = (seq: number) =>
    setOpen((before) =>
      before.has(seq)
        ? new Set([...before].filter((one) => one !== seq))
        : new Set([...before, seq]),
    );
  return (
    <div className="scroll">
      <table className="grid audit">
        <thead>
          <tr>
            <th scope="col">Record</th>
            <th scope="col">Time</th>
            <th scope="col" className="roomy">
              Where
            </th>
            <th scope="col" className="roomy">
              Kind
            </th>
            <th scope="col">What happened</th>
            <th scope="col">By</th>
            <th scope="col">Trade</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Fragment key={row.seq}>
              <AuditLine row={row} isOpen={open.has(row.seq)} onToggle={() => toggle(row.seq)} />
              {open.has(row.seq) && (
                <tr>
                  <td colSpan={7}>
                    <pre>{JSON.stringify(row, null, 2)}</pre>
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface AuditLineProps {
  readonly row: AuditRowView;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function AuditLine({ row, isOpen, onToggle }: AuditLineProps) {
  return (
    <tr>
      <td className="nowrap">
        <button type="button" className="plain-button" aria-expanded={isOpen} onClick={onToggle}>
          <span aria-hidden>{isOpen ? '▾' : '▸'} </span>
          {row.seq}
        </button>
      </td>
      <td>
        <Instant at={row.at} />
      </td>
      <td className="roomy quiet">{row.badge}</td>
      <td className="roomy mono quiet">{row.kind}</td>
      <td className="wide">{row.text}</td>
      <td className="quiet">{row.actor}</td>
      <td>
        {row.tradeId !== null && (
          <Link href={tradePath(row.tradeId)} className="mono">
            {row.tradeId.slice(0, 8)}
          </Link>
        )}
      </td>
    </tr>
  );
}
