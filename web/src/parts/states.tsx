/** What a trade's phase and a message's outcome look like, everywhere the same. */
import type { MessageView, OrderView, TradeView } from '../api/types.ts';
import { Chip, type Tone } from './chip.tsx';
import { sentence, words } from './format.ts';

const PHASES: Readonly<Record<TradeView['phase'], Tone>> = {
  entering: 'info',
  holding: 'warn',
  exiting: 'good',
  closing: 'info',
  attention: 'bad',
  done: 'plain',
};

const PHASE_MEANS: Readonly<Record<TradeView['phase'], string>> = {
  entering: 'The entry can still fill.',
  holding: 'Filled; nothing rests at the broker.',
  exiting: 'An exit rests at the broker.',
  closing: 'Being sold on a person’s word.',
  attention: 'A person must look.',
  done: 'Nothing is held and nothing works.',
};

export function PhaseChip({ trade }: { readonly trade: Pick<TradeView, 'phase' | 'ended'> }) {
  const { phase, ended } = trade;
  return (
    <Chip tone={PHASES[phase]} title={PHASE_MEANS[phase]}>
      {ended === null ? sentence(phase) : sentence(ended)}
    </Chip>
  );
}

const OUTCOMES: Readonly<Record<MessageView['outcome'], Tone>> = {
  received: 'plain',
  ignored: 'plain',
  refused: 'bad',
  held: 'warn',
  accepted: 'good',
  previewed: 'info',
};

export function OutcomeChip({ message }: { readonly message: MessageView }) {
  return (
    <Chip tone={OUTCOMES[message.outcome]} title={message.detail}>
      {outcomeText(message)}
    </Chip>
  );
}

/** The verdict in two or three words. */
function outcomeText({ verdict, outcome, code }: MessageView): string {
  if (verdict === null) return 'Reading…';
  if (verdict === 'chatter') return 'Chatter';
  if (outcome === 'refused') return `Refused: ${words(code ?? '')}`;
  if (outcome === 'held') return `Held: ${words(code ?? '')}`;
  if (outcome === 'previewed') return 'Dry run';
  if (outcome === 'ignored') return sentence(verdict);
  return verdict === 'exit' ? 'Exit taken' : 'Traded';
}

const ENDS: Readonly<Record<string, Tone>> = { filled: 'good', rejected: 'bad', absent: 'bad' };

export function OrderChip({ order }: { readonly order: OrderView }) {
  const said = order.end ?? order.status ?? order.phase;
  const tone = order.end === null ? 'info' : (ENDS[order.end] ?? 'plain');
  return (
    <Chip tone={order.phase === 'unknown' ? 'bad' : tone} title={order.rejection ?? undefined}>
      {sentence(said)}
    </Chip>
  );
}
