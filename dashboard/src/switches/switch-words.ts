import type { Switch } from './switch-queries.ts';

const DONE = {
  purchases: 'Purchases',
  checkouts: 'Hosted checkouts',
  cancellations: 'Cancellations',
  webhooks: 'Webhooks',
  all: 'All sends',
} as const;

/** What a switch stops, as a sentence begins. */
export const scopeOf = ({ provider, tenant_id: tenant, operation }: Switch['scope']): string => {
  const where = operation === 'webhooks' ? '' : ` at ${provider ?? 'every provider'}`;
  return `${DONE[operation]}${where} of ${tenant ?? 'every tenant'}`;
};
