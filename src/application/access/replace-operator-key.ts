import { Injectable } from '@nestjs/common';
import type { Actor } from '../../domain/orders/cause.js';
import { OperatorsRepository } from '../../persistence/access/operators.repository.js';
import { newApiKey } from './api-key.js';

/** Where a key is lost or has leaked: what it opened ends, sessions too. */
@Injectable()
export class ReplaceOperatorKey {
  constructor(private readonly operators: OperatorsRepository) {}

  /** The text of the new key. @returns null if there is no such operator, or they are disabled. */
  async run(operatorId: string, environment: 'live' | 'dev', by: Actor): Promise<string | null> {
    const { text, ...key } = newApiKey(environment);
    return (await this.operators.replaceKey(operatorId, key, by)) ? text : null;
  }
}
