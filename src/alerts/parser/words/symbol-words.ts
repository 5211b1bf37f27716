/** Which words can name an underlying, and which only look like it. */

/**
 * Ordinary English of up to five letters. In lower case none of them is a symbol; in capitals only
 * those of `WORD_SYMBOLS`.
 */
const COMMON_WORDS = new Set(
  `able acct adds adjust ago ahead air alert ally alone along also alt always amen among and angle any
  apart app apply are area army art ask asked asks atm away awful baby back bad bag bags bail bam band
  bang bank bar base bash basic bear beast beat bed been beer began begin being below bent best bet
  beta bets better beware bias bid big bill bills bit bite black blah blast bleed blew block blood
  bloom blow blue board body bold bomb bond bonus book books boom boost boot born boss bot both bowl
  box boy boys bread brief bring bro broad bros buck bucks bug build built bull bulls bump bunch burn
  bust busy but button cake calm came camp can candy cap car card care cars case cash cast cat catch
  cause cease chain chair chalk chart chase chat cheap check cheer chill chip chips chop chose city
  civil claim class clean clear click clip clock cloud club coach coin cold color come comes cook cool
  copy core corn cost could count coup cover cows crap crash crazy cream cross crowd crush cry cup
  curl curve cute daily damn dark data date dates dawn dead deal dear debt decay deck deep degen delay
  delta desk did died dig dip dips dirty disc dish does dog dogs dojis doji done door dot doubt dough
  down dozen draft drag drama draw dream dress drift drill drink drive drop drops dry duck due dull
  dumb dump dust duty dying each early earn ease east easy eat edge edges eight ends enjoy enough
  error even event ever every exact exit extra eye eyes face facts fade fades fail fails fair fake
  fall falls false fam fancy far fast fat fate fault favor fear feed feel feels feet fell felt few
  field fight file fill film final find fine fire firm first fish fist five fix flag flags flash flat
  flip float floor flow fly focus fold folks food fool foot for force forex form forth found four fox
  frame free fresh front full fun fund funds funny fuel game games gang gap gaps gas gave gear get
  gets ghost giant gift girl give given gives glad glass glow goal goals gobs god goes gold gone good
  got grab grand grass great greed green grew grind grip group grow guess guide guy guys had half hand
  hands hang happy hard has hat hate have head heads heal hear heart heat heavy heck hedge held hell
  help here hero hey hide high hike hill him hint his hit hits hold holds hole home honor hood hook
  hope horse host hot hour hours house how hows huge human hurt ice idea ideal image index inner input
  into iron issue item its job join joke joy judge juice juicy jump june just keen keep keeps kept key
  keys kick kid kids kill kind king knee knew knife knock know knows lab lack lady laid lame land lap
  large laser last late later laugh law lay layer lazy lead leads leak lean leap learn least leave led
  left leg legs legit less let lets level life lift light like liked likes limbo limit line lines link
  lion list lit lite live lived lives load loan local lock logic lol long look looks loop loose lord
  lose loss lost lot lots loud love loved low lower luck lucky lunch mad made magic mail main major
  make makes male man many map march mark marks mass match math max may maybe meal mean means meant
  meat media meet melt memo men menu mercy mess met meta mid might mild mile milk mind mine minor
  minus minut miss mix mixed mode model mom money mood moon moral more most motor mouse mouth move
  moved moves movie much mud music must nail naked name named nap nasty near neat neck need needs nerd
  net never new news next nice night nine nobody noise none noon nope nor north nose not note noted
  notes noted novel now nuke null nuts obv occur ocean odd odds off offer often oil okay old once one
  ones only onto ooh open opens opps opt order other our out outer over owe own owned owner pace pack
  page paid pain pair pal panel panic paper part party pass past path pay pays peace peak pen people
  per perm pete phase phone photo pick picks pie piece pig pile pilot pin pink pinky pipe pit place
  plain plan plane plans plant plate play plays plus pm poof pool poor pop pops porn port pos post
  posts pound pour power pray prep press price pride prime print prior prize pro prob probs proof pros
  proud prove pull pulls pulse pump pumps punch pure push pushy put queen quick quiet quit quite quote
  race radar radio rain raise rally ran range rare rate rates ratio raw reach react read ready real
  rear rebel red reds refer relax rely rent repay reply reset rest retry rev rich rid ride right ring
  rip rips rise risk river road rock rocks role roll roof room root rose rough round route row royal
  rude ruin rule rules run runs rush sad safe said sail sake salad sale sales salt same sand save saved
  saw say says scale scam scare scary scene scene score scout seat see seed seek seem seems seen self
  sell sells send sense sent set sets seven shape share sharp sheet shelf shell shift ship shirt shock
  shook shoot shop short shot shots shout show shows shut sick side sided sides sight sign sigh silly
  sim since sir sit site six size skin skip sky slack slam sleep slide slim slip slot slow small smart
  smell smile smoke snack snap snow sob soft sold solid solve some song soon sort soul sound soup south
  space spare speak speed spell spend spent spike split spoke sport spot spray squad stack staff stage
  stake stamp stand star stars start state stats stay steak steal steam steep stem step steps stick
  still stink stir stock stone stood stop store storm story stout strap straw strip stuck study stuff
  style suck sucks suit sum sun sunny super sure surge swap swear sweat sweet swim swing table tag tail
  take takes tale talk talks tall tank tanks tap tape tarot task taste tax taxes tea teach team tear
  tech teeth tell tells temp ten tend term test tests text than thank thanks that the theft their them
  then there these theta they thick thin thing think third this those three threw throw thus tick ticks
  tide tie tight til till time times tiny tip tips tire tired title toast today told tomm ton tone tons
  too took tool tools top tops torn total touch tough tour tow town toy track trade trail train trap
  trash treat tree trend trial trick tries trip truck true truly trump trust truth try tube tune turn
  turns twice twin twist two type ugly uncle under undo union unit units until unwind up upper upset
  urge usage use used user uses usual vague valid value van vast vega very vibe vibes video view views
  vital vix voice void vol vote wage wait waits wake walk wall walls want wants war warm warn was wash
  waste watch water wave waves way ways weak wear wee week weeks weird well went were west what wheel
  when where which while whip white who whole whom why wick wide wife wild will win wind wine wing
  winks wins wipe wise wish with woah woke wolf woman won wont wood word words wore work works world
  worn worry worse worst worth would wow write wrong wrote yall yea yeah year years yell yep yes yet
  yikes yolo york you young your yours youth yup zero zone
  an as at be by do go he hi if in is it me my no of oh ok on or so to up us we
  a i j k l n o q s u v x y z w im id ill ive ur tbh imo imho btw fyi idk lmao lmk nfa dd gl gg gn gm
  brb ngl smh tho thx ty np pls plz rn rip rly ppl dm irl jk fwiw iirc wtf omg lfg hod lod pdt pnl roi
  rsi macd ema sma vwap atr eps cpi ppi fomc gdp nfp pce iv otm itm atm dte exp usd fed fomo yoy qoq
  ah am pre est edt et pst utc eod eow eom ytd mtd htf ltf choch bos fvg orb ath atl ma mas aka asap
  faq fud gtc gtg day days avg sl tp pt pts rr be bes ape apes gex dex vex spxl etf etfs ipo ceo cfo
  sec doj ftc fda nato opec nyse amex imo ai ev evs ta fa lt st q`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/** Listed symbols that are also words of the list above or have a role in the grammar. */
const WORD_SYMBOLS = new Set(
  `NOW GO LOW BULL ALL ON BE SO IT A ARE CAN OPEN HOOD COIN SNAP PLAY CAT BILL REAL RUN FUN TELL WELL
  LOVE KEY CASH CARE COST EAT FAST FIVE GAP KEYS LAND LEN LIT LUV MAIN MAN MOS NET NICE PATH RACE RIDE
  RIOT SAVE SEE SHOP SPOT SUN TAP TEAM TRUE TWO WISH WORK DASH PINS ROOT FORM FIX GOLD HOG HOPE ICE MAT
  MET META MOD MOVE ONE PACK PAY PEAK PEN PLUG POOL POST PUMP ROCK SAND SAFE SKY SNOW STEM TALK TAN TEN
  TREE TRIP TURN TWIN VALE VERY WAVE WEN WIRE WOLF WOOD BIG BOOM BOX BUD CAKE CALM CARS COLD CORN CURE
  DOW EAR ELF EYE FOLD FOUR GAME GRAB LAB LAZY LOAN MASS NAIL PARA RARE RELY RIG ROAD SITE SKIN SPCE
  STEP SWIM TASK TILE UNIT WING TGT SMCI DAL AI X Z W U T K V C F M S J L Q Y AN DD GL ST LAC APE UPS
  HIMS OIL GAS IRON DUST KIDS BOOT EVER CHEF FLY WEAR LINE CELL EDIT FATE BAND BAM SAM TECH ASK KEEP
  LEG CAR BEAT BEST BLUE HE MAR APP TOST RH RIVN ROKU RIO RTX ON OUT BABY CART LCID VRT HUT ARM PATH
  RBLX IP PM MO MA MS NU ADD BITE DOG CUT LIVE ETHU OPENX EAT KO MMM SE DE DG AM BROS GLD MARA MSTR
  SPXL EDGE LULU FLNC VIX`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/** Never a symbol, whatever the case. */
const NEVER_SYMBOLS = new Set(
  `BTO STC STO BTC CALL CALLS PUT PUTS STOP TARGET ENTRY EXIT ALERT ALERTS TRADE TRADES LOTTO LOTTOS
  SCALP SWING RISKY SMALL SIZE WEEK DAY JAN FEB APR JUN JUL AUG SEP SEPT OCT NOV DEC SL TP PT PTS AVG
  THE AND FOR NEW BUY SELL SOLD LONG SHORT HERE CSP CSPS CC CON CONS EXP DTE WATCH OPTION PRICE FILL
  ETF IPO CPI FOMC PPI GDP EPS ATH HOD LOD VWAP EMA SMA RSI MACD ITM OTM ATM EOD EOW NFA FYI IMO BID
  TSLAS SPYS`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/** Companies called by a name that is not their symbol: "tesla 450c" must not become TESLA. */
const COMPANY_NAMES = new Set(
  `tesla apple intel visa ford nike lucid delta cisco chevy exxon shell dell's ebay's macys gme's chase
  citi wells amzon amazn goog's nvda's micro micron spies spys qs qqqs nflx's bofa semis banks tech oil
  bonds metal natty spoos coke pepsi macd tsla's aapl's russl dow nas nasi nasdq vixy's boing snow's
  gamez amcs meme costc targe zoom slack uber's roku's square block disny dkng's palan palnt robin`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/** Five letters are rare among symbols and common among words: in lower case only these. */
const LONG_SYMBOLS = new Set(['googl', 'cmcsa', 'spxw', 'ndxp']);

const UPPER = /^[A-Z]{1,5}$/;
const CLASS_SHARE = /^[A-Z]{2,4}[./][AB]$/;
const LOWER = /^[A-Za-z]{2,5}$/;
const UPPER_LENGTH_MAX = 6;
const LOWER_LENGTH_MAX = 4;

export function isCompanyName(lower: string): boolean {
  return COMPANY_NAMES.has(lower);
}

/** A word in capitals that can be a symbol where one is expected. */
export function isUpperSymbol(text: string): boolean {
  if (text.length > UPPER_LENGTH_MAX) return false;
  if (CLASS_SHARE.test(text)) return true;
  if (!UPPER.test(text) || NEVER_SYMBOLS.has(text)) return false;
  return WORD_SYMBOLS.has(text) || !isOrdinaryWord(text.toLowerCase());
}

/** A word in lower or mixed case that can be a symbol, given that nothing else can stand there. */
export function isLowerSymbol(text: string, lower: string): boolean {
  if (!LOWER.test(text) || isOrdinaryWord(lower) || NEVER_SYMBOLS.has(text.toUpperCase()))
    return false;
  return lower.length <= LOWER_LENGTH_MAX || LONG_SYMBOLS.has(lower);
}

export function isWordSymbol(text: string): boolean {
  return WORD_SYMBOLS.has(text);
}

function isOrdinaryWord(lower: string): boolean {
  return COMMON_WORDS.has(lower) || COMPANY_NAMES.has(lower);
}

const CLASS_ALIASES: ReadonlyMap<string, string> = new Map([
  ['BRKB', 'BRK/B'],
  ['BFB', 'BF/B'],
]);

/** The symbol as the desk writes it: upper case, share classes with a stroke. */
export function symbolOf(text: string): string {
  const upper = text.toUpperCase();
  return CLASS_ALIASES.get(upper) ?? (upper.includes('.') ? upper.replace('.', '/') : upper);
}
