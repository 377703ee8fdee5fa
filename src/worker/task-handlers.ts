import { Injectable } from '@nestjs/common';
import { FollowOrder } from '../application/orders/follow-order.js';
import { SubmitOrder } from '../application/purchases/submit-order.js';
import type { TaskKind } from '../persistence/tasks/task-rows.js';
import type { ClaimedTask } from '../persistence/tasks/tasks.repository.js';

/** What each kind of task runs. */
@Injectable()
export class TaskHandlers {
  private readonly byKind: Readonly<Record<TaskKind, (task: ClaimedTask) => Promise<void>>>;

  constructor(submit: SubmitOrder, follow: FollowOrder) {
    this.byKind = {
      purchase: (task) => submit.run(task),
      follow: (task) => follow.run(task),
    };
  }

  run(task: ClaimedTask): Promise<void> {
    return this.byKind[task.kind](task);
  }
}
