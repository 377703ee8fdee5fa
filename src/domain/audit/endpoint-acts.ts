import type { Endpoint, EndpointChange } from '../webhooks/endpoint.js';
import type { ReplayWindow } from '../webhooks/replay.js';
import type { Act } from './act.js';
import type { EndpointKept } from './act-states.js';

type Settings = Pick<Endpoint, 'url' | 'types'>;

export const endpointMade = (subject: string, settings: Settings): Act<'webhook_endpoint.create'> => ({
  type: 'webhook_endpoint.create',
  subject,
  before: null,
  after: kept(settings, true, 1),
});

export const endpointChanged = (endpoint: Endpoint, change: EndpointChange): Act<'webhook_endpoint.update'> => {
  const wasEnabled = endpoint.disabled === null;
  const isEnabled = change.disabledReason === undefined ? wasEnabled : change.disabledReason === null;
  return {
    type: 'webhook_endpoint.update',
    subject: endpoint.id,
    before: kept(endpoint, wasEnabled, endpoint.version),
    after: kept({ ...endpoint, ...change }, isEnabled, endpoint.version + 1),
  };
};

const kept = ({ url, types }: Settings, isEnabled: boolean, version: number): EndpointKept => ({
  host: new URL(url).host,
  types,
  is_enabled: isEnabled,
  version,
});

export const endpointDeleted = (subject: string): Act<'webhook_endpoint.delete'> => ({
  type: 'webhook_endpoint.delete',
  subject,
  before: null,
  after: null,
});

/** Of an endpoint, or of a tenant for the callback addresses of its orders. */
export const secretRotated = (
  of: 'webhook_endpoint.rotate_secret' | 'callback_secret.rotate',
  subject: string,
  oldUntil: Date | null,
): Act<typeof of> => ({
  type: of,
  subject,
  before: null,
  after: { old_until: oldUntil?.toISOString() ?? null },
});

export const endpointTested = (subject: string): Act<'webhook_endpoint.test'> => ({
  type: 'webhook_endpoint.test',
  subject,
  before: null,
  after: null,
});

export const windowReplayed = (
  subject: string,
  { since, until, only }: ReplayWindow,
  queued: number,
): Act<'webhook_endpoint.replay'> => ({
  type: 'webhook_endpoint.replay',
  subject,
  before: null,
  after: { since: since.toISOString(), until: until.toISOString(), only, queued },
});

export const deliveryReplayed = (subject: string): Act<'webhook_delivery.replay'> => ({
  type: 'webhook_delivery.replay',
  subject,
  before: null,
  after: null,
});
