/** What moves between two records of a trade: its price, its step, the time left. */
import { useIsLive, useLive } from '../api/live-store.ts';
import type { TradeView } from '../api/types.ts';
import { useDeskNow } from './clock.ts';
import { span, time } from './format.ts';
import { PriceLadder } from './price-ladder.tsx';

/** The newest quote there is, and whether it is true now. */
function useQuote(trade: TradeView) {
  const isLive = useIsLive();
  const live = useLive(({ quotes }) => quotes[trade.symbol]);
  const quote = live ?? trade.quote;
  return quote === null ? null : { ...quote, isLive: isLive && live !== undefined };
}

export function TradePrices({ trade }: { readonly trade: TradeView }) {
  const quote = useQuote(trade);
  if (trade.phase === 'done' || quote === null) return null;
  const isEntering = trade.entry.status === 'open';
  const limit = isEntering ? trade.entry.limit : nearLimit(trade, quote.ask);
  return (
    <div>
      {limit !== null && (
        <PriceLadder
          bid={quote.bid}
          ask={quote.ask}
          limit={limit}
          collar={isEntering ? trade.entry.collar : null}
          isLive={quote.isLive}
        />
      )}
      <p className="small quiet">
        {limit === null && <Market bid={quote.bid} ask={quote.ask} />}
        {!isEntering && trade.exit.limit !== null && (
          <span className="part">exit rests at {trade.exit.limit}</span>
        )}
        {!quote.isLive && <QuoteAge at={quote.at} />}
      </p>
    </div>
  );
}

function Market({ bid, ask }: { readonly bid: string; readonly ask: string }) {
  return (
    <span className="part">
      bid <strong>{bid}</strong> ask <strong>{ask}</strong>
    </span>
  );
}

/** A target far off would squeeze the market into one point: then it is told beside it. */
function nearLimit({ exit }: TradeView, ask: string): string | null {
  return exit.limit !== null && Number(exit.limit) <= Number(ask) * 1.3 ? exit.limit : null;
}

function QuoteAge({ at }: { readonly at: string }) {
  const now = useDeskNow();
  return (
    <span className="part">
      as of {time(at)}, {span(now - Date.parse(at))} old
    </span>
  );
}

export function EntryCountdown({ trade }: { readonly trade: TradeView }) {
  const { entry } = trade;
  const now = useDeskNow();
  const isLive = useIsLive();
  if (entry.status !== 'open' || entry.windowEndsAt === null) return null;
  const leftMs = Date.parse(entry.windowEndsAt) - now;
  const wholeMs = Date.parse(entry.windowEndsAt) - Date.parse(entry.placedAt ?? trade.openedAt);
  const gone = Math.max(0, Math.min(1, 1 - leftMs / wholeMs));
  return (
    <div className="stack tight">
      <progress className="hidden" max={1} value={gone} aria-label="of the entry window" />
      <div className="meter" aria-hidden>
        <span style={{ width: `${gone * 100}%` }} />
      </div>
      <p className="small">
        Step {entry.steps} of {entry.stepsMax}
        {isLive ? (
          <span className="quiet">
            {entry.nextStepAt !== null && ` · next in ${span(Date.parse(entry.nextStepAt) - now)}`}
            {` · taken back in ${span(leftMs)}`}
          </span>
        ) : (
          <span className="quiet"> · the time left is not known while the desk is away</span>
        )}
      </p>
    </div>
  );
}
