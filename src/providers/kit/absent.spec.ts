import { ProviderError, type FailureReason } from '../../domain/providers/provider-error.js';
import type { ProviderId } from '../../domain/providers/calls.js';
import { absentAsNull } from './absent.js';

const failed = (reason: FailureReason): ProviderError =>
  new ProviderError('rejected', reason, '', { provider: 'example' as ProviderId, operation: 'fetchStatus' });

it('makes null of the statement that there is no such order', () => {
  expect(absentAsNull(failed('order_not_found'))).toBeNull();
});

it.each([[failed('offering_not_found')], [failed('unavailable')], [{ reason: 'order_not_found' }]])(
  'passes on every other failure: %#',
  (thrown) => {
    let passedOn: unknown;
    try {
      absentAsNull(thrown);
    } catch (error) {
      passedOn = error;
    }
    expect(passedOn).toBe(thrown);
  },
);
