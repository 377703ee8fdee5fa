import { OmitType } from '@nestjs/swagger';
import { EVIDENCE_FORMS, type EvidenceField, type EvidenceForm } from '../../../domain/timeline/evidence.js';
import { TIMELINE_SOURCES } from '../../../domain/timeline/timeline.js';
import {
  TENANT_KIND_NAMES,
  TENANT_KINDS,
  TIMELINE_KIND_NAMES,
  TIMELINE_KINDS,
  type KindOfEntry,
} from '../../../domain/timeline/timeline-kinds.js';
import { PRICE_SOURCES } from '../../../domain/orders/order.js';
import { DISAGREEMENT_FIELDS } from '../../../domain/purchases/integrity.js';
import {
  PropBoolean,
  PropEnum,
  PropInteger,
  PropList,
  PropObject,
  PropText,
  PropTextList,
  PropTime,
} from '../../openapi/prop.js';

export class EvidencePriceResponse {
  @PropText('Decimal, tax included', { example: '2.00' }) amount!: string;
  @PropText('The tax within it, null if none is stated', { nullable: true, example: null }) tax!: string | null;
  @PropText('ISO 4217', { example: 'USD' }) currency!: string;
  @PropEnum(PRICE_SOURCES, 'Where the price comes from') source!: string;
}

export class EvidenceDisagreementResponse {
  @PropEnum(DISAGREEMENT_FIELDS, 'In what the provider differs from the order') field!: string;
  @PropText('What was ordered; null of names', { nullable: true, example: '100000 g' }) ours!: string | null;
  @PropText('What the provider has; null of names', { nullable: true, example: '90000 g' }) theirs!: string | null;
}

const OPTIONAL = { optional: true } as const;

const PROPS = {
  text: (about: string) => PropText(about, OPTIONAL),
  integer: (about: string) => PropInteger(about, OPTIONAL),
  flag: (about: string) => PropBoolean(about, OPTIONAL),
  time: (about: string) => PropTime(about, OPTIONAL),
  texts: (about: string) => PropTextList(about, OPTIONAL),
  price: (about: string) => PropObject(() => EvidencePriceResponse, about, OPTIONAL),
  disagreements: (about: string) => PropList(() => EvidenceDisagreementResponse, about, OPTIONAL),
} as const satisfies Readonly<Record<Extract<EvidenceForm, string>, (about: string) => PropertyDecorator>>;

/** A field means the same, or nearly so, in every kind of entry that has it. */
const meaningOf = (field: EvidenceField, kinds: readonly KindOfEntry[]): string => {
  const meanings = kinds.flatMap(({ evidence }) => evidence[field] ?? []);
  return [...new Set(meanings)].join('. Or: ');
};

/** Gives a response the fields that entries of these kinds have. */
const describeEvidence = (response: new () => object, kinds: readonly KindOfEntry[]): void => {
  for (const [field, form] of Object.entries(EVIDENCE_FORMS) as [EvidenceField, EvidenceForm][]) {
    const about = meaningOf(field, kinds);
    if (about === '') continue;
    const prop = typeof form === 'string' ? PROPS[form](about) : PropEnum(form, about, OPTIONAL);
    prop(response.prototype as object, field);
  }
};

/** Each field is there where there is something to say. */
export class EvidenceResponse {}
describeEvidence(EvidenceResponse, Object.values(TENANT_KINDS));

/** The same, with what operators did. */
export class CaseEvidenceResponse {}
describeEvidence(CaseEvidenceResponse, Object.values(TIMELINE_KINDS));

export class TimelineEntryResponse {
  @PropText('The same whenever it is read, and no other entry of the order has it', { example: 'placeOrder_1_ended' })
  id!: string;
  @PropTime('When it happened') at!: string;
  @PropEnum(TENANT_KIND_NAMES, 'What happened: docs/timeline.md') kind!: string;
  @PropText('The same for people', { example: 'CNaught took the order (attempt 1)' }) title!: string;
  @PropEnum(TIMELINE_SOURCES, 'Where it came from. `gateway`: what this gateway did or decided') source!: string;
  @PropText('Whose act it was, where it was that of a person; told to `ops` keys', { nullable: true, example: null })
  operator!: string | null;
  @PropObject(() => EvidenceResponse, 'What was seen or done') evidence!: EvidenceResponse;
  @PropBoolean('Whether something is on record that is not told here, such as what was sent', { example: false })
  masked!: boolean;
}

export class TimelineResponse {
  @PropList(() => TimelineEntryResponse, 'Oldest first, causes before what they caused') data!: TimelineEntryResponse[];
  @PropText('Send it as `after` for the next page; null if this is the last', { nullable: true })
  next_cursor!: string | null;
}

export class CaseEntryResponse extends OmitType(TimelineEntryResponse, ['kind', 'evidence']) {
  @PropEnum(TIMELINE_KIND_NAMES, 'What happened: docs/timeline.md') kind!: string;
  @PropObject(() => CaseEvidenceResponse, 'What was seen or done') evidence!: CaseEvidenceResponse;
}

export class CaseTimelineResponse {
  @PropList(() => CaseEntryResponse, 'Oldest first, causes before what they caused') data!: CaseEntryResponse[];
  @PropText('Send it as `after` for the next page; null if this is the last', { nullable: true })
  next_cursor!: string | null;
}
