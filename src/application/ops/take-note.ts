import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import { CaseworkRepository, type Note } from '../../persistence/ops/casework.repository.js';

export type { Note };

@Injectable()
export class TakeNote {
  constructor(private readonly casework: CaseworkRepository) {}

  /** A repeat under the same key takes no second note. Throws `idempotency_key_reused` where it says something else. */
  async run(orderId: string, text: string, idempotencyKey: string, by: RequestActor): Promise<Note> {
    const note = await this.casework.note(orderId, text, idempotencyKey, by);
    if (!note) throw new AppError('order_not_found', 'There is no such order.');
    if (note.orderId === orderId && (note.text === text || note.text === 'erased')) return note;
    throw new AppError('idempotency_key_reused', 'The Idempotency-Key was used before with another note.');
  }
}
