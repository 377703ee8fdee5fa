import { Injectable } from '@nestjs/common';
import { grams, type Grams } from '../../domain/mass.js';
import { PAYMENT_METHODS, type PaymentMethod } from '../../domain/providers/capabilities.js';
import { TIMELINE_SOURCES, type TimelinePosition, type TimelineRecord } from '../../domain/timeline/timeline.js';
import { TIMELINE_KIND_NAMES } from '../../domain/timeline/timeline-kinds.js';
import { Database } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import type { TenantScope } from '../orders/order-list.js';
import { readEvidence } from './evidence-reader.js';
import { TIMELINE_BRANCHES } from './timeline-branches.js';

export interface RecordedTimeline {
  readonly order: { readonly provider: string; readonly mass: Grams; readonly paymentMethod: PaymentMethod };
  readonly records: readonly TimelineRecord[];
}

/** What happened to an order, read from where it is recorded: the history, and what was sent and received about it. */
@Injectable()
export class TimelineRepository {
  constructor(private readonly database: Database) {}

  /**
   * Oldest first, strictly after `after`, at most `limit`. `reader`: for operators also what operators did about it.
   * @returns null if there is no such order in the scope.
   */
  async page(
    orderId: string,
    scope: TenantScope,
    after: TimelinePosition | null,
    limit: number,
    reader: keyof typeof TIMELINE_BRANCHES = 'tenant',
  ): Promise<RecordedTimeline | null> {
    const rows = await this.database.query<TimelineRow>(Prisma.sql`
      WITH s AS MATERIALIZED (
        SELECT o.id, o.provider, o.ordered_grams, o.payment_method, o.personal_data_erased_at FROM orders o
        WHERE o.id = ${orderId}::text
          AND (${scope === 'all_tenants' ? null : scope.tenantId}::text IS NULL
               OR o.tenant_id = ${scope === 'all_tenants' ? null : scope.tenantId}::text))
      SELECT s.provider, s.ordered_grams, s.payment_method, t.*
      FROM s LEFT JOIN LATERAL (
        SELECT u.* FROM (${TIMELINE_BRANCHES[reader]}) u
        WHERE ${after === null}::boolean OR (u.at, u.place, u.number, u.key) > (
          ${after?.at ?? null}::timestamptz, ${after?.place ?? null}::int, ${after?.number ?? null}::int,
          ${after?.key ?? null}::text)
        ORDER BY u.at, u.place, u.number, u.key LIMIT ${limit}::int) t ON true
      ORDER BY t.at, t.place, t.number, t.key`);
    const [order] = rows;
    if (!order) return null;
    return {
      order: {
        provider: order.provider,
        mass: grams(Number(order.ordered_grams)),
        paymentMethod: readWord(PAYMENT_METHODS)(order.payment_method),
      },
      records: rows.flatMap((row) => (row.id === null ? [] : recordFromRow(row))),
    };
  }
}

interface EntryColumns {
  readonly id: string;
  readonly at: Date;
  readonly place: number;
  readonly number: number;
  readonly key: string;
  readonly kind: string;
  readonly source: string;
  readonly operator: string | null;
  readonly address: string | null;
  readonly facts: unknown;
}

/** Of an order with nothing after the position there is one row, without an entry. */
type TimelineRow = { readonly provider: string; readonly ordered_grams: string; readonly payment_method: string } & (
  EntryColumns | { readonly id: null }
);

const recordFromRow = (row: EntryColumns): TimelineRecord => ({
  id: row.id,
  position: { at: row.at, place: row.place, number: row.number, key: row.key },
  kind: readWord(TIMELINE_KIND_NAMES)(row.kind),
  source: readWord(TIMELINE_SOURCES)(row.source),
  operator: row.operator,
  address: row.address,
  facts: readEvidence(row.facts),
});
