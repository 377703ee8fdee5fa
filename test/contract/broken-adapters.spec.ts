import { AssertionError } from 'node:assert';
import type { OffsetProvider } from '../../src/domain/providers/provider.js';
import { startSandbox, type Sandbox } from '../../dev/sandbox/index.js';
import { BREAKAGES, type Break } from './breakages.js';
import type { ProviderHarness } from './harness.js';
import { providerContract } from './provider-contract.js';

/** The provider with some of its methods replaced. */
const altered = (provider: OffsetProvider, change: Partial<OffsetProvider>): OffsetProvider =>
  Object.assign(Object.create(provider) as OffsetProvider, change);

describe('the contract catches a provider that', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ rateLimits: 'off' });
  });
  afterAll(() => sandbox.stop());

  const find = (harness: ProviderHarness, name: string, change?: Break) => {
    const wrap = change && ((provider: OffsetProvider) => altered(provider, change(provider)));
    const cases = providerContract({ harness, ...(wrap && { wrap }) }, () => sandbox);
    return cases.find((candidate) => candidate.name === name);
  };

  it.each(BREAKAGES.map((breakage) => [breakage.name, breakage] as const))('%s', async (_, breakage) => {
    const { harness, change, caughtBy } = breakage;
    await expect(find(harness, caughtBy)?.run()).resolves.toBeUndefined();
    await expect(find(harness, caughtBy, change)?.run()).rejects.toThrow(AssertionError);
  });
});
