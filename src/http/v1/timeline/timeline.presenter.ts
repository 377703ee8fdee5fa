import { EVIDENCE_FIELDS, type Evidence, type EvidenceField } from '../../../domain/timeline/evidence.js';
import type { TimelineEntry } from '../../../domain/timeline/timeline.js';
import { presentTime } from '../../values/time.presenter.js';
import type { TimelineEntryResponse } from './timeline.response.js';

export const presentEntry = (entry: TimelineEntry): TimelineEntryResponse => ({
  id: entry.id,
  at: presentTime(entry.at),
  kind: entry.kind,
  title: entry.title,
  source: entry.source,
  operator: entry.operator,
  evidence: presentEvidence(entry.evidence),
  masked: entry.isMasked,
});

const presentEvidence = (evidence: Evidence): object => {
  const { price, disagreements, expires_at: expiresAt, retired_at: retiredAt } = evidence;
  const nested: Readonly<Partial<Record<EvidenceField, unknown>>> = {
    price: price && { amount: price.amount, tax: price.tax, currency: price.currency, source: price.source },
    disagreements: disagreements?.map(({ field, ours, theirs }) => ({ field, ours, theirs })),
    expires_at: expiresAt && presentTime(expiresAt),
    retired_at: retiredAt && presentTime(retiredAt),
  };
  const told = EVIDENCE_FIELDS.filter((field) => evidence[field] !== undefined);
  return Object.fromEntries(told.map((field) => [field, nested[field] ?? evidence[field]]));
};
