/**
 * What the words of trading rooms mean to the grammar: one role for each.
 *
 * A role says what a word can do in an instruction; where it may do it is the grammar's business.
 * A word without a role is prose. Misspellings stand here where they have no other reading.
 */
const ROLE_WORDS = {
  // Instructions.
  bto: 'bto',
  stc: 'stc',
  sto: 'sto',
  btc: 'btc',
  buy: 'buy buying',
  in: 'in',
  enter: `
    bought grabbed snagged entered entering enter grabbing snagging scooped nabbed reentered
    reentering scooping nibbled nibbling aped aping buyed boguht bougth bougt bouhgt grabed
    grabing snaged enterd entred
  `,
  take: 'took taking take',
  add: 'added adding add',
  open: 'open opened opening',
  entry: 'entry entries',
  pick: 'picked picking',
  bot: 'bot',
  sell: 'sold sell selling',
  leave: `
    exited exiting exit unloaded unloading dumped dumping liquidated liquidating offloaded
    offloading
  `,
  trim: 'trimmed trimming trim trims peeled peeling scale scaled scaling trimmin',
  close: 'close closed closing',
  cut: 'cut cutting',
  out: 'out',
  stopped: 'stopped',
  flat: 'flat flattened',
  long: 'long longs longed longing',
  short: 'short shorts shorted shorting',

  // Contracts.
  call: 'call calls cals callls calll callss clls clal clals',
  put: 'put puts putts ptus pust putss',
  side_letter: "c p c's p's",
  strike: 'strike strikes',
  month: `
    jan january feb february mar march apr april may jun june jul july aug august sep sept
    september oct october nov november dec december
  `,
  weekday: `
    monday tuesday wednesday thursday friday mon tue tues wed weds thu thur thurs fri mondays
    tuesdays wednesdays thursdays fridays saturday sunday
  `,
  relative: "today todays today's tomorrow tmrw tmw tmr tmrow tomorow tommorow tommorrow odte",
  weekly: 'weekly weeklies weeklys eow',
  this: 'this',
  next: 'next nxt',
  week: 'week wk weeks',
  w: 'w',
  day: 'day days',
  dte: 'dte dtes',
  monthly: 'monthly monthlies opex leap leaps eom quarterly',
  expiry_label: 'exp expiry expiration expires expiring expire expirations expirey exps expir',

  // Numbers.
  at: 'at around approx',
  for: 'for',
  from: 'from',
  to: 'to',
  price_label: 'fill filled fills premium prem value price prices cost limit lmt prc paid',
  average: 'avg average averaged averaging avgd avrg',
  market: 'market mkt cmp',
  quote_word: 'bid ask mid mark nbbo',
  contract_unit: 'con cons contract contracts ct cts lot lots contacts contr',
  share_unit: 'share shares shs equity equities stock stocks commons common',
  per: 'per each',
  quantity_label: 'qty quantity',
  stop: 'stop stops sl stoploss stoplosses hardstop invalidation',
  target: 'pt tp target targets targeting tgt tgts tps',
  points: 'pts points pips ticks tick handles handle point',
  risk: 'risk risking risked rr',
  size: 'size sized sizing sz position positions pos posi',
  account: 'account acct port portfolio allocation bankroll',
  fraction: 'half third thirds quarter quarters',
  part: `
    partial partials partially part some few most majority piece pieces portion little couple
  `,
  runner: 'runner runners',
  whole: `
    all fully full remaining remainder balance rest last final everything entire whole completely
  `,
  keep: 'leave leaving left keep keeping kept hold holding holds let letting riding',

  // Words that take an instruction back, put it off or make it something else.
  negation: `
    not never no dont don't didnt didn't doesnt doesn't wont won't cant can't cannot isnt isn't
    aint ain't wasnt wasn't havent haven't hasnt hasn't wouldnt wouldn't shouldnt shouldn't
    couldnt couldn't neither nor none nope arent aren't yet
  `,
  cancel: `
    cancel cancelled canceled cancelling canceling nvm nevermind disregard ignore void invalid deleted
    oops misfire missed unfilled mistake accident accidentally wrong
  `,
  correct: 'correction correcting corrected typo meant edit edited mistyped',
  hedge: `
    would could can might maybe perhaps should will gonna want wanna wanted wants wish hope
    hoping plan planning planned plans consider considering thinking tempted debating i'd ill
    i'll we'll they'll wouldve could've gunna hopefully probably likely prefer almost nearly
  `,
  looking: 'looking lookin',
  attempt: 'try trying tried attempt attempting bidding',
  wait: 'wait waiting awaiting await patient patiently',
  condition: 'if when once unless whenever assuming',
  time: 'until till til after before by',
  trigger: `
    break breaks breaking broke breakout breakdown reclaim reclaims reclaiming rejection rejects
    rejecting retest retests clears crosses trigger triggers
  `,
  compare: 'above below over under thru through between',
  watchlist: `
    watchlist watchlists wl idea ideas radar stalking eyeing eyeballing candidate candidates
    potential potentially interested lookout scanner list lists
  `,
  watch: 'watch watching watched setup setups eyes monitoring monitor',
  prepare: 'loading load loaded loads prep prepping preparing prepare reloading',
  ready: 'ready',
  heads: 'heads',
  asking: `
    who whos who's anyone anybody someone somebody everyone everybody did does do how what whats
    why where which whose was were had he she they you your youre you're they're people those
    their buys enters takes adds opens sells closes exits
  `,
  past: `
    yesterday yesterdays yesterday's earlier ago previously recap recaps recapping journal
  `,
  boast: `
    banger bangers banked printed printing doubled tripled congrats congratulations grats
    crushed nailed smashed bagger expired worthless
  `,
  result: `
    gain gains gainer gainers return returns profit profits profitable winner winners win wins
    won loss losses loser green red up down roi pnl running ran hit high highs current currently
    peak max gained lost higher hitting reached
  `,
  flow: `
    flow flows sweep sweeps swept sweeper block blocks unusual whale whales oi volume vol
    insider insiders darkpool prints buyer buyers seller sellers premiums congress pelosi
    senator institutions institutional buffett berkshire
  `,
  spread: 'spread spreads',
  wide: 'wide wider widened tight tighter large huge ugly crazy nasty',
  multi_leg: `
    vertical verticals condor condors butterfly butterflies straddle straddles strangle
    strangles diagonal diagonals pcs ccs pds cds
  `,
  leg: `
    fly flies calendar calendars ratio ic collar collars debit credit leg legs legged legging
    iron
  `,
  roll: 'roll rolled rolling rolls',
  short_premium: 'csp csps cc secured covered covering naked wheel wheeling',
  example: 'example examples template hypothetical hypothetically sample format',
  paper: 'paper papertrade papertrading sim simulated simulator demo backtest backtested',
  holding: 'since still been already remain remains remained',

  books: 'log logged logging recorded',

  // Words an instruction may hold anywhere.
  tag: `
    lotto lottos lottery lotos risky scalp scalping scalps swing swings trade trades daytrade
    daytrades earnings er yolo hedge quick small tiny light lite heavy gamble degen speculative
    spec hero zero safe conservative aggressive momo momentum super very extremely extra
    highrisk lowrisk overnight cheap cheapies cheapie itm otm atm moderate medium low intraday
    new fresh alert option options order live starter
  `,
  filler: `
    a an the of my on here now just also back again and with more another first second i
    im i'm ive i've am we we're we've me it its got get getting went going go good okay ok
    alright so re only additional own guys team fam gang folks boys y'all then as well
    officially finally personally hey hi hello gm morning afternoon real both into off
  `,
  label: `
    ticker symbol underlying type side direction action notes note comment comments date sym
  `,
  level: `
    vwap support resistance level levels pivot pivots zone area gap bounce trendline ema sma ma
    dma hod lod pdh pdl pmh pml fib poc demand supply lows bottom top wick candle chart spot ath
    trading
  `,
} as const;

export type Role = keyof typeof ROLE_WORDS | 'prose';

const ROLES: ReadonlyMap<string, Role> = compile();

/** Of a word in lower case. */
export function roleOf(lower: string): Role {
  return ROLES.get(lower) ?? 'prose';
}

function compile(): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>();
  for (const [role, words] of Object.entries(ROLE_WORDS)) {
    for (const word of words.trim().split(/\s+/)) if (isRole(role)) roles.set(word, role);
  }
  return roles;
}

function isRole(text: string): text is Role {
  return text in ROLE_WORDS;
}
