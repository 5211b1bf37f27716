/** Keys and certifications as they stand in files of their own, for whoever asks in SQL. */
import type { CopiedFacts } from '#history/ports.ts';
import type { KeyStore } from '#operate/ports.ts';
import { storedCertifications } from '../certify/certification-file.ts';
import type { Config } from '../config.ts';

export function copiedFacts({ data }: Config, keys: KeyStore): CopiedFacts {
  return {
    keys: keys.list(),
    certifications: storedCertifications(data.directory).certifications.map((certification) => ({
      name: certification.name,
      at: certification.at,
      passed: certification.results.every(({ verdict }) => verdict !== 'failed'),
      document: JSON.stringify(certification),
    })),
  };
}
