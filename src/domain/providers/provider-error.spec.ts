import { FAILURE_REASONS, ProviderError, ReadThrottledError } from './provider-error.js';
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
