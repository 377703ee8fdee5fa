import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { NO_LIMITS } from '../../domain/limits/purchase-limits.js';
import { SessionsRepository, type GoodSession } from '../../persistence/access/sessions.repository.js';
import { CredentialCache } from './credential-cache.js';
import type { Pace } from './credential-reads.js';
import type { Principal } from './principal.js';
import { SCOPES_OF_ROLE, scopesFrom } from './scopes.js';

/** Who calls with the session of a browser. */
@Injectable()
export class AuthenticateSession {
  private readonly sessions: CredentialCache<GoodSession>;

  constructor(sessions: SessionsRepository) {
    this.sessions = new CredentialCache((hashes) => sessions.findGood(hashes));
  }

  /** Whether this process has found the session good before. It may have ended since. */
  hasSeen(token: string): boolean {
    return this.sessions.seen(hashOfToken(token)) !== null;
  }

  /** @returns null if there is no such session, or it has ended: by itself, or with its key or its operator. */
  async run(token: string, pace: Pace = 'at_once'): Promise<Principal | null> {
    const found = await this.sessions.get(hashOfToken(token), pace);
    if (!found) return null;
    const { id, keyId, tenantId, operator, expiresAt } = found;
    return {
      tenantId,
      keyId,
      operator,
      session: { id, expiresAt },
      scopes: scopesFrom(SCOPES_OF_ROLE[operator.role]),
      providerAccounts: {},
      limits: { tenant: NO_LIMITS, key: NO_LIMITS },
      hasCallbackSecret: false,
    };
  }
}

/** In hexadecimal digits. The token is random, so a fast hash is enough: there is nothing to guess. */
export const hashOfToken = (token: string): string => createHash('sha256').update(token).digest('hex');
