/** Reason codes of intake: who may trigger, when, and whether the contract can be meant. */
export const INTAKE_REASONS = {
  duplicate_message: {
    means: 'This very message was received before.',
    remedy: '',
  },
  channel_not_allowed: {
    means: 'This channel is not on the list of channels.',
    remedy: 'Add its id to the channels of the configuration if it should be.',
  },
  channel_not_for_alerts: {
    means: 'This channel serves another purpose than alerts.',
    remedy: 'Post alerts in a channel configured for them.',
  },
  author_is_bot: {
    means: 'The author is a bot; only people can trigger anything.',
    remedy: '',
  },
  author_is_webhook: {
    means: 'The message comes from a webhook, which can carry any name.',
    remedy: '',
  },
  author_is_system: {
    means: 'The message was made by the platform itself.',
    remedy: '',
  },
  author_not_allowed: {
    means: 'The author may not trigger orders.',
    remedy: "Add the author's id, or one of their roles, with the permission to alert.",
  },
  is_reply: {
    means: 'A reply never triggers; only an initial message does.',
    remedy: 'Post the alert as a message of its own.',
  },
  is_in_thread: {
    means: 'A message in a thread never triggers; only an initial message does.',
    remedy: 'Post the alert in the channel itself.',
  },
  is_forward: {
    means: 'A forwarded message never triggers: who forwards is not who wrote.',
    remedy: 'Post the alert as a message of its own.',
  },
  is_crosspost: {
    means: 'A message published from another channel never triggers.',
    remedy: 'Allow the channel it comes from.',
  },
  is_edit: {
    means: 'An edited message never triggers; only its first version can.',
    remedy: 'Post the alert as a new message.',
  },
  message_edited: {
    means: 'The author edited the message while it was held for an operator.',
    remedy: 'Post the alert as a new message.',
  },
  message_deleted: {
    means: 'The author deleted the message before it was acted on.',
    remedy: '',
  },
  dismissed: {
    means: 'An operator looked at the held alert and put it aside.',
    remedy: 'Post it again if it still holds.',
  },
  posted_in_future: {
    means: "The message's time of posting lies in the future.",
    remedy: "Check this machine's clock and where the message comes from.",
  },
  too_old: {
    means: 'The message was posted too long ago to be acted on.',
    remedy: 'Post it again if it still holds.',
  },
  duplicate_alert: {
    means: 'The same instruction was given moments before.',
    remedy: 'Post it again after the duplicate window if a second trade is meant.',
  },
  already_open: {
    means: 'A trade in this instrument is already open.',
    remedy: 'Close it first, or allow repeats in the configuration.',
  },
  unknown_symbol: {
    means: 'No such symbol is traded.',
    remedy: 'Check the symbol and post the alert again.',
  },
  lookup_unavailable: {
    means: 'The instrument could not be looked up.',
    remedy: 'Check the connection to the instrument data, then post the alert again.',
  },
  expiry_not_listed: {
    means: 'No options of this underlying expire on that day.',
    remedy: 'Name an expiry that is listed.',
  },
  strike_not_listed: {
    means: 'The strike is not listed for that expiry.',
    remedy: 'Name a strike that is listed.',
  },
  strike_digits: {
    means: 'The strike seems to have a digit too many or too few.',
    remedy: 'Check the strike and post the alert again.',
  },
  strike_price_swapped: {
    means: 'Strike and price seem to have changed places.',
    remedy: 'Check both and post the alert again.',
  },
  contract_not_listed: {
    means: 'This contract is not listed.',
    remedy: 'Check the contract and post the alert again.',
  },
  contract_not_tradable: {
    means: 'The venue takes no opening order in this contract.',
    remedy: '',
  },
  contract_not_standard: {
    means: 'The contract is adjusted: it does not deliver 100 shares and nothing else.',
    remedy: '',
  },
  contract_expired: {
    means: 'The contract no longer trades.',
    remedy: 'Name a contract that is still listed.',
  },
  price_hundredfold: {
    means: 'The price is ten or a hundred times what the market shows, or a part of it.',
    remedy: 'Check the price and post the alert again.',
  },
  price_is_underlying: {
    means: "The price is that of the underlying, not the option's.",
    remedy: "Post the alert with the option's price, or without one.",
  },
  price_off_market: {
    means: 'The price is a multiple away from the market.',
    remedy: 'Check the contract and the price, and post the alert again.',
  },
  entry_taken_back: {
    means: 'The author is out before anything was bought: the entry is taken back.',
    remedy: '',
  },
  no_position: {
    means: 'The author has no open trade this exit fits; nothing was done.',
    remedy: '',
  },
  several_positions: {
    means: 'More than one open trade of the author fits this exit.',
    remedy: 'Name the contract to close.',
  },
  exit_size_unclear: {
    means: 'The part of the position to close is not one that can be sold.',
    remedy: 'Name a part above 0, or a whole number of contracts.',
  },
} as const;

export type IntakeCode = keyof typeof INTAKE_REASONS;
