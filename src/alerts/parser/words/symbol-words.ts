/** Which words can name an underlying, and which only look like it. */
import { roleOf } from './lexicon.ts';

/**
 * Ordinary English of up to five letters that has no role in the grammar. In lower case none of it
 * is a symbol; in capitals only what `WORD_SYMBOLS` lists.
 */
const COMMON_WORDS = words(`
  able ah ahead ai air aka ally alone along alt amen amex among angle any apart ape apes app
  apply are army art asap asked asks atl atr away awful baby bad bag bags bail bam band bang
  bank banks bar base bash basic be bear beast beat bed beer began begin being bent bes best bet
  beta bets bias big bill bills bit bite black blah blast bleed blew blood bloom blow blue board
  boat body bold bomb bond bonds bonus book books boom boost boot born bos boss bot bout bowl
  box boy brb bread brief bring bro broad bros bruh btw buck bucks bug build built bull bulls
  bump bunch burn bust busy but cake calm came camp candy cap car card care cars case cash cast
  cat catch cause cease ceo cfo chain chair chalk chat check cheer chill chip chips choch chop
  chose city civil claim class clean clear click clip clock cloud club coach coin cold color
  come comes cook cool copy core corn count coup cover cows coz cpi crap crash cream cross crowd
  crush cry cup curl curve cute cuz daily damn dang dark data dates dawn dd dead deal dear debt
  decay deck deep delay desk dex died dig dip dips dirty disc dish dm dog dogs doj doji dojis
  done door dot doubt dough dozen draft drag drama draw dream dress drift drill drink drive drop
  drops dry duck dude due dull dumb dump dust duty dying early earn ease east easy eat edge
  edges edt eight ends enjoy eod eps error est et etf etfs ev even event ever every evs exact
  eye fa face facts fade fades fail fails fair fake fall falls false fancy faq far fast fat fate
  fault favor fda fear fed feed feel feels feet fell felt field fight file film find fine fire
  firm fish fist five fix flag flags flash flip float floor focus fold fomc fomo food fool foot
  force forex form forth found four fox frame free front ftc fud fuel fun fund funds funny fvg
  fwiw fyi game games gaps gas gave gdp gear gets gex gg ghost giant gift girl give given gives
  gl glad glass glow gn goal goals gobs god goes gold gone gotta grab grand grass great greed
  grew grind grip group grow gtc gtg guess guide guy haha hand hands hang happy hard has hat
  hate have head heal hear heart heat heck held hell help hide hike hill him hint his hits hmm
  hole home honor hood hook horse host hot hour hours house hows htf human hurt ice id idc ideal
  idk iirc image imho imo index inner input ipo irl is issue item iv j jk job join joke joy
  judge juice juicy jump k keen keeps key keys kick kid kids kill kind kinda king knee knew
  knife knock know knows l lab lack lady laid lame land lap laser late later laugh law lay layer
  lazy lead leads leak lean learn least led legit lemme less lets lfg life lift like liked likes
  limbo line lines link lion lit lived lives lmao lmfao lmk loan local lock logic lol look looks
  loop loose lord lose loud love loved lower lt ltf luck lucky lunch maam macd mad made magic
  mail main major make makes male man many map marks mas mass match math meal mean means meat
  media meet melt memo men menu mercy mess met meta metal mild mile milk mind mine minor minus
  minut miss mix mixed mode model mom money mood moon moral motor mouse mouth move moved moves
  movie mtd much mud music must n nail name named nap nato near neat neck need needs nerd net
  news nfa nfp ngl nice night nine noise noon north nose noted novel np nuke null nuts nyse o
  obv occur ocean odd odds offer often oh oil old omg one ones onto ooh opec opps opt or orb
  other our outer owe owned owner pace pack page pain pair pal panel panic part party pass past
  path pay pays pce pdt peace pen perm pete phase phone photo pick picks pie pig pile pilot pin
  pink pinky pipe pit place plain plane plant plate play plays pls plus plz pm poof pool poor
  pop pops porn post posts pound pour power ppi ppl pray pre press pride prime print prior prize
  pro prob probs proof pros proud prove pst pull pulls pulse pump pumps punch pure push pushy q
  qoq queen quiet quit quite quote race radio rain raise rally range rare rate rates raw reach
  react read rear rebel reds refer relax rely rent repay reply reset retry rev rich rid ride
  right ring rip rips rise river rly rn road rock rocks role roof room root rose rough round
  route row royal rsi rude ruin rule rules run runs rush s sad said sail sake salad sale sales
  salt same sand save saved saw say says scam scare scary scene score scout seat sec see seed
  seek seem seems seen self semis send sense sent set sets seven shape sharp sheet shelf shift
  ship shirt shock shook shoot shop shot shots shout show shows shut sick sided sides sigh sight
  sign silly since sir sit site six skin skip sky slam sleep slide slim slip slot slow smart
  smell smh smile smoke snack snap snow sob soft solid solve song soon sort soul sound soup
  south space spare speak speed spell spend spent spike split spoke sport spray spxl squad st
  stack staff stage stake stamp stand star stars start state stats stay steak steal steam steep
  stem step steps stick stink stir stone stood store storm story stout strap straw strip stuck
  study stuff style suck sucks suit sum sun sunny sure surge swap swear sweat sweet swim ta
  table tag tail tale talk talks tall tank tanks tap tape tarot task taste tax taxes tbh tea
  teach tear tech teeth tell tells temp ten tend term test tests text than thank that theft them
  there these theta theyr thick thin thing think tho three threw throw thus thx tide tie time
  times tip tips tire tired title toast told tomm ton tone tons too tool tools tops torn total
  touch tough tour tow town toy track trail train trap trash treat tree trend trial trick tries
  trip truck true truly trump trust truth tube tune turn turns twice twin twist two ty u uncle
  undo union unit units upper upset ur urge us usage usd use used user uses usual utc v vague
  valid van vast vega vex vibe vibes video view views vital vix voice vote wage waits wake walk
  wall walls war warm warn wash waste water wave waves way ways weak wear wee weird west while
  whip white whom wife wild wind wine wing winks wipe wise woah woke wolf woman wood word words
  wore work works world worn worry worse worst worth wow write wrote wtf x y yall yea yeah year
  years yell yep yes yikes york young yours youth yoy ytd yup z
`);

