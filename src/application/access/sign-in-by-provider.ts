import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { ActingOperator } from '../../domain/operators/operator.js';
import type { SignInRefusal } from '../../domain/operators/refusals.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import { IdentityProvider, type Handshake, type ProvenAccount } from '../../identity/identity-provider.js';
import { IdentitiesRepository, type LinkedOperator } from '../../persistence/access/identities.repository.js';
import { OperatorsRepository } from '../../persistence/access/operators.repository.js';
import { SessionsRepository } from '../../persistence/access/sessions.repository.js';
import { RecordRefusal } from '../audit/record-refusal.js';
import { newApiKey } from './api-key.js';
import { SESSION_MS } from './open-session.js';
import { hashOfToken } from './authenticate-session.js';
import { RoleClaims } from './role-claims.js';

export type { Handshake };

export type SignedIn =
  | { readonly kind: 'signed_in'; readonly token: string }
  | { readonly kind: 'refused'; readonly refusal: SignInRefusal };

/** In a fixed spelling, so that it fits into a cookie. */
const random = (): string => randomBytes(32).toString('base64url');

/** Sends operators to the identity provider, and opens a session for those who come back as somebody known here. */
@Injectable()
export class SignInByProvider {
  private readonly logger = new Logger(SignInByProvider.name);

  constructor(
    private readonly provider: IdentityProvider,
    private readonly roles: RoleClaims,
    private readonly identities: IdentitiesRepository,
    private readonly operators: OperatorsRepository,
    private readonly sessions: SessionsRepository,
    private readonly refusals: RecordRefusal,
  ) {}

  /** @returns null if the provider does not respond. */
  async begin(): Promise<{ readonly handshake: Handshake; readonly address: URL } | null> {
    const handshake = { state: random(), nonce: random(), verifier: random() };
    const address = await this.provider.addressFor(handshake);
    return address && { handshake, address };
  }

  async finish(query: string, handshake: Handshake, requestId: string): Promise<SignedIn> {
    const proof = await this.provider.prove(query, handshake, this.roles.claim);
    switch (proof.kind) {
      case 'proven':
        return this.enter(proof.account, requestId);
      case 'declined':
        return this.refuse('declined');
      case 'unproven':
        return this.refuse('begin_again', proof.why);
      case 'unavailable':
        return this.refuse('unavailable', proof.why);
    }
  }

  /** The role at the provider is the role here, from this sign-in on: who has none does not come in. */
  private async enter(account: ProvenAccount, requestId: string): Promise<SignedIn> {
    const linked = await this.identities.find(account);
    const role = this.roles.roleIn(account.words);
    if (linked && (linked.isDisabled || role === null)) {
      await this.recordRefusal(linked, requestId);
      return this.refuse(linked.isDisabled ? 'disabled' : 'no_role');
    }
    if (role === null) return this.refuse('no_role');
    const known = linked ?? (await this.link(account, requestId));
    if (!known) return this.refuse('no_operator');
    const keyId = known.keyId ?? (await this.renewKey(account));
    if (keyId === null) return this.refuse('begin_again');
    const by = actor(known.operator, keyId, requestId);
    if (known.operator.role !== role) await this.operators.changeRole(known.operator.id, role, by);
    const token = random();
    const opening = { operatorId: known.operator.id, tokenHash: hashOfToken(token), lastsMs: SESSION_MS };
    await this.sessions.open(opening, by);
    return { kind: 'signed_in', token };
  }

  /**
   * At the first sign-in: the operator whose email address the provider has verified, if no account there is theirs yet.
   * @returns null if there is none.
   */
  private async link(account: ProvenAccount, requestId: string): Promise<LinkedOperator | null> {
    const operator = account.email === null ? null : await this.operators.findByEmail(account.email);
    if (!operator) return null;
    const { keyId, secretHash } = newApiKey('live');
    const isLinked = await this.identities.link(account, { keyId, secretHash }, actor(operator, keyId, requestId));
    return isLinked ? { operator, isDisabled: false, keyId } : null;
  }

  /** @returns null if another sign-in of theirs was faster. */
  private async renewKey(account: ProvenAccount): Promise<string | null> {
    const { keyId, secretHash } = newApiKey('live');
    return (await this.identities.renewKey(account, { keyId, secretHash })) ? keyId : null;
  }

  private async recordRefusal({ operator, keyId, isDisabled }: LinkedOperator, requestId: string): Promise<void> {
    if (keyId === null) return;
    const code = isDisabled ? 'unauthenticated' : 'scope_missing';
    await this.refusals.run(actor(operator, keyId, requestId), 'session.open', null, code);
  }

  private refuse(refusal: SignInRefusal, why?: string): SignedIn {
    this.logger.warn({ refusal, ...(why !== undefined && { why }) }, 'sign-in refused');
    return { kind: 'refused', refusal };
  }
}

const actor = ({ id, name }: ActingOperator, keyId: string, requestId: string): RequestActor => ({
  by: 'request',
  requestId,
  keyId,
  operator: { id, name, sessionId: null },
});
