import { CONFLICT_REASONS } from './lifecycle.js';
import { endsWithObservation, takesOver, REVIEW_REASONS, type ReviewReason } from './review.js';

const reasons = Object.keys(REVIEW_REASONS) as ReviewReason[];

describe('a review', () => {
  it('ends with an observation exactly where all that was wrong is that nothing was known', () => {
    expect(reasons.filter(endsWithObservation).sort()).toEqual([
      'payment_unconfirmed',
      'submission_keeps_failing',
      'too_many_claims',
      'unproven_outcome',
      'unreadable_answer',
      'vanished',
    ]);
  });

  it('never ends by itself where the provider contradicted the record', () => {
    expect(CONFLICT_REASONS.filter(endsWithObservation)).toEqual([]);
  });

  it('shows its first reason', () => {
    expect(reasons.filter((reason) => !takesOver(reason, null))).toEqual([]);
  });

  it('shows the most serious of several, whichever came last', () => {
    expect(takesOver('bought_twice', 'answer_disagrees')).toBe(true);
    expect(takesOver('answer_disagrees', 'bought_twice')).toBe(false);
    expect(takesOver('unproven_outcome', 'unreadable_answer')).toBe(true);
    expect(takesOver('unreadable_answer', 'unproven_outcome')).toBe(false);
  });

  it('that needs a person is never hidden behind one that an observation ends', () => {
    const hidden = reasons
      .filter(endsWithObservation)
      .flatMap((next) => reasons.filter((current) => takesOver(next, current)));
    expect(hidden.filter((reason) => !endsWithObservation(reason))).toEqual([]);
  });

  it('does not show again what it shows', () => {
    expect(reasons.filter((reason) => takesOver(reason, reason))).toEqual([]);
  });
});