/** Listed symbols that are also ordinary words, or words with a role in the grammar. */
const WORD_SYMBOLS = words(`
  ADD AI ALL APE APP ARE ASK BABY BAM BAND BE BEAT BEST BIG BILL BITE BLUE BOOM BOOT BOX BROS
  BULL C CAKE CALM CAN CAR CARE CARS CASH CAT COIN COLD CORN COST CUT DD DOG DUST EAT EDGE EDIT
  EVER EYE FAST FATE FIVE FIX FLY FOLD FORM FOUR FUN GAME GAP GAS GL GM GO GOLD GRAB HE HOOD HOPE
  ICE IRON IT J K KEEP KEY KEYS KIDS L LAB LAND LAZY LEG LINE LIT LIVE LOAN LOVE LOW MA MAIN MAN
  MAR MASS MET META MOVE NAIL NET NICE NOW OIL ON ONE OPEN OUT PACK PATH PAY PEAK PEN PLAY PM
  POOL POST PUMP Q RACE RARE REAL RELY RIDE ROAD ROCK ROOT RUN S SAFE SAND SAVE SEE SHOP SITE
  SKIN SKY SNAP SNOW SO SPOT SPXL ST STEM STEP SUN SWIM TALK TAP TASK TEAM TECH TELL TEN TGT
  TREE TRIP TRUE TURN TWIN TWO U UNIT V VERY VIX W WAVE WEAR WELL WING WISH WOLF WOOD WORK X Y Z
`);

/** Companies called by a name that is not their symbol: "tesla 450c" must not become TESLA. */
const COMPANY_NAMES = words(`
  adobe amgen apple baidu berk bofa brk chase chevy chewy cisco citi coke crocs deere delta
  exxon fedex ford intel kohls lilly linde lowes lucid macys merck nasi natty nike nvida palo
  pepsi qqqs qs shell slack spies spoos spys tesla tsmc unity visa wells xpeng zoom
`);

/** Five letters are rare among symbols and common among words: in lower case only these. */
const LONG_SYMBOLS = words('cmcsa googl ndxp spxw');

const UPPER = /^[A-Z]{1,5}$/;
const CLASS_SHARE = /^[A-Z]{2,4}[./][AB]$/;
const LOWER = /^[A-Za-z]{2,5}$/;
const UPPER_LENGTH_MAX = 6;
const LOWER_LENGTH_MAX = 4;

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/).filter((word) => word !== ''));
}

export function isCompanyName(lower: string): boolean {
  return COMPANY_NAMES.has(lower);
}

/** A word in capitals that can be a symbol where one is expected. */
export function isUpperSymbol(text: string): boolean {
  if (text.length > UPPER_LENGTH_MAX) return false;
  if (!UPPER.test(text)) return CLASS_SHARE.test(text);
  return WORD_SYMBOLS.has(text) || !isOrdinaryWord(text.toLowerCase());
}

/** A word in lower or mixed case that can be a symbol, given that nothing else can stand there. */
export function isLowerSymbol(text: string, lower: string): boolean {
  if (!LOWER.test(text) || isOrdinaryWord(lower)) return false;
  return lower.length <= LOWER_LENGTH_MAX || LONG_SYMBOLS.has(lower);
}

/** Whether a symbol is also a word, so that it must stand where only a symbol can. */
export function isWordSymbol(text: string): boolean {
  return WORD_SYMBOLS.has(text);
}

function isOrdinaryWord(lower: string): boolean {
  return COMMON_WORDS.has(lower) || COMPANY_NAMES.has(lower) || roleOf(lower) !== 'prose';
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
