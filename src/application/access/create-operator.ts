import { Injectable } from '@nestjs/common';
import type { Operator } from '../../domain/operators/operator.js';
import type { Actor } from '../../domain/orders/cause.js';
import { OperatorsRepository } from '../../persistence/access/operators.repository.js';
import { newApiKey } from './api-key.js';

@Injectable()
export class CreateOperator {
  constructor(private readonly operators: OperatorsRepository) {}

  /**
   * A new operator and the text of their key, which is shown once and stored nowhere.
   * @returns null if there is one with this email address, disabled or not.
   */
  async run(
    wanted: Pick<Operator, 'name' | 'email' | 'role'>,
    environment: 'live' | 'dev',
    by: Actor,
  ): Promise<{ readonly operator: Operator; readonly key: string } | null> {
    const { text, ...key } = newApiKey(environment);
    const operator = await this.operators.create(wanted, key, by);
    return operator && { operator, key: text };
  }
}
