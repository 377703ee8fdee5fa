import { Injectable } from '@nestjs/common';
import type { ServerFacts } from '../../domain/database/concerns.js';
import { Database } from './database.js';
import { Prisma } from '../generated/client.js';

/** What the database server says of itself. */
@Injectable()
export class ServerRepository {
  constructor(private readonly database: Database) {}

  async facts(): Promise<ServerFacts> {
    const askedAt = Date.now();
    const [row] = await this.database.query<Omit<ServerFacts, 'clockAheadMs'> & { readonly now: Date }>(Prisma.sql`
      SELECT pg_is_in_recovery() AS "isInRecovery", current_setting('transaction_read_only') = 'on' AS "isReadOnly",
             current_setting('fsync') AS fsync, current_setting('full_page_writes') AS "fullPageWrites",
             current_setting('synchronous_commit') AS "synchronousCommit",
             current_setting('synchronous_standby_names') AS "synchronousStandbyNames",
             (SELECT count(*)::int FROM pg_stat_replication) AS standbys,
             COALESCE(pg_has_role((SELECT c.relowner FROM pg_class c WHERE c.oid = to_regclass('orders')), 'MEMBER'), false)
               AS "isOwner",
             COALESCE(has_any_column_privilege(to_regclass('orders'), 'UPDATE'), false) AS "mayWriteOrders",
             COALESCE(has_schema_privilege(current_schema(), 'CREATE'), false) AS "mayCreate", clock_timestamp() AS now`);
    if (!row) throw new Error('the server did not say how it is set');
    const { now, ...facts } = row;
    return { ...facts, clockAheadMs: now.getTime() - (askedAt + Date.now()) / 2 };
  }
}
