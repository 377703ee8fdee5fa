import { defineSimulator } from '../simulator-registration.js';
import type { SimulatorOptions } from '../simulator.js';
import { CarbonmarkSimulator } from './carbonmark-simulator.js';

export const carbonmark = defineSimulator({
  id: 'carbonmark',
  port: 4102,
  settings: {
    apiKey: 'cm_api_sandbox_00000000-0000-4000-8000-000000000000',
    stepMs: 500,
    rateLimit: null,
  },
  create: (options: SimulatorOptions) => new CarbonmarkSimulator(options),
});
