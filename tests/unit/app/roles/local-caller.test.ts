import { describe, expect, it } from 'vitest';
import { localCallerAt } from '#app/roles/local-caller.ts';

const OPERATOR = { id: 'local:operator', role: 'admin' } as const;

describe('whoever opens the page of a process without a desk', () => {
  it('is let in by himself where the desk is simulated', () => {
    expect(localCallerAt({ seq: 7, environment: 'SIM' }, OPERATOR)).toBe(OPERATOR);
    expect(localCallerAt({ seq: 7, environment: 'SIM' }, null)).toBeNull();
  });

  it.each(['SANDBOX', 'REHEARSAL', 'LIVE ****1234', 'DRY-RUN', ''])(
    'is asked who he is where the desk is %s, whatever is configured here',
    (environment) => {
      expect(localCallerAt({ seq: 7, environment }, OPERATOR)).toBeNull();
    },
  );

  it('is asked who he is as long as nothing is known of the desk', () => {
    expect(localCallerAt({ seq: 0, environment: 'SIM' }, OPERATOR)).toBeNull();
  });
});
