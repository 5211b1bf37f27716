/** What the newest certification on disk showed, in lines for a chat; read anew each time. */
import { formatInstant } from '#kernel/time.ts';
import { certifiedUntil, resultFault } from '#operate/certification/certificate.ts';
import { countLine } from '#operate/certification/report.ts';
import { storedCertifications } from './certification-file.ts';

/** Of all these directories together; no lines where nothing was certified in thirty days. */
export function newestCertification(directories: readonly string[]): readonly string[] {
  const stored = directories.map(storedCertifications);
  const faults = stored.flatMap(({ fault }) => (fault === null ? [] : [fault]));
  const newest = stored
    .flatMap(({ certifications }) => certifications)
    .toSorted((one, other) => other.at - one.at)
    .at(0);
  if (newest === undefined) return faults;
  const { name, at, thing, results } = newest;
  const until = certifiedUntil(newest);
  const words =
    until === null
      ? `It is no certificate: it ${resultFault(newest)}.`
      : `It serves until ${until}.`;
  const where = `${thing.environment} at ${thing.host}`;
  return [`${name}, ${formatInstant(at)}, ${where}: ${countLine(results)}. ${words}`, ...faults];
}
