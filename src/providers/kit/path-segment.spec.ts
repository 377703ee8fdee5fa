import type { ProviderId } from '../../domain/providers/calls.js';
import { pathSegment } from './path-segment.js';

const AT = { provider: 'example' as ProviderId, operation: 'fetchCheckout' } as const;

it('is one segment, whatever the id holds', () => {
  expect(pathSegment('a/../b?c#d', AT)).toBe('a%2F..%2Fb%3Fc%23d');
});

it.each(['', '..', 'a b', 'x'.repeat(129)])('sends nothing for %p', (id) => {
  const refused = expect.objectContaining({ failure: 'rejected', reason: 'invalid_request', at: AT });
  expect(() => pathSegment(id, AT)).toThrow(refused);
});
