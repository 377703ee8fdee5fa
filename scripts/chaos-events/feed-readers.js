import { FeedReader } from './feed-reader.js';

/** Who reads, what of and how. */
const READERS = [
  { name: 'all, 100 a page', tenant: 'shop', filter: [['limit', '100']] },
  { name: 'all, 3 a page', tenant: 'shop', filter: [['limit', '3']] },
  { name: 'all, waiting', tenant: 'shop', filter: [], waitSeconds: 8 },
  { name: 'all, from the last event’s id', tenant: 'shop', filter: [['limit', '20']], goesOnFrom: 'event' },
  {
    name: 'two types, waiting',
    tenant: 'shop',
    filter: [
      ['types', 'order.completed'],
      ['types', 'order.updated'],
      ['limit', '7'],
    ],
    waitSeconds: 5,
  },
  { name: 'the other tenant', tenant: 'other', filter: [['limit', '50']], waitSeconds: 2 },
  { name: 'every tenant', tenant: 'operator', filter: [['limit', '500']] },
];

export const feedReaders = (cluster, tenants, options) =>
  READERS.map(({ tenant, ...profile }) => new FeedReader({ ...profile, tenant: tenants[tenant] }, cluster, options));

/** Comes with nothing when all is over, as somebody who was down for a week. */
export const lateReader = (cluster, tenants, options) =>
  new FeedReader({ name: 'came late', tenant: tenants.shop, filter: [['limit', '500']] }, cluster, options);
