import { defineSimulator } from '../simulator-registration.js';
import { OneTribeSimulator, type OneTribeOptions } from './one-tribe-simulator.js';

export const oneTribe = defineSimulator({
  id: 'one_tribe',
  port: 4103,
  settings: {
    apiKey: 'sandbox-one-tribe-key-0000000000',
    stepMs: 1_000,
    rateLimit: { perMinute: 180, perHour: 10_800, perDay: 120_000 },
  },
  create: (options: OneTribeOptions) => new OneTribeSimulator(options),
});
