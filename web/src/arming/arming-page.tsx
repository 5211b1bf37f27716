/** Certification and arming: what was tried at the sandbox, and what it allows. */
import { useQuery } from '@tanstack/react-query';
import { useLive } from '../api/live-store.ts';
import { arming, certifications } from '../api/questions.ts';
import type { ArmingShown } from '../api/types.ts';
import { Answered } from '../parts/answered.tsx';
import { Chip } from '../parts/chip.tsx';
import { Facts } from '../parts/facts.tsx';
import { Instant } from '../parts/instant.tsx';
import { PageHead, Panel } from '../parts/panel.tsx';
import { ArmActs } from './arm-acts.tsx';
import { Certifications } from './certifications.tsx';

const STATES = {
  not_needed: { tone: 'plain', says: 'Not needed: no real money here' },
  armed: { tone: 'bad', says: 'ARMED: entries are sent' },
  disarmed: { tone: 'good', says: 'Disarmed: no entries' },
} as const;

export function ArmingPage() {
  const state = useQuery(arming);
  const certified = useQuery(certifications);
  return (
    <>
      <PageHead title="Certification and arming" />
      <div className="stack">
        <Panel title="Arming">
          <Answered query={state} what="Arming">
            {(shown) => <Arming shown={shown} />}
          </Answered>
        </Panel>
        <Answered query={certified} what="Certification">
          {({ items }) => <Certifications items={items} />}
        </Answered>
      </div>
    </>
  );
}

function Arming({ shown }: { readonly shown: ArmingShown }) {
  const environment = useLive(({ desk }) => desk?.environment ?? '');
  const { tone, says } = STATES[shown.state];
  return (
    <div className="stack">
      <Facts
        facts={[
          [
            'State',
            <Chip key="s" tone={tone}>
              {says}
            </Chip>,
          ],
          ['Orders go to', environment],
          ['Account', shown.account ?? 'none: made up'],
          [
            'Ends by itself',
            shown.until === null ? null : <Instant key="u" at={shown.until} as="whole" />,
          ],
          ['Certificate', shown.certificate],
        ]}
      />
      {shown.certificateFault !== null && shown.state !== 'not_needed' && (
        <p className="note warn">{shown.certificateFault}</p>
      )}
      <ArmActs shown={shown} />
    </div>
  );
}
