/** One message in full: what was read from which characters, what was decided, and why. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { useLive } from '../api/live-store.ts';
import { alertDetail } from '../api/questions.ts';
import type { AlertDetail, MessageView } from '../api/types.ts';
import { Answered } from '../parts/answered.tsx';
import { sentence, words } from '../parts/format.ts';
import { Instant } from '../parts/instant.tsx';
import { MarkedText } from '../parts/marked-text.tsx';
import { HeldActs, Repair } from '../parts/message-acts.tsx';
import { Panel } from '../parts/panel.tsx';
import { Gates, SizingTable } from '../parts/reasons.tsx';
import { OutcomeChip } from '../parts/states.tsx';
import { Timeline } from '../parts/timeline.tsx';
import { tradePath } from '../shell/paths.ts';

export function AlertDetailPanel({ messageKey }: { readonly messageKey: string }) {
  const live = useLive(({ messages }) => messages.get(messageKey));
  const query = useQuery(alertDetail(messageKey));
  const message = live ?? query.data?.alert;
  if (message === undefined) {
    return (
      <Answered query={query} what="This message">
        {() => null}
      </Answered>
    );
  }
  return <Detail message={message} whole={query.data} />;
}

interface DetailProps {
  readonly message: MessageView;
  readonly whole: AlertDetail | undefined;
}

function Detail({ message, whole }: DetailProps) {
  const { gates, sizing, tradeId } = message;
  return (
    <div className="stack">
      <Panel title="Message" aside={<OutcomeChip message={message} />}>
        <div className="stack tight">
          <Heading message={message} />
          <MarkedText text={message.text} spans={message.spans} />
          <Fields spans={message.spans} text={message.text} />
          {message.understood !== null && (
            <p>
              <span className="quiet">Understood as</span> <strong>{message.understood}</strong>
            </p>
          )}
          <Why message={message} reason={whole?.reason ?? null} />
          <HeldActs message={message} />
          {tradeId !== null && <Link href={tradePath(tradeId)}>Its trade</Link>}
          <Posts messageKey={message.key} />
        </div>
      </Panel>
      {sizing !== null && (
        <Panel title={`Size: ${sizing.quantity}`} isFlush>
          <SizingTable sizing={sizing} />
        </Panel>
      )}
      {gates.length > 0 && (
        <Panel title={`Gates (${gates.length})`}>
          <Gates gates={gates} />
        </Panel>
      )}
      {whole !== undefined && (
        <Panel title="Records">
          <Timeline entries={whole.timeline} />
        </Panel>
      )}
    </div>
  );
}

function Heading({ message }: { readonly message: MessageView }) {
  const { author, platform, channel, postedAt, editedAt, deletedAt, relation } = message;
  return (
    <p className="small">
      <strong>{author.name || author.id}</strong>{' '}
      <span className="quiet">
        {platform}:{author.id} in #{channel} · <Instant at={postedAt} as="whole" />
        {relation !== 'initial' && ` · ${relation}`}
        {editedAt !== null && ' · edited since, which changes nothing'}
        {deletedAt !== null && ' · deleted since, which changes nothing'}
      </span>
    </p>
  );
}

/** What each marked field was read from, for whoever does not hover. */
function Fields({ spans, text }: Pick<MessageView, 'spans' | 'text'>) {
  const read = Object.entries(spans).flatMap(([field, given]) =>
    given === undefined ? [] : [`${words(field)} “${text.slice(given.from, given.to)}”`],
  );
  return read.length === 0 ? null : <p className="small quiet">Read: {read.join(' · ')}</p>;
}

interface WhyProps {
  readonly message: MessageView;
  readonly reason: AlertDetail['reason'];
}

function Why({ message, reason }: WhyProps) {
  const { outcome, detail, repairs, candidates, code } = message;
  const tone = outcome === 'refused' ? 'bad' : outcome === 'held' ? 'warn' : '';
  return (
    <div className="stack tight">
      {detail !== '' && (
        <p className={`note ${tone}`}>
          {code !== null && <strong>{sentence(code)}. </strong>}
          {detail}
        </p>
      )}
      {reason !== null && (
        <p className="quiet">
          {reason.means} {reason.remedy}
        </p>
      )}
      {candidates.length > 0 && <p className="quiet">Fits: {candidates.join(', ')}</p>}
      {repairs.map((repair) => (
        <Repair key={repair.text} repair={repair} />
      ))}
    </div>
  );
}

function Posts({ messageKey }: { readonly messageKey: string }) {
  const posts = useLive((live) => live.posts.get(messageKey));
  if (posts === undefined) return null;
  return (
    <div className="stack tight">
      <h3>Answered in the room</h3>
      {posts.map(({ key, text }) => (
        <pre key={key} className="note small">
          {text}
        </pre>
      ))}
    </div>
  );
}
