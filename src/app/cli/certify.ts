/**
 * `strikewire certify`: tries at the venue's sandbox, or at what stands in for it, everything the
 * desk relies on, and keeps what came of it. Only a certificate lets a desk be armed.
 */

import { randomInt } from 'node:crypto';
import { createRandom } from '#kernel/random.ts';
import { type Clock, createSystemClock, formatInstant } from '#kernel/time.ts';
import { resultFault, validUntil } from '#operate/certification/certificate.ts';
import type { Certification } from '#operate/certification/model.ts';
import { countLine, resultLine, scenarioLine } from '#operate/certification/report.ts';
import { isScenarioId, SCENARIOS, type ScenarioId } from '#operate/certification/scenarios.ts';
import { buildDigest, settingsDigest } from '../certify/build-digest.ts';
import { storeCertification } from '../certify/certification-file.ts';
import { openCertifyVenue } from '../certify/open-certify-venue.ts';
import { runCertification } from '../certify/run-certification.ts';
import type { Config } from '../config.ts';
import type { Exit } from '../exit-codes.ts';
import { makeDirectory } from '../make-directory.ts';
import { VenueUnavailable } from '../venue-unavailable.ts';
import { VERSION } from '../version.ts';
import { CommandFailed, type Io } from './io.ts';

export interface CertifyOptions {
  readonly json: boolean;
  /** Names of scenarios separated by commas; all of them when absent. */
  readonly only: string | undefined;
}

/** What there is to try, without trying it. */
export async function listScenarios({ json }: Pick<CertifyOptions, 'json'>, io: Io): Promise<Exit> {
  if (json) await io.print(`${JSON.stringify({ scenarios: SCENARIOS })}\n`);
  for (const scenario of json ? [] : SCENARIOS) await io.print(`${scenarioLine(scenario)}\n`);
  return 'done';
}

/** `clock`: another one than the machine's, for whoever cannot wait as long as a venue takes. */
export async function runCertify(
  config: Config,
  options: CertifyOptions,
  io: Io,
  clock: Clock = createSystemClock(),
): Promise<Exit> {
  const only = options.only === undefined ? null : scenariosOf(options.only);
  const { directory } = config.data;
  const random = createRandom(randomInt(2 ** 32));
  const opened = open({ config, version: VERSION, clock, random, directory });
  const { venue } = opened;
  const badge = venue.environment.toUpperCase();
  let isInterrupted = false;
  const forget = io.onInterrupt(() => {
    isInterrupted = true;
    io.note('\nEnding after this scenario; what was placed is taken back first.\n');
  });
  io.note(`${badge}: account ****${venue.account.slice(-4)} at ${venue.host}\n`);
  try {
    makeDirectory(directory);
    const certification = await runCertification({
      ...{ venue, clock, random },
      ...(only !== null && { only }),
      program: { version: VERSION, build: buildDigest(), settings: settingsDigest(config) },
      isInterrupted: () => isInterrupted,
      onStart({ id }) {
        if (io.isTerminal && !options.json) io.note(`… ${id}`);
      },
      onResult(result) {
        if (options.json) return;
        // Over the line that said what was being tried.
        if (io.isTerminal) io.note('\r\u001b[2K');
        void io.print(`${resultLine(result)}\n`);
      },
    });
    const report = await storeCertification(directory, certification, clock.now());
    return await conclude(certification, { report, json: options.json }, io);
  } finally {
    forget();
    opened.close();
  }
}

function open(request: Parameters<typeof openCertifyVenue>[0]) {
  try {
    const opened = openCertifyVenue(request);
    if (opened.ok) return opened.value;
    throw new CommandFailed('usage', `This cannot be certified: ${opened.error}.`);
  } catch (error) {
    if (error instanceof VenueUnavailable) throw new CommandFailed('refused', error.message);
    throw error;
  }
}

async function conclude(
  certification: Certification,
  { report, json }: { readonly report: string; readonly json: boolean },
  io: Io,
): Promise<Exit> {
  const { results, isWhole } = certification;
  const fault = resultFault(certification);
  const hasFailed = results.some(({ verdict }) => verdict === 'failed');
  const isDone = isWhole ? fault === null : !hasFailed;
  if (json) {
    await io.print(`${JSON.stringify({ ok: isDone, fault, report, ...certification })}\n`);
    return isDone ? 'done' : 'refused';
  }
  await io.print(`\n${countLine(results)}\n`);
  const until = formatInstant(validUntil(certification));
  const words =
    fault === null ? `is a certificate until ${until}` : `is no certificate: it ${fault}`;
  await io.print(`${certification.name} ${words}.\nReport: ${report}\n`);
  return isDone ? 'done' : 'refused';
}

function scenariosOf(text: string): readonly ScenarioId[] {
  const names = text.split(',').map((name) => name.trim());
  const known = names.filter(isScenarioId);
  const unknown = names.filter((name) => !isScenarioId(name));
  if (unknown.length === 0) return known;
  const hint = 'strikewire certify --list names them all';
  throw new CommandFailed('usage', `--only: no scenario ${unknown.join(', ')}; ${hint}.`);
}
