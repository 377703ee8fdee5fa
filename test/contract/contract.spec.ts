import { startSandbox, type Sandbox } from '../../dev/sandbox/index.js';
import { HARNESSES } from './harness.js';
import { providerContract } from './provider-contract.js';

describe.each(HARNESSES.map((harness) => [harness.name, harness] as const))('%s', (_, harness) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ rateLimits: 'off' });
  });
  afterAll(() => sandbox.stop());

  it.each(providerContract({ harness }, () => sandbox).map(({ name, run }) => [name, run] as const))(
    '%s',
    async (__, run) => {
      await expect(run()).resolves.toBeUndefined();
    },
  );
});
