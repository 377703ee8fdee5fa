import { ProviderError } from '../../domain/providers/provider-error.js';
import type { ProviderId } from '../../domain/providers/calls.js';
import { assertTextsFit, refusal } from './refusal.js';

const AT = { provider: 'example' as ProviderId, operation: 'placeOrder' } as const;

it('is a definite no that was never sent', () => {
  const refused = refusal(AT, 'mass_not_orderable', 'mass must be whole tonnes');
  expect(refused).toBeInstanceOf(ProviderError);
  expect(refused).toMatchObject({ failure: 'rejected', reason: 'mass_not_orderable', at: AT });
});

it('refuses texts that the provider would cut, and lets others pass', () => {
  const limits = [{ texts: ['beneficiaryName'], most: 3, countedAs: 'characters' }] as const;
  const assert = (beneficiaryName: string) => () =>
    assertTextsFit(limits, { beneficiaryName, retirementMessage: null, description: null }, AT);
  expect(assert('abc')).not.toThrow();
  expect(assert('abcd')).toThrow(ProviderError);
  expect(assert('abcd')).toThrow(/at most 3 characters of beneficiary\.name/);
});
