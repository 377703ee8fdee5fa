import { Injectable } from '@nestjs/common';
import type { RequestActor } from '../../domain/orders/cause.js';
import { SessionsRepository } from '../../persistence/access/sessions.repository.js';

/** Ends the session of a browser. Other processes may take it for up to 5 s still. */
@Injectable()
export class EndSession {
  constructor(private readonly sessions: SessionsRepository) {}

  async run(sessionId: string, by: RequestActor): Promise<void> {
    await this.sessions.end(sessionId, by);
  }
}
