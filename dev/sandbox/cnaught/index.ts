import { defineSimulator } from '../simulator-registration.js';
import { CnaughtSimulator, type CnaughtOptions } from './cnaught-simulator.js';

export const cnaught = defineSimulator({
  id: 'cnaught',
  port: 4101,
  settings: {
    apiKey: 'sandbox-cnaught-key-000000000000',
    stepMs: 2_000,
    rateLimit: { writesPerSecond: 100, readsPerSecond: 100 },
    callbackRetryMs: 1_000,
  },
  create: (options: CnaughtOptions) => new CnaughtSimulator(options),
});
