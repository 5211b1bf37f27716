/** Alerts: every message as it comes, with its verdict; one of them in full. */
import { useState } from 'react';
import { Link } from 'wouter';
import { Empty, PageHead } from '../parts/panel.tsx';
import { AlertDetailPanel } from './alert-detail.tsx';
import { type MessageChoice, NO_CHOICE } from './choice.ts';
import { Filters } from './filters.tsx';
import { MessageList } from './message-list.tsx';

/** Kept while a person looks at one alert and comes back. */
let lastChoice: MessageChoice = NO_CHOICE;

export function AlertsPage({ chosen }: { readonly chosen: string | null }) {
  const [choice, setChoice] = useState(lastChoice);
  const choose = (next: MessageChoice) => {
    lastChoice = next;
    setChoice(next);
  };
  return (
    <div>
      <PageHead title="Alerts">
        {chosen !== null && (
          <Link href="/alerts" className="on-phones">
            ‹ All alerts
          </Link>
        )}
      </PageHead>
      <div className={`columns list ${chosen === null ? '' : 'has-choice'}`}>
        <div className="stack">
          <Filters choice={choice} onChoose={choose} />
          <MessageList choice={choice} chosen={chosen} />
        </div>
        <div>
          {chosen === null ? (
            <Empty>Choose a message: what was read, checked and sized stands here.</Empty>
          ) : (
            <AlertDetailPanel key={chosen} messageKey={chosen} />
          )}
        </div>
      </div>
    </div>
  );
}
