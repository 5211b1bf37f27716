/** Every reason risk gives for not letting a plan through: stable code, meaning, what to do. */

export const RISK_REASONS = {
  cannot_evaluate: {
    means: 'A rule could not be checked, because something it needs is not known.',
    remedy: 'See which rule refused first: it names what is missing.',
  },
  entries_stopped: {
    means: 'The kill state of the desk lets no new entry through.',
    remedy: 'An admin resumes the desk once its cause is cleared.',
  },
  not_armed: {
    means: 'Entries in this environment need an admin to arm the desk, which nobody has.',
    remedy: 'An admin arms it with `strikewire arm`; a restart or a fault disarms it again.',
  },
  exits_stopped: {
    means: 'The kill state of the desk lets no new closing order through.',
    remedy: 'Close at the broker, or have an admin lower the kill state.',
  },
  too_late: {
    means: 'The alert grew too old before it could be decided.',
    remedy: 'Post it again if it still holds.',
  },
  not_an_opening_buy: {
    means: 'Only buying to open starts a trade; this opens a short position or closes.',
    remedy: 'Place it by hand if it is meant.',
  },
  action_not_allowed: {
    means: 'This channel may not open trades.',
    remedy: 'Allow the action for the channel in the configuration.',
  },
  asset_not_allowed: {
    means: 'This channel may not trade this class of instrument.',
    remedy: 'Allow the asset class for the channel in the configuration.',
  },
  instrument_mismatch: {
    means: 'The instrument found is not the one the alert names.',
    remedy: 'Report it: this is a defect of the instrument data.',
  },
  not_tradable: {
    means: 'The venue takes no order in this instrument.',
    remedy: '',
  },
  closing_only: {
    means: 'The venue takes only closing orders in this instrument.',
    remedy: '',
  },
  not_standard: {
    means: 'The contract is adjusted: it does not deliver 100 shares and nothing else.',
    remedy: 'Place it by hand if it is meant.',
  },
  contract_expired: {
    means: 'The contract no longer trades.',
    remedy: 'Name a contract that is still listed.',
  },
  market_closed: {
    means: 'The market of this instrument is closed.',
    remedy: 'Post the alert again when it is open.',
  },
  outside_entry_hours: {
    means: 'New entries are not made so soon after the opening or so close to the end.',
    remedy: 'Post the alert again inside the hours named.',
  },
  expires_too_soon: {
    means: 'The contract stops trading too soon for a new entry.',
    remedy: 'Name a later expiry.',
  },
  no_quote: {
    means: 'There is no quote of this instrument.',
    remedy: 'Check the market data connection, then post the alert again.',
  },
  quote_mismatch: {
    means: 'The quote is of another instrument.',
    remedy: 'Report it: this is a defect of the market data.',
  },
  quote_unsound: {
    means: 'The quote cannot price an order: one-sided, crossed, without size, or halted.',
    remedy: 'Post the alert again when both sides are quoted.',
  },
  quote_stale: {
    means: 'The quote is too old to trade on.',
    remedy: 'Check the market data connection, then post the alert again.',
  },
  quote_delayed: {
    means: 'The quote comes from a delayed source.',
    remedy: 'Connect real-time market data.',
  },
  spread_too_wide: {
    means: 'Bid and ask lie too far apart.',
    remedy: 'Wait for a tighter market, or place it by hand.',
  },
  price_deviates: {
    means: 'The price of the alert lies too far from the market.',
    remedy: 'An operator looks at it and lets it through, or drops it.',
  },
  price_too_low: {
    means: 'The limit would be below the lowest price entries are made at.',
    remedy: '',
  },
  no_price: {
    means: 'The alert has no price and no usable quote gives one.',
    remedy: 'Post the alert with a price, or when both sides are quoted.',
  },
  above_collar: {
    means: 'The limit lies beyond the highest price this entry may pay.',
    remedy: '',
  },
  account_not_current: {
    means: 'The figures of the account are not of today, too old, or make no sense.',
    remedy: 'Check the connection to the broker.',
  },
  account_restricted: {
    means: 'The broker lets this account open no positions now.',
    remedy: 'Settle it with the broker; it is looked at again with each reading of the balances.',
  },
  no_quantity: {
    means: 'The limits leave room for not even one contract.',
    remedy: 'The arithmetic names the limit that decided.',
  },
  quantity_not_whole: {
    means: 'The quantity in the alert is not a whole number of contracts.',
    remedy: 'Post the alert with a whole number.',
  },
  margin_unknown: {
    means: 'No margin estimate is configured for this future.',
    remedy: 'Add its root to the margins in the configuration.',
  },
  over_allocation: {
    means: 'The order would commit more than the share of buying power one trade may take.',
    remedy: '',
  },
  over_trade_limit: {
    means: 'The order would commit more dollars than one trade may.',
    remedy: '',
  },
  over_open_limit: {
    means: 'All open trades together would commit more than allowed.',
    remedy: 'Close something first.',
  },
  too_many_open: {
    means: 'The greatest number of open trades is reached.',
    remedy: 'Close something first.',
  },
  too_many_on_underlying: {
    means: 'The greatest number of open trades on this underlying is reached.',
    remedy: 'Close one of them first.',
  },
  too_many_on_instrument: {
    means: 'The greatest number of open trades in this very instrument is reached.',
    remedy: 'Close one of them first.',
  },
  too_many_today: {
    means: 'The greatest number of trades for one day is reached.',
    remedy: 'Trading goes on tomorrow.',
  },
  too_many_by_author: {
    means: 'This author has opened the greatest number of trades for one hour.',
    remedy: 'Wait, and check that the account has not been taken over.',
  },
  too_many_orders: {
    means: 'Orders are being sent too fast.',
    remedy: 'Post the alert again in a minute; look for a cause if it stays.',
  },
  over_buying_power: {
    means: 'The order would use more of the buying power than allowed.',
    remedy: 'Close something or add funds.',
  },
  daily_loss_reached: {
    means: "Today's loss has reached its limit.",
    remedy: 'Trading goes on tomorrow.',
  },
  orders_unresolved: {
    means: 'The outcome of earlier orders is not known.',
    remedy: 'Look at the unresolved orders; they are being asked for at the broker.',
  },
  not_reconciled: {
    means: 'The desk has not yet compared its book with the broker.',
    remedy: 'Wait for the reconciliation, or look at what it found.',
  },
  over_position: {
    means: 'More would be closed than is open.',
    remedy: '',
  },
} as const satisfies Record<string, { means: string; remedy: string }>;

export type RiskCode = keyof typeof RISK_REASONS;
