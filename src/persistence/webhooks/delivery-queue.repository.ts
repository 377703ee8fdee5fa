import { Injectable } from '@nestjs/common';
import type { SendResult, DeliveryState } from '../../domain/webhooks/delivery.js';
import type { SealedSecret } from '../../domain/webhooks/secret.js';
import { Database } from '../database/database.js';
import { newId } from '../database/new-id.js';
import { Prisma } from '../generated/client.js';
import { secretsFromJson } from './endpoint-rows.js';

/** A delivery that is this process's to send until its lease ends. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly endpointId: string;
  readonly url: string;
  /** Failed tries since it was last queued. */
  readonly tries: number;
  readonly secrets: readonly SealedSecret[];
  /** Whose secrets they are: the endpoint, or its tenant. */
  readonly secretsOf: string;
  /** The database's, when it was claimed. */
  readonly claimedAt: Date;
  readonly token: string;
}

export interface ClaimOptions {
  /** At most so many. */
  readonly room: number;
  /** And so many of one endpoint, together with those in `underWay`; one of an endpoint that has failed for long. */
  readonly perEndpoint: number;
  /** How long an endpoint fails before it gets one at a time. */
  readonly aloneAfterMs: number;
  /** How many of each endpoint are sent here at this time. */
  readonly underWay: ReadonlyMap<string, number>;
  /** Endpoints take turns: it begins behind this one. */
  readonly afterEndpoint: string;
  readonly leaseMs: number;
}

/** What came of a request, and what that makes of its delivery and its endpoint. */
export interface Outcome {
  readonly result: SendResult;
  readonly state: DeliveryState;
  /** Until the next try. */
  readonly delayMs: number | null;
  readonly endpoint: 'works' | 'fails' | 'gone';
  /** The endpoint is disabled that has failed for so long. */
  readonly mostFailingMs: number;
}

export interface Recorded {
  /** False: the lease was lost, and nothing was written. Whoever has the delivery now sends it again. */
  readonly held: boolean;
  /** Why the endpoint was disabled with it. */
  readonly disabled: 'gone' | 'failing' | null;
}

interface ClaimRow {
  readonly id: string;
  readonly event_id: string;
  readonly endpoint_id: string;
  readonly url: string;
  readonly tries: number;
  readonly secrets: unknown;
  readonly secrets_of: string;
  readonly claimed_at: Date;
  readonly token: string;
}

/**
 * What is to be sent. A delivery can be claimed when it is due, and a claim puts that off to the end of its lease: a
 * sender that dies needs no recovery.
 */
@Injectable()
export class DeliveryQueueRepository {
  constructor(private readonly database: Database) {}

  /** Of a message that is no event, and looks like one to its receiver. */
  nextMessageId(): string {
    return newId('evt');
  }

  /**
   * Leases due deliveries, endpoint after endpoint: what waits for one of them, and how much, costs the others nothing.
   * Those of tenants whose webhooks are switched off wait.
   * With nothing due it reads one entry of an index.
   */
  async claim({
    room,
    perEndpoint,
    underWay,
    afterEndpoint,
    leaseMs,
    aloneAfterMs,
  }: ClaimOptions): Promise<ClaimedDelivery[]> {
    const next = (after: Prisma.Sql): Prisma.Sql => Prisma.sql`
      SELECT d.endpoint_id FROM webhook_deliveries d WHERE d.state = 'pending' AND d.endpoint_id > ${after}
      ORDER BY d.endpoint_id LIMIT 1`;
    const fails = Prisma.sql`e.failing_since <= now() - ${aloneAfterMs}::float8 * interval '1 millisecond'`;
    const until = Prisma.sql`now() + ${leaseMs}::float8 * interval '1 millisecond'`;
    const rows = await this.database.query<ClaimRow>(Prisma.sql`
      WITH RECURSIVE turns AS (
        (SELECT first.endpoint_id FROM (${next(Prisma.sql`${afterEndpoint}::text`)}) first
         WHERE EXISTS (SELECT FROM webhook_deliveries x WHERE x.state = 'pending' AND x.due_at <= CURRENT_TIMESTAMP(3)))
        UNION ALL
        SELECT (${next(Prisma.sql`turns.endpoint_id`)}) FROM turns WHERE turns.endpoint_id IS NOT NULL),
      due AS MATERIALIZED (
        SELECT d.id FROM turns
        JOIN webhook_endpoints e ON e.id = turns.endpoint_id AND e.disabled_at IS NULL AND e.deleted_at IS NULL
          AND NOT EXISTS (SELECT FROM standing_switch(NULL, e.tenant_id, 'webhooks'))
        LEFT JOIN unnest(${[...underWay.keys()]}::text[], ${[...underWay.values()]}::int[]) AS u(endpoint_id, sent)
          ON u.endpoint_id = turns.endpoint_id
        CROSS JOIN LATERAL (
          SELECT d.id FROM webhook_deliveries d
          WHERE d.state = 'pending' AND d.endpoint_id = turns.endpoint_id AND d.due_at <= CURRENT_TIMESTAMP(3)
          ORDER BY d.due_at
          LIMIT GREATEST(0, CASE WHEN ${fails} THEN 1 ELSE ${perEndpoint}::int END - COALESCE(u.sent, 0))
          FOR UPDATE SKIP LOCKED) d
        LIMIT ${room}::int),
      claimed AS (
        UPDATE webhook_deliveries d SET lease_token = gen_random_uuid(), leased_until = ${until}, due_at = ${until}
        FROM due WHERE d.id = due.id
        RETURNING d.id, d.event_id, d.endpoint_id, d.tries, d.lease_token)
      SELECT c.id, c.event_id, c.endpoint_id, e.url, c.tries, c.lease_token AS token, now() AS claimed_at,
             CASE e.origin WHEN 'order' THEN t.id ELSE e.id END AS secrets_of,
             CASE e.origin WHEN 'order' THEN t.callback_secrets ELSE e.secrets END AS secrets
      FROM claimed c JOIN webhook_endpoints e ON e.id = c.endpoint_id JOIN tenants t ON t.id = e.tenant_id`);
    return rows.map((row) => ({
      id: row.id,
      eventId: row.event_id,
      endpointId: row.endpoint_id,
      url: row.url,
      tries: row.tries,
      secrets: secretsFromJson(row.secrets),
      secretsOf: row.secrets_of,
      claimedAt: row.claimed_at,
      token: row.token,
    }));
  }

