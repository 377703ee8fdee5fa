import { grams } from '../mass.js';
import { EVIDENCE_FORMS, type Evidence, type EvidenceField } from './evidence.js';
import { tell, type TimelineEntry, type TimelineReader, type TimelineRecord } from './timeline.js';
import { CAUSES_FIRST, TIMELINE_KIND_NAMES, TIMELINE_KINDS, type TimelineKind } from './timeline-kinds.js';

const ORDER = { provider: 'CNaught', mass: grams(100_000), paymentMethod: 'account' } as const;

const record = (kind: TimelineKind, facts: Evidence = {}, more: Partial<TimelineRecord> = {}): TimelineRecord => ({
  id: 'evt_1',
  position: { at: new Date('2026-11-20T09:30:00.000Z'), place: 0, number: 1, key: '' },
  kind,
  source: 'gateway',
  operator: null,
  address: null,
  facts,
  ...more,
});
const told = (of: TimelineRecord, reader: TimelineReader = 'tenant'): TimelineEntry => tell(of, ORDER, reader);

/** A value for every field. */
const FULL = Object.fromEntries(
  Object.entries(EVIDENCE_FORMS).map(([field, form]) => {
    if (typeof form !== 'string') return [field, form[0]];
    const price = { amount: '2.00', tax: null, currency: 'USD', source: 'charged' };
    const disagreements = [{ field: 'beneficiary', ours: 'Jane', theirs: 'John' }];
    return [field, { text: 'x', integer: 7, flag: true, time: new Date(), texts: ['x'], price, disagreements }[form]];
  }),
) as Evidence;

describe('an entry of a timeline', () => {
  it.each(TIMELINE_KIND_NAMES)(
    'of the kind %s says something whatever is known, and tells its own evidence only',
    (kind) => {
      for (const facts of [{}, FULL]) {
        const { title, evidence } = told(record(kind, facts), 'operators');
        expect(title).toMatch(/^\S.*[^.]$/);
        expect(Object.keys(evidence).sort()).toEqual(
          Object.keys(facts)
            .filter((field) => TIMELINE_KINDS[kind].evidence[field as EvidenceField] !== undefined)
            .sort(),
        );
      }
      expect(told(record(kind, FULL)).title).not.toMatch(/undefined|null|object/);
    },
  );

  it('has a place among what happened in the same millisecond', () => {
    const others = TIMELINE_KIND_NAMES.filter((kind) => !kind.startsWith('order.'));
    expect([...others, 'order'].sort()).toEqual([...CAUSES_FIRST].sort());
  });

  it.each<[Evidence, string]>([
    [
      { outcome: 'ambiguous', reason: 'timed_out', duration_ms: 20_012 },
      'CNaught did not answer within 20 s; the outcome of attempt 1 is unknown',
    ],
    [
      { outcome: 'ambiguous', reason: 'unavailable', upstream_status: 503 },
      'CNaught answered 503; the outcome of attempt 1 is unknown',
    ],
    [
      { outcome: 'ambiguous', reason: 'unreadable_answer', upstream_status: 200 },
      'CNaught answered with something that cannot be read; the outcome of attempt 1 is unknown',
    ],
    [
      { outcome: 'rejected', reason: 'invalid_request', upstream_status: 422, upstream_code: 'invalid-parameters' },
      'CNaught answered 422 (invalid-parameters): attempt 1 was refused',
    ],
    [
      { outcome: 'retry_later', reason: 'rate_limited', upstream_status: 429 },
      'CNaught answered 429: attempt 1 was not executed',
    ],
    [{ outcome: 'not_sent', reason: 'unavailable' }, 'CNaught could not be reached, and nothing was sent (attempt 1)'],
    [
      { outcome: 'proven_absent', reason: 'timed_out' },
      'A complete search has shown that attempt 1 bought nothing at CNaught',
    ],
    [{ outcome: 'accepted', reason: 'timed_out' }, 'What attempt 1 asked for was found at CNaught'],
    [{ outcome: 'accepted', operation: 'cancel' }, 'CNaught cancelled the order (attempt 1)'],
  ])('says of a call that ended with %j: %s', (facts, title) => {
    expect(told(record('send.ended', { attempt: 1, ...facts })).title).toBe(title);
  });

  it.each<[TimelineKind, Evidence, string]>([
    [
      'order.in_doubt',
      { cause: 'lease_ended' },
      'The process that was sending the order recorded no outcome; whether CNaught has the order is unknown',
    ],
    [
      'order.failed',
      { reason: 'price_above_limit', detail: 'CNaught asks 3.20 USD for 200 kg.' },
      'The order has failed: CNaught asks 3.20 USD for 200 kg',
    ],
    ['order.failed', { provider_order_id: 'x' }, 'CNaught says that the order has failed'],
    ['order.cancelled', { gone: true }, 'CNaught no longer has the order, which it was asked to cancel'],
    [
      'delivery.attempted',
      { host: 'a.example', event_type: 'order.placed', attempt: 3, upstream_status: 204 },
      'a.example took order.placed (204, attempt 3)',
    ],
    ['order.personal_data_erased', { erased_by: 'age' }, 'The personal data of the order was erased, for its age'],
  ])('%s with %j says: %s', (kind, facts, title) => {
    expect(told(record(kind, facts)).title).toBe(title);
  });

  it('tells names of persons and what they wrote to operators alone', () => {
    const cleared = record(
      'order.review_cleared',
      { reason: 'vanished', note: 'Jane said so', why: 'x' },
      { operator: 'Ann' },
    );
    expect(told(cleared, 'operators')).toMatchObject({
      operator: 'Ann',
      evidence: { reason: 'vanished', note: 'Jane said so', why: 'x' },
      isMasked: false,
    });
    expect(told(cleared)).toMatchObject({ operator: null, evidence: { reason: 'vanished' }, isMasked: true });
    expect(JSON.stringify(told(cleared))).not.toMatch(/Ann|Jane/);
    expect(told(cleared).title).toMatch(/by decision of a person/);
  });

  it.each(['tenant', 'operators'] as const)('tells %s that beneficiaries differ, and not how', (reader) => {
    const mass = { field: 'mass', ours: '1 g', theirs: '2 g' } as const;
    const flagged = (ours: string | null, theirs: string | null): TimelineEntry =>
      told(record('order.review_flagged', { disagreements: [{ field: 'beneficiary', ours, theirs }, mass] }), reader);
    for (const [ours, theirs] of [
      ['Jane', 'John'],
      [null, 'John'],
    ] as const) {
      const entry = flagged(ours, theirs);
      expect(entry.evidence.disagreements).toEqual([{ field: 'beneficiary', ours: null, theirs: null }, mass]);
      expect(entry.isMasked).toBe(true);
    }
    expect(flagged(null, null).isMasked).toBe(false);
  });

  it('tells of an address its host alone', () => {
    const sent = (address: string | null) => told(record('send.started', {}, { address })).evidence.host;
    expect(sent('https://user:secret@api.example:8443/v1?key=secret')).toBe('api.example:8443');
    expect([sent(null), sent('nothing')]).toEqual([undefined, undefined]);
  });
});
