/** `strikewire alarms`: what the running desk watches for, taking note of one, testing one. */
import { z } from 'zod';
import type { Config } from '../config.ts';
import type { Exit } from '../exit-codes.ts';
import { connectDesk } from './desk-client.ts';
import type { Io } from './io.ts';

const Alarm = z.looseObject({
  name: z.string(),
  means: z.string(),
  remedy: z.string(),
  severity: z.string(),
  state: z.string(),
  value: z.number().nullable(),
  side: z.string(),
  at: z.number(),
  unit: z.string(),
  forMs: z.number(),
  since: z.string().nullable(),
  detail: z.string().nullable(),
  acknowledgedBy: z.string().nullable(),
});
type Shown = z.output<typeof Alarm>;

const Listed = z.object({ items: z.array(Alarm) });
const Done = z.object({ detail: z.string() });

const NAME_WIDTH = 20;

export async function runAlarms(
  config: Config,
  { json }: { readonly json: boolean },
  io: Io,
): Promise<Exit> {
  const desk = connectDesk(config.data.directory, config.secrets.adminKey);
  const { items } = Listed.parse(await desk.call('GET', '/api/v1/alarms'));
  if (json) {
    await io.print(`${JSON.stringify(items)}\n`);
    return 'done';
  }
  const isRaised = ({ state }: Shown): boolean => state === 'raised' || state === 'acknowledged';
  const raised = items.filter(isRaised);
  if (raised.length === 0) await io.print('No alarm is raised.\n\n');
  for (const alarm of raised) await io.print(raisedLines(alarm));
  for (const alarm of items.filter((one) => !isRaised(one))) await io.print(quietLine(alarm));
  return 'done';
}

function raisedLines({ name, detail, since, acknowledgedBy, remedy }: Shown): string {
  const who = acknowledgedBy === null ? '' : `; ${acknowledgedBy} takes care of it`;
  const head = `${name.padEnd(NAME_WIDTH)}RAISED  ${detail ?? ''}, since ${since ?? '?'}${who}`;
  return `${head}\n${' '.repeat(NAME_WIDTH)}${remedy}\n\n`;
}

function quietLine({ name, state, side, at, unit, forMs, value }: Shown): string {
  const when = `${side} ${at} ${unit}`.trim();
  const now = value === null ? 'does not apply now' : `now ${Math.round(value * 10) / 10}`;
  return `${name.padEnd(NAME_WIDTH)}${state.padEnd(8)}${when} for ${forMs / 1_000} s; ${now}\n`;
}

export interface AlarmActOptions {
  readonly name: string;
  readonly act: 'acknowledge' | 'test';
  readonly json: boolean;
}

export async function runAlarmAct(
  config: Config,
  { name, act, json }: AlarmActOptions,
  io: Io,
): Promise<Exit> {
  const desk = connectDesk(config.data.directory, config.secrets.adminKey);
  const answer = await desk.call('POST', `/api/v1/alarms/${encodeURIComponent(name)}/${act}`, {});
  await io.print(json ? `${JSON.stringify(answer)}\n` : `${Done.parse(answer).detail}.\n`);
  return 'done';
}