  /**
   * The request, what it makes of its delivery, and since when its endpoint fails: in one statement, or nothing. With it
   * the endpoint is disabled if it is gone, or has failed for too long; the feed tells that.
   */
  async record({ id, token }: ClaimedDelivery, outcome: Outcome): Promise<Recorded> {
    const { result, state, delayMs, endpoint, mostFailingMs } = outcome;
    const [row] = await this.database.query<{ held: boolean; disabled: Recorded['disabled'] }>(Prisma.sql`
      WITH held AS (
        UPDATE webhook_deliveries d SET
          state = ${state}::text, attempts = d.attempts + 1, tries = d.tries + 1,
          due_at = CASE WHEN ${delayMs}::float8 IS NULL THEN d.due_at ELSE now() + ${delayMs}::float8 * interval '1 millisecond' END,
          lease_token = NULL, leased_until = NULL, ended_at = CASE WHEN ${state}::text <> 'pending' THEN now() END
        WHERE d.id = ${id}::text AND d.lease_token = ${token}::uuid
        RETURNING d.id, d.endpoint_id, d.attempts),
      attempt AS (
        INSERT INTO webhook_attempts (delivery_id, number, started_at, duration_ms, status, error, answer)
        SELECT h.id, h.attempts, ${result.startedAt}::timestamptz, ${result.durationMs}::int, ${result.status}::int,
               ${result.failure}::text, ${result.answer}::text
        FROM held h),
      ${ENDPOINT_AFTER(endpoint, mostFailingMs)},
      told AS (
        INSERT INTO webhook_endpoint_events (id, endpoint_id, tenant_id, sequence, type, state)
        SELECT ${newId('evt')}::text, a.id, a.tenant_id, a.version, 'webhook_endpoint.disabled',
               jsonb_build_object('id', a.id, 'url', a.url, 'disabled_reason', a.disabled_reason)
        FROM endpoint a WHERE a.is_disabled_now
        RETURNING state ->> 'disabled_reason' AS reason)
      SELECT EXISTS (SELECT FROM held) AS held, (SELECT reason FROM told) AS disabled`);
    return row ?? { held: false, disabled: null };
  }

  /**
   * What waits for endpoints that are disabled or deleted becomes dead letters, at most `limit` at a time. @returns how
   * many did.
   */
  async giveUpUnsendable(limit: number): Promise<number> {
    return this.database.execute(Prisma.sql`
      UPDATE webhook_deliveries d SET state = 'dead', ended_at = now(), lease_token = NULL, leased_until = NULL
      WHERE d.state = 'pending' AND d.id IN (
        SELECT x.id FROM webhook_endpoints e
        JOIN webhook_deliveries x ON x.endpoint_id = e.id AND x.state = 'pending'
        WHERE e.disabled_at IS NOT NULL OR e.deleted_at IS NOT NULL
        ORDER BY x.id LIMIT ${limit}::int FOR UPDATE OF x SKIP LOCKED)`);
  }
}

/** The CTE `endpoint`: empty where the request changes nothing about it, as nearly always. */
const ENDPOINT_AFTER = (endpoint: Outcome['endpoint'], mostFailingMs: number): Prisma.Sql => {
  if (endpoint === 'works')
    return Prisma.sql`
      endpoint AS (
        UPDATE webhook_endpoints e SET failing_since = NULL FROM held h
        WHERE e.id = h.endpoint_id AND e.failing_since IS NOT NULL
        RETURNING e.id, e.tenant_id, e.url, e.version, e.disabled_reason, false AS is_disabled_now)`;
  const ends =
    endpoint === 'gone'
      ? Prisma.sql`true`
      : Prisma.sql`COALESCE(e.failing_since <= now() - ${mostFailingMs}::float8 * interval '1 millisecond', false)`;
  const isActive = Prisma.sql`e.disabled_at IS NULL AND e.deleted_at IS NULL`;
  return Prisma.sql`
    endpoint AS (
      UPDATE webhook_endpoints e SET
        failing_since = COALESCE(e.failing_since, now()),
        disabled_reason = CASE WHEN ${ends} THEN ${endpoint === 'gone' ? 'gone' : 'failing'}::text END,
        disabled_at = CASE WHEN ${ends} THEN now() END,
        updated_at = CASE WHEN ${ends} THEN now() ELSE e.updated_at END,
        version = e.version + CASE WHEN ${ends} THEN 1 ELSE 0 END
      FROM held h WHERE e.id = h.endpoint_id AND ${isActive} AND (e.failing_since IS NULL OR ${ends})
      RETURNING e.id, e.tenant_id, e.url, e.version, e.disabled_reason, e.disabled_at IS NOT NULL AS is_disabled_now)`;
};
