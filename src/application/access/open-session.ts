import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import { SessionsRepository } from '../../persistence/access/sessions.repository.js';
import { RecordRefusal } from '../audit/record-refusal.js';
import { Authenticate } from './authenticate.js';
import { hashOfToken } from './authenticate-session.js';
import type { Principal } from './principal.js';

/** A working day. A session without a request for an hour ends before. */
export const SESSION_MS = 8 * 3_600_000;

export interface OpenedSession {
  readonly caller: Principal;
  /** For the cookie; only its hash is kept. */
  readonly token: string;
  readonly expiresAt: Date;
}

/** Exchanges the key of an operator for a session of their browser, which never sees the key again. */
@Injectable()
export class OpenSession {
  constructor(
    private readonly authenticate: Authenticate,
    private readonly sessions: SessionsRepository,
    private readonly refusals: RecordRefusal,
  ) {}

  /** @returns null if the key is no good. Throws `operator_key_required` for the key of a machine. */
  async run(key: string, requestId: string): Promise<OpenedSession | null> {
    const caller = await this.authenticate.run(`Bearer ${key}`);
    if (!caller) return null;
    const { keyId, operator } = caller;
    if (!operator) {
      await this.refusals.run(
        { by: 'request', requestId, keyId, operator },
        'session.open',
        null,
        'operator_key_required',
      );
      throw new AppError('operator_key_required', 'This key is a machine’s. Sign in with your own, as an operator.');
    }
    const token = randomBytes(32).toString('base64url');
    const by = { by: 'request', requestId, keyId, operator: { ...operator, sessionId: null } } as const;
    const opening = { operatorId: operator.id, tokenHash: hashOfToken(token), lastsMs: SESSION_MS };
    const { expiresAt } = await this.sessions.open(opening, by);
    return { caller, token, expiresAt };
  }
}
