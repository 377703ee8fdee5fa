import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import {
  readList,
  readNumberOrNull,
  readObject,
  readObjectOrNull,
  readText,
  readTextOrNull,
} from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import { IS_ORDER_TASK } from '../tasks/task-rows.js';

const readTask = readObjectOrNull({
  kind: readText,
  run_at: readText,
  leased_until: readTextOrNull,
  held_by: readTextOrNull,
});
const readAttempt = readObject({
  operation: readText,
  number: readNumberOrNull,
  generation: readNumberOrNull,
  started_at: readText,
  send_deadline_at: readText,
  outcome: readTextOrNull,
  reason: readTextOrNull,
  upstream_status: readNumberOrNull,
  upstream_code: readTextOrNull,
  recorded_at: readTextOrNull,
});
const readSession = readObject({ session_id: readTextOrNull, status: readText, expires_at: readTextOrNull });
const readClaim = readObject({
  provider_order_id: readText,
  source: readText,
  verdict: readText,
  looks: readNumberOrNull,
  claimed_at: readText,
});

/** More are in the timeline. */
const MOST = Prisma.raw('50');

/** What the gateway keeps about an order beside the order itself, without what was sent and received. */
export interface OrderDetails {
  readonly tenantName: string;
  readonly task: ReturnType<typeof readTask>;
  readonly attempts: readonly ReturnType<typeof readAttempt>[];
  readonly sessions: readonly ReturnType<typeof readSession>[];
  readonly claims: readonly ReturnType<typeof readClaim>[];
  /** The decision that waits for a second person. */
  readonly proposalId: string | null;
}

@Injectable()
export class OrderDetailsRepository {
  constructor(private readonly database: Database) {}

  /** @returns null if there is no such order. */
  async find(orderId: string): Promise<OrderDetails | null> {
    const [row] = await this.database.query<DetailsRow>(Prisma.sql`
      SELECT n.name AS tenant_name,
        (SELECT jsonb_build_object('kind', t.kind, 'run_at', t.run_at, 'leased_until', CASE WHEN t.leased_until > now() THEN t.leased_until END,
           'held_by', CASE WHEN t.leased_until > now() THEN p.name END)
         FROM tasks t LEFT JOIN processes p ON p.id = t.leased_by WHERE t.subject_id = o.id AND ${IS_ORDER_TASK}) AS task,
        (SELECT jsonb_agg(to_jsonb(a) ORDER BY a.id) FROM (
           SELECT a.* FROM attempts a WHERE a.order_id = o.id ORDER BY a.id DESC LIMIT ${MOST}) a) AS attempts,
        (SELECT jsonb_agg(to_jsonb(s) ORDER BY s.id) FROM (
           SELECT s.* FROM checkout_sessions s WHERE s.order_id = o.id ORDER BY s.id DESC LIMIT ${MOST}) s) AS sessions,
        (SELECT jsonb_agg(to_jsonb(c) ORDER BY c.claimed_at) FROM (
           SELECT c.* FROM purchase_claims c WHERE c.order_id = o.id ORDER BY c.claimed_at DESC LIMIT ${MOST}) c) AS claims,
        (SELECT r.id FROM resolutions r WHERE r.order_id = o.id AND r.state = 'proposed' AND r.expires_at > now()) AS proposal_id
      FROM orders o JOIN tenants n ON n.id = o.tenant_id WHERE o.id = ${orderId}::text`);
    if (!row) return null;
    return {
      tenantName: row.tenant_name,
      task: readTask(row.task),
      attempts: readList(readAttempt)(row.attempts),
      sessions: readList(readSession)(row.sessions),
      claims: readList(readClaim)(row.claims),
      proposalId: row.proposal_id,
    };
  }
}

interface DetailsRow {
  readonly tenant_name: string;
  readonly task: unknown;
  readonly attempts: unknown;
  readonly sessions: unknown;
  readonly claims: unknown;
  readonly proposal_id: string | null;
}
