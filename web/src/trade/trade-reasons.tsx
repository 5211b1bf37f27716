/** The message behind a trade, and the arithmetic of its size. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { useLive } from '../api/live-store.ts';
import { alertDetail } from '../api/questions.ts';
import { Answered } from '../parts/answered.tsx';
import { MarkedText } from '../parts/marked-text.tsx';
import { Panel } from '../parts/panel.tsx';
import { Gates, SizingTable } from '../parts/reasons.tsx';
import { alertPath } from '../shell/paths.ts';

export function TradeReasons({ messageKey }: { readonly messageKey: string }) {
  const live = useLive(({ messages }) => messages.get(messageKey));
  const query = useQuery({ ...alertDetail(messageKey), enabled: live === undefined });
  const message = live ?? query.data?.alert;
  if (message === undefined) {
    return (
      <Panel title="Why this size">
        <Answered query={query} what="The message behind this trade">
          {() => null}
        </Answered>
      </Panel>
    );
  }
  const { sizing, gates, text, spans, author } = message;
  return (
    <div className="stack">
      <Panel title="Message" aside={<Link href={alertPath(messageKey)}>In full</Link>}>
        <p className="small quiet">{author.name || author.id} wrote</p>
        <MarkedText text={text} spans={spans} />
      </Panel>
      {sizing !== null && (
        <Panel title={`Why ${sizing.quantity}`} isFlush>
          <SizingTable sizing={sizing} />
        </Panel>
      )}
      {gates.length > 0 && (
        <Panel title={`Gates (${gates.length})`}>
          <Gates gates={gates} />
        </Panel>
      )}
    </div>
  );
}
