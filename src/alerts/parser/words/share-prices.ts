/**
 * A guard against premiums taken for share prices: "BTO TSLA @ 3.20" lacks its contract.
 *
 * The list holds names whose shares have traded far above the floor for years and whose options
 * fill trading rooms. It need not be complete or current: it only ever refuses.
 */
const INDEXES: ReadonlySet<string> = new Set([
  ...[
    'SPX',
    'SPXW',
    'NDX',
    'NDXP',
    'RUT',
    'RUTW',
    'VIX',
    'VIXW',
    'XSP',
    'DJX',
    'OEX',
    'XND',
    'MRUT',
  ],
]);

const DEAR_SHARES: ReadonlySet<string> = new Set(
  `
  SPY QQQ IWM DIA TSLA NVDA AAPL MSFT META AMZN GOOGL GOOG NFLX AMD AVGO COST LLY UNH V MA JPM
  GS MS HD LOW CRM ADBE ORCL NOW INTU PANW CRWD SNOW COIN MSTR SMCI ARM TSM ASML LULU CAT DE BA
  LMT GE HON UPS FDX NKE MCD SBUX WMT TGT PG KO PEP JNJ ABBV MRK TMO ISRG REGN VRTX AMGN CVX XOM
  COP OXY GLD TLT XLF SMH SOXX XBI ANET KLAC LRCX AMAT MU QCOM TXN ADI MRVL DELL IBM CSCO NET
  DDOG ZS OKTA MDB TEAM SHOP SQ PYPL ABNB BKNG UBER DASH SPOT ROKU RBLX DIS CMCSA TMUS VZ BRK/B
  BLK AXP C BAC WFC SCHW ENPH FSLR DKS WSM ULTA CMG DPZ WING CAVA URI PWR VRT CEG VST GEV HOOD
  PLTR APP TTD AXON TMDX BIIB GILD HUM ELV CI SPGI MCO MSCI FICO BABA PDD JD MELI SE CVNA W RH
  ELF DECK ONON CELH
`
    .split(/\s+/)
    .filter((symbol) => symbol !== ''),
);

/** Below this a price for one of the dear names is a premium. */
const DEAR_PRICE_MIN = 25;

/** An index has options and futures, no shares. */
export function isIndex(symbol: string): boolean {
  return INDEXES.has(symbol);
}

export function mayBeSharePrice(symbol: string, price: number): boolean {
  return price >= DEAR_PRICE_MIN || !DEAR_SHARES.has(symbol);
}
