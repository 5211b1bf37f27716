/** A venue that cannot be opened, with what to do about it. */
export class VenueUnavailable extends Error {
  override readonly name = 'VenueUnavailable';
}
