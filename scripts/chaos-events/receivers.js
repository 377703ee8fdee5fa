import { Receiver } from './receiver.js';

/** Three requests in ten fail, each way that receivers fail, but the one that says never again (410). */
const FAILS_30_PERCENT = [
  [70, 'ok'],
  [11, '5xx'],
  [5, '4xx'],
  [7, 'reset'],
  [3, 'redirect'],
  [3, 'cut answer'],
  // Each takes a slot of the sender for as long as it waits.
  [1, 'no answer'],
];

/** Who receives, and what of: `types` of none is every event. */
const RECEIVERS = [
  { name: 'steady', tenant: 'shop', types: [], temper: [[1, 'ok']] },
  { name: 'failing', tenant: 'shop', types: [], temper: FAILS_30_PERCENT },
  { name: 'slow', tenant: 'shop', types: ['order.completed'], temper: [[1, 'ok, slowly']] },
  { name: 'dead', tenant: 'shop', types: ['order.cancelled'], temper: [[1, 'ok']], isDead: true },
  { name: 'other', tenant: 'other', types: [], temper: FAILS_30_PERCENT },
  /** For the callback_url of orders. */
  { name: 'callbacks', tenant: 'shop', types: null, temper: FAILS_30_PERCENT },
];

/** Opens them, and has each tenant make its endpoints. */
export async function openReceivers(tenants, options) {
  const receivers = [];
  for (const { tenant, types, ...profile } of RECEIVERS) {
    const receiver = await Receiver.open(profile, options);
    receivers.push(Object.assign(receiver, { tenant: tenants[tenant], types, isDead: profile.isDead ?? false }));
    await (types === null ? trustCallbacks(receiver) : makeEndpoint(receiver));
  }
  return receivers;
}

/** One secret signs what is sent for all orders of a tenant. */
async function trustCallbacks(receiver) {
  const { secret } = await receiver.tenant.call('POST', '/v1/callback-secret/rotate', {});
  receiver.trust(secret);
}

async function makeEndpoint(receiver) {
  const { url, types, tenant } = receiver;
  const { id, secret } = await tenant.call('POST', '/v1/webhook-endpoints', {
    url,
    ...(types.length > 0 && { types }),
  });
  receiver.endpointId = id;
  receiver.trust(secret);
}
