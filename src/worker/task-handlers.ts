import { Injectable } from '@nestjs/common';
import { WatchAudit } from '../application/audit/watch-audit.js';
import { CollectRecords } from '../application/reconciliation/collect-records.js';
import { MatchRecords } from '../application/reconciliation/match-records.js';
import { FollowOrder } from '../application/orders/follow-order.js';
import { AdvancePool } from '../application/pools/advance-pool.js';
import { WatchMember } from '../application/pools/watch-member.js';
import { SubmitOrder } from '../application/purchases/submit-order.js';
import { PruneRecords } from '../application/retention/prune-records.js';
import { BY_TASK } from '../domain/orders/cause.js';
import type { OrderState } from '../domain/orders/order-state.js';
import type { ClaimedTask } from '../persistence/tasks/tasks.repository.js';

type Handler = (task: ClaimedTask) => Promise<void>;

const PRUNING = 'prune';
const AUDITING = 'follow_audit';

/** Tasks that come again and again, and have no order. */
export const RECURRING: readonly string[] = [PRUNING, AUDITING];

/** What each kind of task runs. A process claims the kinds in this table and no others. */
@Injectable()
export class TaskHandlers {
  private readonly byKind: ReadonlyMap<string, Handler>;

  constructor(
    submit: SubmitOrder,
    follow: FollowOrder,
    prune: PruneRecords,
    audit: WatchAudit,
    collect: CollectRecords,
    match: MatchRecords,
    pools: AdvancePool,
    members: WatchMember,
  ) {
    this.byKind = new Map<string, Handler>([
      ['purchase', async (task) => void (await submit.run({ ...task, state: orderOf(task), cause: BY_TASK }))],
      ['follow', (task) => follow.run({ ...task, state: orderOf(task) })],
      [PRUNING, ({ lease }) => prune.run(lease)],
      [AUDITING, ({ lease }) => audit.run(lease)],
      ['collect', ({ lease }) => collect.run(lease)],
      ['match', ({ lease }) => match.run(lease)],
      ['pool', ({ lease }) => pools.run(lease)],
      ['pooled', (task) => members.run({ ...task, state: orderOf(task) })],
    ]);
  }

  get kinds(): readonly string[] {
    return [...this.byKind.keys()];
  }

  async run(task: ClaimedTask): Promise<void> {
    const handle = this.byKind.get(task.kind);
    if (!handle) throw new Error('the claimed task is of a kind that this process does not handle');
    await handle(task);
  }
}

const orderOf = ({ state }: ClaimedTask): OrderState => {
  if (!state) throw new Error('the task has no order');
  return state;
};
