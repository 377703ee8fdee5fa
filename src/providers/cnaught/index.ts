import { defineProvider } from '../provider-registration.js';
import { CnaughtAdapter } from './cnaught.adapter.js';
import { CNAUGHT } from './cnaught.capabilities.js';
import { CnaughtClient } from './cnaught.client.js';
import { CnaughtEnv } from './cnaught.env.js';
import cnaught1 from './statements/cnaught-1.json' with { type: 'json' };

export const cnaught = defineProvider({
  id: CNAUGHT,
  env: CnaughtEnv,
  enabledBy: 'CNAUGHT_API_KEY',
  keyHeader: 'authorization',
  purchasesAt: 'CNAUGHT_BASE_URL',
  statements: [cnaught1],
  create: (env, kit) => new CnaughtAdapter(new CnaughtClient(env, kit)),
});
