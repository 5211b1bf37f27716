/** Reason codes of the parser: what one text was found to be, and why it is no instruction. */
const NAME_CONTRACT = 'Name symbol, strike with C or P, and expiry in one message.';

export const PARSER_REASONS = {
  // Orders and exits.
  entry: { means: 'A complete instruction to open.', remedy: '' },
  exit: { means: 'A complete instruction to close a named contract.', remedy: '' },

  // Words about an open trade.
  context_exit: {
    means: 'An exit that names no full contract.',
    remedy: 'It applies only if exactly one open trade of the author fits.',
  },
  context_trim: {
    means: 'A partial exit that names no full contract.',
    remedy: 'It applies only if exactly one open trade of the author fits.',
  },
  stop_move: { means: 'A stop or target of an open trade is moved.', remedy: '' },
  correction: {
    means: 'It corrects an earlier message.',
    remedy: 'Check the order of the message before; cancel or amend it by hand.',
  },
  fill_note: { means: 'A fill or an average price without a contract.', remedy: '' },
  entry_without_contract: {
    means: 'An entry whose contract stands in another message.',
    remedy: NAME_CONTRACT,
  },
  add_without_contract: {
    means: 'Adding to a position without naming the contract.',
    remedy: NAME_CONTRACT,
  },

  // Nothing to do.
  chatter: { means: 'Nothing in it is an instruction.', remedy: '' },
  empty: { means: 'Nothing is left to read after mentions, emoji and quotations.', remedy: '' },

  // The text cannot be trusted.
  text_too_long: {
    means: 'The text is longer than 4,000 characters, or of more than 1,000 words and signs.',
    remedy: 'Post the instruction on its own.',
  },
  struck_through: { means: 'Something in it is struck through: withdrawn.', remedy: '' },
  text_direction_changed: {
    means: 'It holds characters that change the direction of the text.',
    remedy: 'Type the message anew.',
  },
  lookalike_letters: {
    means: 'It holds letters of another alphabet or font that look like Latin ones.',
    remedy: 'Type the message anew in plain letters.',
  },
  cut_off: { means: 'The text is cut off in the middle.', remedy: 'Post it in full.' },

  // Not now, not for certain, not the author.
  prepare: {
    means: 'It announces an entry to come.',
    remedy: 'The entry itself has to be posted as a message of its own.',
  },
  watch: { means: 'A watch list, an idea or a setup, not a trade.', remedy: '' },
  conditional: {
    means: 'It depends on something that may happen.',
    remedy: 'Post the entry when it happens.',
  },
  hypothetical: { means: 'It speaks of what may be done, not of what is done.', remedy: '' },
  question: { means: 'It asks.', remedy: '' },
  negated: { means: 'It says that something is not done.', remedy: '' },
  cancelled: { means: 'It takes an instruction back.', remedy: '' },
  not_filled: { means: 'The order it speaks of is not filled.', remedy: '' },
  already_happened: { means: 'It tells of an earlier day or hour.', remedy: '' },
  recap: { means: 'It tells how a trade went.', remedy: '' },
  position_note: { means: 'It tells what is held.', remedy: '' },
  flow_report: { means: "It reports other people's orders.", remedy: '' },
  third_person: { means: 'It speaks of somebody else.', remedy: '' },
  example: { means: 'It gives an example.', remedy: '' },
  paper_trade: { means: 'It speaks of a simulated trade.', remedy: '' },

  // What the desk does not trade from a message.
  multi_leg: {
    means: 'A spread or another position of several legs.',
    remedy: 'Only single contracts are traded from alerts.',
  },
  roll: { means: 'A roll closes one contract and opens another.', remedy: 'Post two messages.' },
  short_premium: {
    means: 'A covered or cash-secured sale without an explicit STO.',
    remedy: 'Write STO or BTC.',
  },
  two_instructions: {
    means: 'Two instructions in one message.',
    remedy: 'Post each in a message of its own.',
  },
  several_contracts: {
    means: 'It names several contracts.',
    remedy: 'Post each in a message of its own.',
  },
  asset_not_allowed: {
    means: 'This class of asset is not allowed here.',
    remedy: "Allow it in the channel's settings.",
  },
  added_does_not_open: {
    means: 'Adding does not open a position in this channel.',
    remedy: "Allow it in the channel's settings, or write BTO.",
  },
  index_not_tradable: { means: 'An index has no shares.', remedy: NAME_CONTRACT },

  // Something is missing or not certain.
  no_verb: {
    means: 'A contract without a word that says what to do.',
    remedy: 'Begin with BTO or STC.',
  },
  verb_unclear: {
    means: 'A word for buying or selling that may mean something else where it stands.',
    remedy: 'Begin with BTO or STC.',
  },
  no_symbol: { means: 'A strike without an underlying.', remedy: NAME_CONTRACT },
  two_symbols: { means: 'Two underlyings could be meant.', remedy: NAME_CONTRACT },
  symbol_unclear: { means: 'The symbol may be cut or be an ordinary word.', remedy: NAME_CONTRACT },
  company_name: { means: 'A company is called by its name.', remedy: 'Write its symbol.' },
  no_side: {
    means: 'Neither call nor put is written.',
    remedy: 'Write C or P behind the strike; a side is never assumed.',
  },
  two_sides: { means: 'Both call and put are written.', remedy: 'Write one of them.' },
  no_strike: { means: 'An option without a strike.', remedy: NAME_CONTRACT },
  strike_unclear: { means: 'The strike may be another number.', remedy: NAME_CONTRACT },
  strike_implausible: { means: 'No option has such a strike.', remedy: NAME_CONTRACT },
  no_expiry: {
    means: 'An option without an expiry.',
    remedy: 'Write the expiry, or set what the channel means without one.',
  },
  two_expiries: { means: 'Two expiries could be meant.', remedy: NAME_CONTRACT },
  expiry_unclear: {
    means: 'The expiry can be read in two ways.',
    remedy: 'Write month, day and year.',
  },
  no_such_date: { means: 'There is no such date.', remedy: 'Write month/day.' },
  expiry_not_a_trading_day: {
    means: 'The expiry is a weekend or a holiday.',
    remedy: 'Check the date; for another year, write the year.',
  },
  expiry_in_the_past: { means: 'The expiry has passed.', remedy: 'Check the date.' },
  expiry_too_far: { means: 'No option expires so far ahead.', remedy: 'Check the year.' },
  calendar_not_covered: {
    means: 'The exchange calendar does not cover that year.',
    remedy: 'Extend src/market/exchange-calendar.ts.',
  },
  two_prices: { means: 'Two prices could be meant.', remedy: 'Mark the price with @.' },
  price_unclear: {
    means: 'A number that may be the price or something else.',
    remedy: 'Mark the price with @.',
  },
  price_zero: { means: 'The price is zero.', remedy: 'Check the price.' },
  price_implausible: {
    means: 'The price is nearer to the underlying than to an option.',
    remedy: 'Check the price.',
  },
  average_not_price: {
    means: 'A new average is no price to buy at.',
    remedy: 'Write the price of the fill.',
  },
  quantity_unclear: { means: 'Two quantities could be meant.', remedy: 'Write one of them.' },
  quantity_implausible: { means: 'The quantity is zero or absurd.', remedy: 'Check it.' },
  unclaimed_number: {
    means: 'A number in it has no part in the instruction.',
    remedy: 'Leave out other numbers, or put them in a message of their own.',
  },
  asset_unclear: {
    means: 'It can be an option, shares or a future.',
    remedy: 'Write the contract, the word shares, or a future with a stroke (/ES).',
  },
  plan_contradicts_side: {
    means: 'The stop lies on the wrong side of the entry.',
    remedy: 'Check side, entry and stop.',
  },
} as const;
