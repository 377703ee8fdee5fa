import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import {
  AccessListsRepository,
  type ListedKey,
  type ListedOperator,
} from '../../persistence/access/access-lists.repository.js';
import { OperatorsRepository } from '../../persistence/access/operators.repository.js';
import { SessionsRepository } from '../../persistence/access/sessions.repository.js';
import { TenantsRepository } from '../../persistence/access/tenants.repository.js';

/** Closes a way in, for good. It is closed within 5 s, as everything that is cached; a repeat changes nothing. */
@Injectable()
export class EndAccess {
  constructor(
    private readonly lists: AccessListsRepository,
    private readonly tenants: TenantsRepository,
    private readonly operators: OperatorsRepository,
    private readonly sessions: SessionsRepository,
  ) {}

  async ofKey(id: string, by: RequestActor): Promise<ListedKey> {
    await this.tenants.revoke('key', id, by);
    const key = await this.lists.key(id);
    if (!key) throw new AppError('key_not_found', 'There is no such key.');
    return key;
  }

  async ofOperator(id: string, by: RequestActor): Promise<ListedOperator> {
    await this.operators.disable(id, by);
    const operator = await this.lists.operator(id);
    if (!operator) throw new AppError('operator_not_found', 'There is no such operator.');
    return operator;
  }

  /** Throws `session_not_found` for one that has ended, too. */
  async ofSession(id: string, by: RequestActor): Promise<void> {
    if (!(await this.sessions.end(id, by)))
      throw new AppError('session_not_found', 'There is no such session, or it has ended.');
  }
}
