/** `strikewire check`: what would stop a start, all of it at once, without starting anything. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { createRandom } from '#kernel/random.ts';
import type { Result } from '#kernel/result.ts';
import { createSystemClock } from '#kernel/time.ts';
import { busReport } from '../bus/bus-report.ts';
import { chatReport, withoutPlatform } from '../chat/chat-report.ts';
import { type Config, errorCode } from '../config.ts';
import { type ConfigProblem, formatProblems } from '../config-problems.ts';
import { backupDirectory } from '../data-files.ts';
import { readDeskFile } from '../desk-file.ts';
import type { Exit } from '../exit-codes.ts';
import { storeReport } from '../history/store-report.ts';
import { probePort } from '../port-probe.ts';
import { openVenueClient } from '../venue.ts';
import { venueReport } from '../venue-report.ts';
import { VenueUnavailable } from '../venue-unavailable.ts';
import { VERSION } from '../version.ts';
import { isDeskThere } from './desk-client.ts';
import type { Io } from './io.ts';

export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

export async function runCheck(
  loaded: Result<Config, readonly ConfigProblem[]>,
  { json }: { readonly json: boolean },
  io: Io,
): Promise<Exit> {
  if (!loaded.ok) {
    if (json) await io.print(`${JSON.stringify({ ok: false, problems: loaded.error })}\n`);
    else io.note(formatProblems(loaded.error));
    return 'usage';
  }
  const findings = await findOut(loaded.value);
  const ok = findings.every((finding) => finding.ok);
  if (json) await io.print(`${JSON.stringify({ ok, findings })}\n`);
  for (const { name, ok: fine, detail } of json ? [] : findings) {
    await io.print(`${fine ? 'ok    ' : 'FAILED'}  ${name.padEnd(14)} ${detail}\n`);
  }
  return ok ? 'done' : 'refused';
}

async function findOut(config: Config): Promise<readonly Finding[]> {
  const { environment, dryRun, market } = config;
  return [
    { name: 'configuration', ok: true, detail: config.file ?? without(environment) },
    { name: 'environment', ok: true, detail: `${environment}${dryRun ? ', dry run' : ''}` },
    ...(environment === 'simulated'
      ? [{ name: 'market', ok: true, detail: `${market.source}, seed ${market.seed}` }]
      : await venue(config)),
    directory('data directory', config.data.directory),
    ...backups(config),
    await deskOrPort(config),
    await storeReport(config),
    ...(await busReport(config)),
    ...(await chats(config)),
    {
      name: 'admin key',
      ok: true,
      detail: config.secrets.adminKey?.fingerprint() ?? 'none given; the key file decides',
    },
  ];
}

function without(environment: Config['environment']): string {
  const isDemo = environment === 'simulated';
  return isDemo ? 'no file: the demo desk' : 'no file: from the environment alone';
}

async function venue(config: Config): Promise<readonly Finding[]> {
  const clock = createSystemClock();
  const random = createRandom(clock.now());
  const where = { directory: config.data.directory };
  try {
    const opened = openVenueClient({ config, version: VERSION, clock, random, ...where });
    try {
      return await venueReport(opened.client, opened.account);
    } finally {
      opened.close();
    }
  } catch (error) {
    if (!(error instanceof VenueUnavailable)) throw error;
    return [{ name: 'tastytrade', ok: false, detail: error.message }];
  }
}

/** A running desk tells of its chats itself, as incidents. */
async function chats(config: Config): Promise<readonly Finding[]> {
  const isRunning = await isDeskThere(config.data.directory);
  return isRunning ? withoutPlatform(config) : chatReport(config, createSystemClock());
}

/** Where a desk runs, its port is rightly taken. */
async function deskOrPort({ data, http }: Config): Promise<Finding> {
  const running = readDeskFile(data.directory);
  if (running.kind !== 'found' || !(await isDeskThere(data.directory))) {
    return port(http.host, http.port);
  }
  const { url, pid } = running.desk;
  return { name: 'desk', ok: true, detail: `${url}, process ${pid}` };
}

/** Where the nightly copy goes; nothing where none is made. */
function backups(config: Config): readonly Finding[] {
  const { enabled, schedule } = config.jobs;
  if (!enabled || schedule.backup === 'never') return [];
  return [directory('backups', backupDirectory(config))];
}

function directory(name: string, path: string): Finding {
  const nearest = existing(path);
  try {
    accessSync(nearest, constants.W_OK);
  } catch (error) {
    const detail = `${nearest} cannot be written by this user (${errorCode(error)})`;
    return { name, ok: false, detail };
  }
  if (!statSync(nearest).isDirectory()) {
    return { name, ok: false, detail: `${nearest} is not a directory` };
  }
  const detail = nearest === path ? path : `${path}, will be made`;
  return { name, ok: true, detail };
}

function existing(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : existing(dirname(path));
}

async function port(host: string, wanted: number): Promise<Finding> {
  const fault = await probePort(host, wanted);
  const why = fault === 'EADDRINUSE' ? 'is taken; choose another with --port' : `fails (${fault})`;
  const detail = `${host}:${wanted} ${fault === null ? 'is free' : why}`;
  return { name: 'port', ok: fault === null, detail };
}
