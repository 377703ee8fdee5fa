import { defineProvider } from '../provider-registration.js';
import { OneTribeAdapter } from './one-tribe.adapter.js';
import { ONE_TRIBE, oneTribeCapabilities } from './one-tribe.capabilities.js';
import { OneTribeClient } from './one-tribe.client.js';
import { OneTribeEnv } from './one-tribe.env.js';
import oneTribe1 from './statements/one-tribe-1.json' with { type: 'json' };

export const oneTribe = defineProvider({
  id: ONE_TRIBE,
  env: OneTribeEnv,
  enabledBy: 'ONE_TRIBE_API_KEY',
  keyHeader: 'authorisation',
  purchasesAt: 'ONE_TRIBE_BASE_URL',
  statements: [oneTribe1],
  create: (env, kit) => new OneTribeAdapter(new OneTribeClient(env, kit), oneTribeCapabilities(env)),
});
