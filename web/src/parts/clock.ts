/** Time that passes on the page. */
import { useEffect, useState } from 'react';
import { useLive } from '../api/live-store.ts';

/** The desk's time now, ms since 1970, anew every `everyMs`. */
export function useDeskNow(everyMs = 1_000): number {
  const [now, setNow] = useState(() => Date.now());
  const offset = useLive(({ clockOffsetMs }) => clockOffsetMs);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now + offset;
}
