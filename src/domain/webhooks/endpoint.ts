import { urlFrom } from '../addresses.js';
import type { FeedEventType } from '../events/feed-event.js';
import type { SealedSecret } from './secret.js';

/** `managed`: made by its tenant. `order`: made for the callback_url of orders; its secret is that of the tenant. */
export const ENDPOINT_ORIGINS = ['managed', 'order'] as const;
export type EndpointOrigin = (typeof ENDPOINT_ORIGINS)[number];

/** Why nothing is sent to an endpoint, and what that means. */
export const DISABLED_REASONS = {
  caller: 'its tenant said so',
  gone: 'the receiver answered 410',
  failing: 'nothing but failures for too long',
} as const;
export type DisabledReason = keyof typeof DISABLED_REASONS;

/** Where a tenant is told of events. What it is signed with is not here, so that it is shown nowhere. */
export interface Endpoint {
  readonly id: string;
  readonly tenantId: string;
  readonly url: string;
  readonly description: string | null;
  /** What is sent. Empty: events of every type. */
  readonly types: readonly FeedEventType[];
  readonly origin: EndpointOrigin;
  /** Null: events are sent. */
  readonly disabled: { readonly reason: DisabledReason; readonly at: Date } | null;
  /** Since when every delivery has failed; null while the latest went through. */
  readonly failingSince: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Counts its changes. */
  readonly version: number;
}

/** What a tenant may set. What is left out stays. */
export interface EndpointSettings {
  readonly url?: string;
  readonly description?: string | null;
  readonly types?: readonly FeedEventType[];
  readonly enabled?: boolean;
}

/** What changes, and nothing else. */
export type EndpointChange = {
  readonly [Field in 'url' | 'description' | 'types']?: Endpoint[Field];
} & {
  readonly disabledReason?: DisabledReason | null;
  readonly failingSince?: null;
  /** Newest first. */
  readonly secrets?: readonly SealedSecret[];
};

/** What of an `order` endpoint its tenant may change. */
const OF_EVERY_ORIGIN: ReadonlySet<string> = new Set(['disabledReason', 'failingSince']);

/**
 * What the settings make of an endpoint: empty if they say what it is already. An endpoint that is enabled again, or that
 * leads elsewhere, has not failed yet. One that has disabled itself keeps the reason when its tenant disables it too.
 */
export const endpointChange = (
  endpoint: Endpoint,
  { url, description, types, enabled }: EndpointSettings,
): EndpointChange => {
  const moves = url !== undefined && url !== endpoint.url;
  const enables = enabled === true && endpoint.disabled !== null;
  const disables = enabled === false && endpoint.disabled === null;
  return {
    ...(moves && { url }),
    ...(description !== undefined && description !== endpoint.description && { description }),
    ...(types !== undefined && !areSame(types, endpoint.types) && { types }),
    ...(enables && { disabledReason: null }),
    ...(disables && { disabledReason: 'caller' as const }),
    ...((moves || enables) && endpoint.failingSince !== null && { failingSince: null }),
  };
};

/** Of an address the host alone is told on: path and query may name a person or hold a secret. Null for none. */
export const hostOf = (url: string): string | null => urlFrom(url)?.host ?? null;

export const isEmpty = (change: EndpointChange): boolean => Object.keys(change).length === 0;

/** An endpoint that was made for orders can be switched off and on, and no more. */
export const mayChange = ({ origin }: Endpoint, change: EndpointChange): boolean =>
  origin === 'managed' || Object.keys(change).every((field) => OF_EVERY_ORIGIN.has(field));

const areSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((each) => others.includes(each));
