import { FEED_EVENT_TYPES } from '../../domain/events/feed-event.js';
import {
  DISABLED_REASONS,
  ENDPOINT_ORIGINS,
  type DisabledReason,
  type Endpoint,
} from '../../domain/webhooks/endpoint.js';
import type { SealedSecret } from '../../domain/webhooks/secret.js';
import { readList, readObject, readText, readTextOrNull, readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';

export interface EndpointRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly url: string;
  readonly description: string | null;
  readonly types: readonly string[];
  readonly origin: string;
  readonly disabled_reason: string | null;
  readonly disabled_at: Date | null;
  readonly failing_since: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly version: number;
}

/** The columns of an endpoint `e`, without its secrets. */
export const ENDPOINT_COLUMNS = Prisma.sql`
  e.id, e.tenant_id, e.url, e.description, e.types, e.origin, e.disabled_reason, e.disabled_at, e.failing_since,
  e.created_at, e.updated_at, e.version`;

const readReason = readWord(Object.keys(DISABLED_REASONS) as DisabledReason[]);

export const endpointFromRow = (row: EndpointRow): Endpoint => ({
  id: row.id,
  tenantId: row.tenant_id,
  url: row.url,
  description: row.description,
  types: row.types.map(readWord(FEED_EVENT_TYPES)),
  origin: readWord(ENDPOINT_ORIGINS)(row.origin),
  disabled:
    row.disabled_reason === null || row.disabled_at === null
      ? null
      : { reason: readReason(row.disabled_reason), at: row.disabled_at },
  failingSince: row.failing_since,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  version: row.version,
});

const readSecret = readObject({ key_id: readText, sealed: readText, expires_at: readTextOrNull });

/** Of `webhook_endpoints.secrets` and `tenants.callback_secrets`. */
export const secretsFromJson = (value: unknown): readonly SealedSecret[] =>
  readList(readSecret)(value).map(({ key_id: keyId, sealed, expires_at: expiresAt }) => ({
    keyId,
    sealed,
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
  }));

export const secretsJson = (secrets: readonly SealedSecret[]): string =>
  JSON.stringify(
    secrets.map(({ keyId, sealed, expiresAt }) => ({
      key_id: keyId,
      sealed,
      expires_at: expiresAt && expiresAt.toISOString(),
    })),
  );
