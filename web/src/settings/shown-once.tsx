/** A secret that the desk tells this one time. */
import { Button, CopyButton } from '@mantine/core';

interface ShownOnceProps {
  readonly what: string;
  readonly secret: string;
  readonly onSeen: () => void;
}

export function ShownOnce({ what, secret, onSeen }: ShownOnceProps) {
  return (
    <div className="note warn stack tight" role="status">
      <p>
        <strong>{what}</strong> is shown this once. Keep it where secrets are kept.
      </p>
      <p className="mono">{secret}</p>
      <div className="row tight">
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
        <Button size="compact-sm" variant="default" onClick={onSeen}>
          I have it
        </Button>
      </div>
    </div>
  );
}
