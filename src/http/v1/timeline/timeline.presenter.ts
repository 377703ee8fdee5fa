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

const presentEvidence = (evidence: Evidence): object =>
  Object.fromEntries(
    EVIDENCE_FIELDS.filter((field) => evidence[field] !== undefined).map((field) => [
      field,
      presented(field, evidence),
    ]),
  );

const presented = (field: EvidenceField, evidence: Evidence): unknown => {
  const { price, disagreements = [], expires_at: expiresAt } = evidence;
  switch (field) {
    case 'price':
      return price && { amount: price.amount, tax: price.tax, currency: price.currency, source: price.source };
    case 'disagreements':
      return disagreements.map((each) => ({ field: each.field, ours: each.ours, theirs: each.theirs }));
    case 'expires_at':
      return expiresAt && presentTime(expiresAt);
    default:
      return evidence[field];
  }
};
