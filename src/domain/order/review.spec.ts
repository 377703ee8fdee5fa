import { CONFLICT_REASONS } from './lifecycle.js';
import { endsWithNews, takesOver, REVIEW_REASONS, type ReviewReason } from './review.js';

const reasons = Object.keys(REVIEW_REASONS) as ReviewReason[];

describe('a review', () => {
  it('ends with news exactly where all that was wrong is that nobody knew', () => {
    expect(reasons.filter(endsWithNews).sort()).toEqual([
      'payment_unconfirmed',
      'submission_keeps_failing',
      'unproven_outcome',
      'unreadable_answer',
      'vanished',
    ]);
  });

  it('never ends by itself where the provider contradicted the record', () => {
    expect(CONFLICT_REASONS.filter(endsWithNews)).toEqual([]);
  });

  it('shows its first reason', () => {
    expect(reasons.filter((reason) => !takesOver(reason, null))).toEqual([]);
  });

  it('shows the latest of several that end alike', () => {
    expect(takesOver('paid_twice', 'answer_disagrees')).toBe(true);
    expect(takesOver('vanished', 'unreadable_answer')).toBe(true);
  });

  it('lets what needs a person replace what ends with news, and never the other way round', () => {
    expect(takesOver('bought_twice', 'unproven_outcome')).toBe(true);
    expect(takesOver('unproven_outcome', 'bought_twice')).toBe(false);
  });

  it('does not show again what it shows', () => {
    expect(reasons.filter((reason) => takesOver(reason, reason))).toEqual([]);
  });
});
