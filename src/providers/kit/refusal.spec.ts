import { ProviderError } from '../../domain/providers/provider-error.js';
import type { ProviderId } from '../../domain/providers/provider.js';
import { atMost, refusal } from './refusal.js';

const AT = { provider: 'example' as ProviderId, operation: 'placeOrder' } as const;

it('is a definite no that was never sent', () => {
  const refused = refusal(AT, 'mass_not_orderable', 'mass must be whole tonnes');
  expect(refused).toBeInstanceOf(ProviderError);
  expect(refused).toMatchObject({ failure: 'rejected', reason: 'mass_not_orderable', at: AT });
});

it('leaves a text that fits as it is, and cuts none', () => {
  expect(atMost(4, 'abcd', 'name', AT)).toBe('abcd');
  let refused: unknown;
  try {
    atMost(3, 'abcd', 'name', AT);
  } catch (error) {
    refused = error;
  }
  expect(refused).toMatchObject({ failure: 'rejected', reason: 'invalid_request', at: AT });
  expect(String(refused)).toMatch(/name.* 3 /);
});
