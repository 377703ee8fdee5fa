import {
  CLAIM_SOURCES,
  CLAIMS_PER_LOOK,
  MAX_CLAIMS,
  NO_CLAIMS,
  type PurchaseClaim,
  type PurchaseClaims,
} from '../../domain/purchases/claims.js';
import {
  readFlag,
  readList,
  readNumberOrNull,
  readObject,
  readText,
  readTextOrNull,
  readWord,
} from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';

const raw = (number: number): Prisma.Sql => Prisma.raw(String(number));

/**
 * The undecided claims of an order `o`, as JSON; null if it has none, as almost all orders. Of a source those are next
 * that were never read, newest first, but one place is for the one that has waited longest.
 */
export const PURCHASE_CLAIMS = Prisma.sql`
  (SELECT jsonb_build_object(
     'due', jsonb_agg(jsonb_build_object(
        'provider_order_id', c.provider_order_id, 'source', c.source, 'looks', c.looks,
        'owner', (SELECT x.id FROM orders x
                  WHERE x.provider = o.provider AND x.provider_order_id = c.provider_order_id AND x.id <> o.id),
        'promised', EXISTS (SELECT FROM checkout_sessions s
                            WHERE s.provider = o.provider AND s.session_id = c.provider_order_id AND s.order_id <> o.id))
        ORDER BY c.place) FILTER (WHERE c.is_next),
     'is_full', COALESCE(max(c.kept), 0) >= ${raw(MAX_CLAIMS)},
     'next_due_at', min(c.due_at) FILTER (WHERE NOT c.is_next),
     'looks', (SELECT sum(a.looks) FROM purchase_claims a WHERE a.order_id = o.id),
     'last_look_at', (SELECT max(a.looked_at) FROM purchase_claims a WHERE a.order_id = o.id))
   FROM (
     SELECT ranked.*, is_due AND (waiting = 1 OR place < ${raw(CLAIMS_PER_LOOK)}) AS is_next FROM (
       SELECT u.*, u.due_at <= CURRENT_TIMESTAMP(3) AS is_due, count(*) OVER of_source AS kept,
              row_number() OVER (of_source ORDER BY u.due_at) AS waiting,
              row_number() OVER (of_source ORDER BY u.due_at > now(), u.looks > 0, u.claimed_at DESC) AS place
       FROM purchase_claims u WHERE u.order_id = o.id AND u.verdict = 'claimed'
       WINDOW of_source AS (PARTITION BY u.source)) ranked) c
   HAVING count(*) > 0)`;

const readClaim = (value: unknown): PurchaseClaim => {
  const row = readObject({
    provider_order_id: readText,
    source: readWord(CLAIM_SOURCES),
    looks: readNumberOrNull,
    owner: readTextOrNull,
    promised: readFlag,
  })(value);
  return {
    providerOrderId: row.provider_order_id,
    source: row.source,
    looks: row.looks ?? 0,
    ownerId: row.owner,
    isPromisedToAnother: row.promised,
  };
};

const timeOrNull = (text: string | null): Date | null => (text === null ? null : new Date(text));

export const purchaseClaimsFrom = (value: unknown): PurchaseClaims => {
  if (value === null) return NO_CLAIMS;
  const row = readObject({
    due: readList(readClaim),
    is_full: readFlag,
    next_due_at: readTextOrNull,
    looks: readNumberOrNull,
    last_look_at: readTextOrNull,
  })(value);
  return {
    due: row.due,
    isFull: row.is_full,
    looks: row.looks ?? 0,
    lastLookAt: timeOrNull(row.last_look_at),
    nextDueAt: timeOrNull(row.next_due_at),
  };
};
