import { urlFrom } from '../addresses.js';
import { OBSERVATION_SOURCES } from '../orders/order.js';
import { EVIDENCE_FIELDS, type Evidence, type EvidenceField } from './evidence.js';
import { nameless } from '../purchases/integrity.js';
import { TIMELINE_KINDS, type TimelineKind } from './timeline-kinds.js';
import { TITLES, type ToldOrder } from './titles.js';

/** Where an entry comes from. `gateway`: what this gateway did or decided, whoever made it. */
export const TIMELINE_SOURCES = [...OBSERVATION_SOURCES, 'gateway'] as const;

/** Where an entry stands among those of its order: by time, then causes first (`CAUSES_FIRST`), then by number and key. */
export interface TimelinePosition {
  readonly at: Date;
  readonly place: number;
  readonly number: number;
  readonly key: string;
}

/** Something that happened, as it is on record. */
export interface TimelineRecord {
  readonly id: string;
  readonly position: TimelinePosition;
  readonly kind: TimelineKind;
  readonly source: (typeof TIMELINE_SOURCES)[number];
  /** Name of the person whose act it was. */
  readonly operator: string | null;
  /** Where something was sent; of it only the host is told. */
  readonly address: string | null;
  readonly facts: Evidence;
}

export interface TimelineEntry extends Omit<TimelineRecord, 'position' | 'address' | 'facts'> {
  readonly at: Date;
  readonly title: string;
  readonly evidence: Evidence;
  /** Something is on record that this entry does not tell. */
  readonly isMasked: boolean;
}

/** The tenant whose order it is, or the operators of the gateway. */
export type TimelineReader = 'tenant' | 'operators';

/** What people wrote: it may name others, so it is not for tenants. */
const WORDS_OF_PEOPLE: ReadonlySet<EvidenceField> = new Set(['note', 'why']);

/**
 * A record as an entry for this reader. Names of persons are told to operators alone, except those in a difference of the
 * beneficiary, which may be of somebody else's order: they are told to nobody.
 */
export const tell = (record: TimelineRecord, order: ToldOrder, reader: TimelineReader): TimelineEntry => {
  const { id, position, kind, source, operator } = record;
  const { evidence: fields, leavesOut } = TIMELINE_KINDS[kind];
  const isForOperators = reader === 'operators';
  const isHidden = (field: EvidenceField): boolean => !isForOperators && WORDS_OF_PEOPLE.has(field);
  const facts: Evidence = { ...record.facts, ...withoutNames(record.facts), ...hostOf(record) };
  const known = EVIDENCE_FIELDS.filter((field) => facts[field] !== undefined && fields[field] !== undefined);
  const shown = known.filter((field) => !isHidden(field));
  const evidence: Evidence = Object.fromEntries(shown.map((field) => [field, facts[field]]));
  const hides = shown.length < known.length || namesAnybody(record.facts) || (operator !== null && !isForOperators);
  return {
    id,
    at: position.at,
    kind,
    title: titleOf(record, evidence, order),
    source,
    operator: isForOperators ? operator : null,
    evidence,
    isMasked: leavesOut !== undefined || hides,
  };
};

const titleOf = ({ kind, operator }: TimelineRecord, evidence: Evidence, order: ToldOrder): string => {
  const title = TITLES[kind](evidence, order);
  return operator === null || kind === 'order.personal_data_erased' ? title : `${title} (by decision of a person)`;
};

const namesAnybody = ({ disagreements = [] }: Evidence): boolean =>
  disagreements.some(({ field, ours, theirs }) => field === 'beneficiary' && (ours ?? theirs) !== null);

const withoutNames = ({ disagreements }: Evidence): Pick<Evidence, 'disagreements'> =>
  disagreements === undefined ? {} : { disagreements: nameless(disagreements) };

const hostOf = ({ address }: TimelineRecord): Pick<Evidence, 'host'> => {
  const url = address === null ? null : urlFrom(address);
  return url ? { host: url.host } : {};
};
