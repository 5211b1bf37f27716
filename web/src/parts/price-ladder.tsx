/** Bid, ask and our limit on one line: how far the order is from the market. */

const WIDTH = 320;
const HEIGHT = 46;
const EDGE = 36;
const LINE_Y = 23;
const LABEL_WIDTH = 58;

export interface Prices {
  readonly bid: string;
  readonly ask: string;
  /** Our working limit; `null` when nothing works. */
  readonly limit: string | null;
  /** What no limit of the entry may exceed. */
  readonly collar: string | null;
  readonly isLive: boolean;
}

export function PriceLadder({ bid, ask, limit, collar, isLive }: Prices) {
  const x = scaleOf([bid, ask, limit, collar].filter((price) => price !== null));
  const said = `bid ${bid}, ask ${ask}${limit === null ? '' : `, our limit ${limit}`}`;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      className={`ladder ${isLive ? 'live' : 'old'}`}
      role="img"
      aria-label={isLive ? said : `as last seen: ${said}`}
    >
      <line x1={EDGE} x2={WIDTH - EDGE} y1={LINE_Y} y2={LINE_Y} className="axis" />
      <line x1={x(bid)} x2={x(ask)} y1={LINE_Y} y2={LINE_Y} className="spread" />
      <Ends bid={bid} ask={ask} atBid={x(bid)} atAsk={x(ask)} />
      {collar !== null && (
        <line x1={x(collar)} x2={x(collar)} y1={15} y2={31} className="collar">
          <title>never above {collar}</title>
        </line>
      )}
      {limit !== null && (
        <>
          <circle cx={x(limit)} cy={LINE_Y} r={5.5} className="limit" />
          <text x={x(limit)} y={12} textAnchor="middle" className="limit-text">
            {limit}
          </text>
        </>
      )}
    </svg>
  );
}

/** Positions alone are approximate: the prices that are read stay text. */
function scaleOf(prices: readonly string[]): (price: string) => number {
  const known = prices.map(Number);
  const low = Math.min(...known);
  const spread = Math.max(...known) - low || 1;
  return (price) => EDGE + ((Number(price) - low) / spread) * (WIDTH - 2 * EDGE);
}

interface EndsProps {
  readonly bid: string;
  readonly ask: string;
  readonly atBid: number;
  readonly atAsk: number;
}

/** Two labels where there is room for two, else one for both, growing to the inside. */
function Ends({ bid, ask, atBid, atAsk }: EndsProps) {
  const fits = atAsk - atBid > LABEL_WIDTH;
  const isLeft = atBid < WIDTH / 2;
  return (
    <>
      <line x1={atBid} x2={atBid} y1={16} y2={30} className="end" />
      <line x1={atAsk} x2={atAsk} y1={16} y2={30} className="end" />
      {fits ? (
        <>
          <Label x={atBid} anchor="middle" text={`bid ${bid}`} />
          <Label x={atAsk} anchor="middle" text={`ask ${ask}`} />
        </>
      ) : (
        <Label
          x={isLeft ? atBid : atAsk}
          anchor={isLeft ? 'start' : 'end'}
          text={`bid ${bid} · ask ${ask}`}
        />
      )}
    </>
  );
}

function Label(props: {
  readonly x: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly text: string;
}) {
  return (
    <text x={props.x} y={43} textAnchor={props.anchor}>
      {props.text}
    </text>
  );
}
