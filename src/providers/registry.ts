import { carbonmark } from './carbonmark/index.js';
import { cnaught } from './cnaught/index.js';
import { oneTribe } from './one-tribe/index.js';
import type { ProviderRegistration } from './provider-registration.js';

/** Adding a provider: a folder beside this file, and one line here. */
export const PROVIDERS: readonly ProviderRegistration[] = [cnaught, carbonmark, oneTribe];
