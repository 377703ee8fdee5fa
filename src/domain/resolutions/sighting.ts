/**
 * What a read of the provider showed, in the words that decisions hang on. `not_read`: nothing was to be read, or nothing
 * could be asked for.
 */
export const SIGHTS = {
  not_read: 'nothing was read',
  unavailable: 'the provider did not respond',
  unreadable: 'its response cannot be understood',
  absent: 'the provider knows none; of a list: all of it was read',
  incomplete: 'a list that could not be read completely, without it',
  found: 'it is there and agrees with the order; of a payment or a page: paid',
  unpaid: 'it is there, and not paid; of a page: and closed',
  open: 'a page that can still be paid',
  without_reference: 'it is there and fits, and does not say whose it is',
  differs: 'it is there, and differs from what was ordered',
  changed: 'it is there, and differs otherwise than it was flagged',
  taken: 'another order has it',
  retired: 'it is there, and the credits are retired',
  cancelled: 'it is there, and undone',
} as const;
export type Sight = keyof typeof SIGHTS;

export const SIGHT_NAMES = Object.keys(SIGHTS) as Sight[];

/** What was seen, and what was brought with the decision. */
export interface Seen {
  readonly sight: Sight;
  readonly hasStatement: boolean;
  /** Of `compensation_done`: every purchase too many is named. */
  readonly isCovered: boolean;
}

export const NOTHING_SEEN: Seen = { sight: 'not_read', hasStatement: false, isCovered: false };
