import type { INestApplicationContext } from '@nestjs/common';
import { WatchAudit } from '../../src/application/audit/watch-audit.js';
import { FollowOrder } from '../../src/application/orders/follow-order.js';
import { AdvancePool } from '../../src/application/pools/advance-pool.js';
import { WatchMember } from '../../src/application/pools/watch-member.js';
import { SubmitOrder } from '../../src/application/purchases/submit-order.js';
import { CollectRecords } from '../../src/application/reconciliation/collect-records.js';
import { MatchRecords } from '../../src/application/reconciliation/match-records.js';
import { PruneRecords } from '../../src/application/retention/prune-records.js';
import { TaskHandlers } from '../../src/worker/task-handlers.js';

/** What a worker of this process would run. */
export const taskHandlersOf = (app: Pick<INestApplicationContext, 'get'>): TaskHandlers =>
  new TaskHandlers(
    app.get(SubmitOrder),
    app.get(FollowOrder),
    app.get(PruneRecords),
    app.get(WatchAudit),
    app.get(CollectRecords),
    app.get(MatchRecords),
    app.get(AdvancePool),
    app.get(WatchMember),
  );
