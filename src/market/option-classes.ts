/**
 * What differs between classes of options: the penny program, late hours, index settlement.
 *
 * The penny program holds some 360 classes and changes twice a year; these are the much traded
 * ones. Missing here costs a coarser price, never a refused one (`tick-tables.ts`).
 */

/** Quoted 0.01 below 3.00 and 0.05 from it. */
export const PENNY_CLASSES = classes(`
  AA AAL AAPL ABBV ABNB ABT ADBE AFRM AI AMAT AMC AMD AMGN AMZN ANET APA ARM ASML AVGO AXP AZN
  BA BABA BAC BB BBY BIDU BIIB BK BMY BP BRK/B BX BYND C CAG CAT CCL CF CHWY CL CLF CMCSA CMG
  COF COIN COP COST CRM CRWD CSCO CVNA CVS CVX DAL DASH DD DDOG DE DELL DIA DIS DKNG DOCU DVN EA
  EBAY EEM EFA ENPH EOG ETSY EWZ EXPE F FCX FDX FSLR FUTU FXI GDX GDXJ GE GILD GIS GLD GM GME GOOG
  GOOGL GS HAL HD HLT HOOD HON HPQ HYG IBM INTC IONQ IYR JD JNJ JPM KEY KHC KMI KO
  KRE KWEB LI LLY LMT LOW LQD LRCX LULU LUV LVS LYFT M MA MARA MCD MDLZ META MGM MMM MO MOS
  MRK MRNA MRVL MS MSFT MSTR MU NCLH NEE NEM NET NFLX NIO NKE NOW NVAX NVDA NVO OIH OKTA ORCL
  OXY PANW PBR PDD PEP PFE PG PINS PLTR PLUG PM PYPL QCOM RBLX RCL RIOT RIVN ROKU RTX SBUX SCHW
  SHOP SLB SLV SMCI SMH SNAP SNOW SO SOFI SOUN SOXL SPOT SQQQ T TEVA TGT TLT TMUS TNA TQQQ TSLA
  TSM TTD TWLO TXN U UAL UBER UNG UNH UNP UPS UPST URI USB USO UVXY V VALE VLO VXX VZ W WBD WDAY
  WFC WMT WYNN X XBI XHB XLB XLC XLE XLF XLI XLK XLP XLU XLV XLY XME XOM XOP XRT XYZ Z ZM ZS
`);

/** Trade until 16:15 (13:15 on half days): funds on broad indices and sectors, and indices. */
export const LATE_CLASSES = classes(`
  DBA DBC DIA EEM EFA FXI IWM IWN IWO IWV IYR KBE KRE LQD MDY MRUT NDX OEF OEX QQQ RUT SPX SPY SVXY
  TLT UNG UUP UVXY VIX VIXY VXX XEO XHB XLB XLE XLF XLI XLK XLP XLU XLV XLY XME XRT XSP
`);

/** Settled in cash: their PM series stop at 16:00 on the last day, not at 16:15. */
export const INDEX_CLASSES = classes('MRUT NDX OEX RUT SPX VIX XEO XSP');

/** Settled to the opening of the expiry day: trading ends the evening before. */
export const AM_ROOTS = classes('NDX RUT SPX VIX VIXW');

/** An expiry on every trading day. */
export const DAILY_CLASSES = classes('IWM NDX QQQ RUT SPX SPY XSP');

/**
 * The root of the index options people mean when they name the index: the PM series, listed for
 * every expiry. The AM series keeps the index's own name and stops trading a day earlier.
 */
export const PM_ROOT_OF_INDEX: ReadonlyMap<string, string> = new Map([
  ['NDX', 'NDXP'],
  ['RUT', 'RUTW'],
  ['SPX', 'SPXW'],
]);

function classes(names: string): ReadonlySet<string> {
  return new Set(names.trim().split(/\s+/));
}
