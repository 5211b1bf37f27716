/** `strikewire check`: what would stop a start, all of it at once, without starting anything. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Result } from '#kernel/result.ts';
import { type Config, errorCode } from '../config.ts';
import { type ConfigProblem, formatProblems } from '../config-problems.ts';
import { readDeskFile } from '../desk-file.ts';
import type { Exit } from '../exit-codes.ts';
import { probePort } from '../port-probe.ts';
import { isDeskThere } from './desk-client.ts';
import type { Io } from './io.ts';

interface Finding {
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
    { name: 'configuration', ok: true, detail: config.file ?? 'nothing configured: the demo desk' },
    { name: 'environment', ok: true, detail: `${environment}${dryRun ? ', dry run' : ''}` },
    { name: 'market', ok: true, detail: `${market.source}, seed ${market.seed}` },
    directory(config.data.directory),
    await deskOrPort(config),
    {
      name: 'admin key',
      ok: true,
      detail: config.secrets.adminKey?.fingerprint() ?? 'none given; the key file decides',
    },
  ];
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

function directory(path: string): Finding {
  const nearest = existing(path);
  try {
    accessSync(nearest, constants.W_OK);
  } catch (error) {
    const detail = `${nearest} cannot be written by this user (${errorCode(error)})`;
    return { name: 'data directory', ok: false, detail };
  }
  if (!statSync(nearest).isDirectory()) {
    return { name: 'data directory', ok: false, detail: `${nearest} is not a directory` };
  }
  const detail = nearest === path ? path : `${path}, will be made`;
  return { name: 'data directory', ok: true, detail };
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
