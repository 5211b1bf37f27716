/** The way of one alert, as far as it has come: what happened, and what comes next. */
import type { AnswerJson, TradeView } from '../api/types.ts';
import { counted, sentence } from '../parts/format.ts';

export interface Stage {
  readonly name: string;
  readonly detail: string;
  readonly state: 'done' | 'now' | 'failed' | 'ahead';
}

/**
 * From reading to the exit. `trade` and `understood`, the instruction with its exact price, are
 * `null` until the desk has told of them.
 */
export function courseOf(
  answer: AnswerJson,
  trade: TradeView | null,
  understood: string | null = null,
): readonly Stage[] {
  const read = readStage(answer, understood);
  if (read.state === 'failed') return [read];
  const judged = judgedStage(answer);
  if (judged.state !== 'done') return [read, judged];
  if (answer.tradeId === undefined) return [read, judged, previewStage(answer)];
  if (trade === null) return [read, judged, stage('Order', 'being opened', 'now')];
  return [read, judged, orderStage(trade), fillStage(trade), exitStage(trade)];
}

function stage(name: string, detail: string, state: Stage['state']): Stage {
  return { name, detail, state };
}

function readStage({ alert, verdict, detail }: AnswerJson, understood: string | null): Stage {
  if (verdict === 'chatter') return stage('Read', `Not an instruction: ${detail}`, 'failed');
  if (alert === null) return stage('Read', detail, 'failed');
  const { action, symbol, strike, right, expiry } = alert;
  const option = strike === null ? null : `${strike}${right ?? ''}`;
  const parts = [action, symbol, option, expiry].filter((part) => part !== null);
  return stage('Read', `Understood as ${understood ?? parts.join(' ')}.`, 'done');
}

function judgedStage({ gates, verdict, code, detail, sizing }: AnswerJson): Stage {
  const stopped = gates.find(({ outcome }) => outcome !== 'pass');
  if (stopped !== undefined) {
    const state = stopped.outcome === 'hold' ? 'now' : 'failed';
    const how = stopped.outcome === 'hold' ? 'Held for a person' : 'Refused';
    return stage('Checked', `${how}: ${stopped.detail}`, state);
  }
  if (verdict !== 'order' && verdict !== 'exit') {
    return stage('Checked', `${sentence(code)}: ${detail}`, 'failed');
  }
  const size = sizing === null ? '' : ` Size ${sizing.quantity}, ${sizing.bound}.`;
  return stage('Checked', `Passed ${counted(gates.length, 'gate')}.${size}`, 'done');
}

function previewStage({ orders }: AnswerJson): Stage {
  const intended = orders.map(
    ({ side, quantity, limit, note }) =>
      `${side} ${quantity} at ${limit ?? 'market'}${note === '' ? '' : ` ${note}`}`,
  );
  return stage('Dry run', `Nothing was sent. It would ${intended.join('; ')}.`, 'done');
}

function orderStage({ entry }: TradeView): Stage {
  const steps = entry.steps === 0 ? '' : `, moved ${counted(entry.steps, 'time')}`;
  if (entry.status === 'open') {
    return stage('Order', `Works at ${entry.limit ?? 'market'}${steps}.`, 'now');
  }
  return stage('Order', `${sentence(entry.reason ?? 'ended')}${steps}.`, 'done');
}

function fillStage({ entry, quantity }: TradeView): Stage {
  const { filled, averagePrice, status } = entry;
  if (filled === 0) {
    return status === 'ended'
      ? stage('Fill', 'Nobody sold at our limits: nothing is held, nothing is risked.', 'failed')
      : stage('Fill', 'not yet', 'ahead');
  }
  const detail = `Bought ${filled} of ${quantity} at ${averagePrice ?? '?'} on average.`;
  return stage('Fill', detail, status === 'open' ? 'now' : 'done');
}

function exitStage({ exit, entry, phase, ended }: TradeView): Stage {
  const sold = exit.filled + exit.closed;
  if (phase === 'done') {
    return stage('Exit', sold === 0 ? sentence(ended ?? 'over') : `Sold ${sold}: over.`, 'done');
  }
  if (exit.limit !== null) {
    const rest = exit.quantity - exit.filled;
    return stage('Exit', `${rest} to be sold at ${exit.limit} rests at the broker.`, 'now');
  }
  return stage(
    'Exit',
    exit.note ?? (entry.filled === 0 ? 'follows the fill' : 'comes next'),
    'ahead',
  );
}
