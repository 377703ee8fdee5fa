import { defineProvider } from '../provider-registration.js';
import { CarbonmarkAdapter } from './carbonmark.adapter.js';
import { CARBONMARK } from './carbonmark.capabilities.js';
import { CarbonmarkClient } from './carbonmark.client.js';
import { CarbonmarkEnv } from './carbonmark.env.js';

export const carbonmark = defineProvider({
  id: CARBONMARK,
  env: CarbonmarkEnv,
  enabledBy: 'CARBONMARK_API_KEY',
  keyHeader: 'authorization',
  purchasesAt: 'CARBONMARK_CHECKOUT_URL',
  create: (env, kit) => new CarbonmarkAdapter(new CarbonmarkClient(env, kit)),
});
