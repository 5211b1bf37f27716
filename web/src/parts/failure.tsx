/** Why an act was refused; a missing second factor can be given on the spot. */
import { plainly, RefusalError } from '../api/problem.ts';
import { SecondFactor } from './second-factor.tsx';

interface FailureProps {
  readonly error: Error | null;
  /** The second factor was given: the act can be confirmed once more. */
  readonly onProved: () => void;
}

/** Stands outside the form of the act: it brings a form of its own. */
export function Failure({ error, onProved }: FailureProps) {
  if (error === null) return null;
  if (error instanceof RefusalError && error.refusal.code === 'totp_needed') {
    return <SecondFactor onProved={onProved} />;
  }
  return (
    <p className="note bad after" role="alert">
      {plainly(error)}
    </p>
  );
}
