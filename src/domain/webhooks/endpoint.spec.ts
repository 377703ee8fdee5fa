import { endpointChange, mayChange, type Endpoint, type EndpointSettings } from './endpoint.js';

const AT = new Date('2026-11-27T12:00:00.000Z');
const ENDPOINT: Endpoint = {
  id: 'whe_1',
  tenantId: 'ten_1',
  url: 'https://a.example/',
  description: 'Shop',
  types: ['order.placed', 'order.failed'],
  origin: 'managed',
  disabled: null,
  failingSince: AT,
  createdAt: AT,
  updatedAt: AT,
  version: 1,
};
const DISABLED = { ...ENDPOINT, disabled: { reason: 'failing' as const, at: AT } };

it.each<[string, Endpoint, EndpointSettings, object]>([
  ['nothing that is so already', ENDPOINT, { url: ENDPOINT.url, description: 'Shop', enabled: true }, {}],
  ['nothing for types in another order', ENDPOINT, { types: ['order.failed', 'order.placed'] }, {}],
  ['types', ENDPOINT, { types: ['order.placed'] }, { types: ['order.placed'] }],
  ['types to all', ENDPOINT, { types: [] }, { types: [] }],
  ['a description to none', ENDPOINT, { description: null }, { description: null }],
  ['an address, which has not failed yet', ENDPOINT, { url: 'b' }, { url: 'b', failingSince: null }],
  ['enabled to disabled', ENDPOINT, { enabled: false }, { disabledReason: 'caller' }],
  ['disabled to enabled, with another try', DISABLED, { enabled: true }, { disabledReason: null, failingSince: null }],
  ['no reason of one that has disabled itself', DISABLED, { enabled: false }, {}],
])('changes %s', (_, endpoint, settings, change) => expect(endpointChange(endpoint, settings)).toEqual(change));

it.each<[EndpointSettings, boolean]>([
  [{ enabled: true }, true],
  [{ enabled: true, url: ENDPOINT.url }, true],
  [{ url: 'b' }, false],
  [{ types: [] }, false],
  [{ description: null }, false],
])('an endpoint that was made for orders: %j %s', (settings, may) => {
  expect(mayChange({ ...DISABLED, origin: 'order' }, endpointChange(DISABLED, settings))).toBe(may);
  expect(mayChange(DISABLED, endpointChange(DISABLED, settings))).toBe(true);
});

it('nobody gives an endpoint that was made for orders a secret of its own', () => {
  expect(mayChange({ ...ENDPOINT, origin: 'order' }, { secrets: [] })).toBe(false);
});
