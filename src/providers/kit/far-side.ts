import { createHash } from 'node:crypto';
import { isLoopbackHost } from '../../domain/addresses.js';
import type { ProviderId } from '../../domain/providers/calls.js';
import type { FarSide } from '../../domain/providers/far-side.js';

/** Sample and test keys name what they are. One that does not is taken for live: the text of keys is not documented. */
export const isSandboxKey = (key: string): boolean => /sandbox/i.test(key);

/** The key is part of the hash and of nothing else. */
export const farSideFrom = (provider: ProviderId, baseUrl: string, key: string): FarSide => {
  const address = addressOf(baseUrl);
  const environment = isSandboxKey(key) ? 'sandbox' : 'live';
  const hash = createHash('sha256')
    .update(JSON.stringify([provider, address, environment, key]))
    .digest('hex');
  return { provider, id: hash.slice(0, 12), address, environment };
};

/**
 * One spelling for one place. On this machine the port says nothing: simulators and tunnels take any that is free, and
 * the key tells them apart.
 */
const addressOf = (baseUrl: string): string => {
  const url = new URL(baseUrl);
  if (isLoopbackHost(url.hostname)) url.port = '';
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
};
