import { FAILURE_REASONS, isUnusable, ProviderError, ReadThrottledError } from './provider-error.js';
import type { ProviderId } from './calls.js';

it('pauses the provider for what concerns every order there', () => {
  const at = { provider: 'example' as ProviderId, operation: 'placeOrder' } as const;
  const pausing = FAILURE_REASONS.filter((reason) => new ProviderError('retry_later', reason, '', at).pausesProvider);
  expect(pausing).toEqual(['credentials', 'insufficient_credit']);
});

it('says of a read that was not made when to ask again, in whole milliseconds, and that nothing was sent', () => {
  const at = { provider: 'example' as ProviderId, operation: 'listOrders' } as const;
  const throttled = new ReadThrottledError('rate_limited', at, 1_500.2);
  expect(throttled).toMatchObject({
    failure: 'not_sent',
    reason: 'rate_limited',
    retryAfterMs: 1_501,
    at: { ...at, retryAfterMs: 1_501 },
  });
});

it('explains itself, with the word of the provider if it has one', () => {
  const at = { provider: 'example' as ProviderId, operation: 'placeOrder' } as const;
  const explained = (upstreamCode?: string) =>
    new ProviderError('rejected', 'rejected', 'it said no', {
      ...at,
      ...(upstreamCode !== undefined && { upstreamCode }),
    }).explanation;
  expect(explained()).toBe('it said no.');
  expect(explained('sold_out')).toBe('it said no; its own code: sold_out.');
});

it('cannot be used if it cannot be read, or is about something else', () => {
  expect(FAILURE_REASONS.filter((reason) => isUnusable({ reason }))).toEqual(['unreadable_answer', 'answer_disagrees']);
});
