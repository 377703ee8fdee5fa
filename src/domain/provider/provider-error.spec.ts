import { FAILURE_REASONS, ProviderError } from './provider-error.js';
import type { ProviderId } from './provider.js';

it('pauses the provider for what concerns every order there', () => {
  const at = { provider: 'example' as ProviderId, operation: 'placeOrder' } as const;
  const pausing = FAILURE_REASONS.filter((reason) => new ProviderError('retry_later', reason, '', at).pausesProvider);
  expect(pausing).toEqual(['credentials', 'insufficient_credit']);
});
