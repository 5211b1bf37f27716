/** Said on the first page, because a desk that is not armed looks like one where nothing happens. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { arming } from '../api/questions.ts';
import { useAreOrdersReal } from '../parts/real-orders.ts';

export function Disarmed() {
  const areReal = useAreOrdersReal();
  const { data } = useQuery({ ...arming, enabled: areReal });
  if (data?.state !== 'disarmed') return null;
  return (
    <p className="note warn">
      The desk is not armed: nothing is entered, exits go on. <Link href="/arming">Arm it</Link>
    </p>
  );
}
