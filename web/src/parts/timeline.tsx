/** Records in order, one sentence each. */
import { Instant } from './instant.tsx';

interface Entry {
  readonly seq: number;
  readonly at: string;
  readonly kind: string;
  readonly text: string;
  readonly actor?: string;
}

export function Timeline({ entries }: { readonly entries: readonly Entry[] }) {
  return (
    <ol className="timeline small">
      {entries.map(({ seq, at, kind, text, actor }) => (
        <li
          key={`${seq} ${kind}`}
          title={`record ${seq} · ${kind}${actor === undefined ? '' : ` · ${actor}`}`}
        >
          <Instant at={at} />
          <span>{text}</span>
        </li>
      ))}
    </ol>
  );
}
