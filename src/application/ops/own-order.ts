import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import { CaseworkRepository } from '../../persistence/ops/casework.repository.js';
import { FindOrder } from '../orders/find-order.js';

/** Others are quick: more of them in a row are a bug. */
const MAX_TRIES = 10;

/** Who has an order in hand. One who takes it from another says so by doing it; the audit has both. */
@Injectable()
export class OwnOrder {
  constructor(
    private readonly find: FindOrder,
    private readonly casework: CaseworkRepository,
  ) {}

  /** Throws `operator_key_required` for a machine: only a person can have something in hand. */
  async claim(orderId: string, by: RequestActor): Promise<void> {
    await this.find.run(orderId, 'all_tenants');
    const { operator } = by;
    if (!operator) throw new AppError('operator_key_required', 'Only a person can take an order in hand.');
    await this.untilWritten(orderId, async (owner) => {
      if (owner === operator.id) return true;
      return this.casework.claim(orderId, owner, operator.id, by);
    });
  }

  async release(orderId: string, by: RequestActor): Promise<void> {
    await this.find.run(orderId, 'all_tenants');
    await this.untilWritten(orderId, async (owner) => owner === null || this.casework.release(orderId, owner, by));
  }

  private async untilWritten(orderId: string, write: (owner: string | null) => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const owner = await this.casework.ownerOf(orderId);
      if (await write(owner?.id ?? null)) return;
    }
    throw new Error('the owner of the order changed too often while it was given to another');
  }
}
