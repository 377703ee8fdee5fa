import { defineProvider } from '../provider-registration.js';
import { CarbonmarkAdapter } from './carbonmark.adapter.js';
import { CARBONMARK } from './carbonmark.capabilities.js';
import { CarbonmarkClient } from './carbonmark.client.js';
import { CarbonmarkEnv } from './carbonmark.env.js';
import carbonmark1 from './statements/carbonmark-1.json' with { type: 'json' };

export const carbonmark = defineProvider({
  id: CARBONMARK,
  env: CarbonmarkEnv,
  enabledBy: 'CARBONMARK_API_KEY',
  keyHeader: 'authorization',
  purchasesAt: 'CARBONMARK_CHECKOUT_URL',
  statements: [carbonmark1],
  create: (env, kit) => new CarbonmarkAdapter(new CarbonmarkClient(env, kit)),
});
