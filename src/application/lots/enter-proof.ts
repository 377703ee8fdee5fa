import { Injectable } from '@nestjs/common';
import { applied, type ActRecord } from '../../domain/audit/act.js';
import { proofEntered } from '../../domain/audit/proof-acts.js';
import { AppError } from '../../domain/errors.js';
import { isRefused, type Proof, type ProofField, type ProofToKeep } from '../../domain/lots/proof.js';
import { disagreements, wantedFrom, type StatedProof } from '../../domain/lots/stated-proof.js';
import { grams, readableMass } from '../../domain/mass.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import type { Order } from '../../domain/orders/order.js';
import type { TenantScope } from '../../persistence/orders/orders.repository.js';
import { PoolProofsRepository } from '../../persistence/lots/pool-proofs.repository.js';
import { ProofsRepository, type Kept } from '../../persistence/lots/proofs.repository.js';
import { FindOrder } from '../orders/find-order.js';
import { OpenMonths } from '../periods/open-months.js';
import { transfersOf } from './claim-lots.js';

export interface EnteredProof {
  readonly stated: StatedProof;
  /** What proves nothing is kept all the same, as a fact to be settled. */
  readonly recordAnyway: boolean;
  readonly idempotencyKey: string;
  readonly fingerprint: Uint8Array;
}

/** Takes in a document by which credits of an order are retired, as a person typed it, and claims what it proves. */
@Injectable()
export class EnterProof {
  constructor(
    private readonly find: FindOrder,
    private readonly proofs: ProofsRepository,
    private readonly poolProofs: PoolProofsRepository,
    private readonly months: OpenMonths,
  ) {}

  /** @returns the proof, and whether it was entered before with this key. */
  async run(
    orderId: string,
    scope: TenantScope,
    entered: EnteredProof,
    by: RequestActor,
  ): Promise<{ readonly proof: Proof; readonly replayed: boolean }> {
    const order = await this.find.run(orderId, scope);
    const earlier = await this.proofs.findByKey(by.keyId, entered.idempotencyKey);
    if (earlier.id !== null) {
      if (Buffer.compare(earlier.fingerprint ?? new Uint8Array(), entered.fingerprint) === 0)
        return { proof: await this.read(earlier.id), replayed: true };
      throw new AppError('idempotency_key_reused', 'The Idempotency-Key was used before with another proof.');
    }
    if (order.status !== 'retired' && order.status !== 'completed')
      throw new AppError('order_not_retired', `The order is ${order.status}: there is nothing to prove yet.`, {
        orderId,
      });
    if (order.poolRole === 'purchase' && order.pool?.status !== 'allocated')
      throw new AppError(
        'order_not_retired',
        'The members of the pool have nothing of it yet. Try again in a minute.',
        { orderId },
      );
    return this.enter(order, entered, by, earlier.now);
  }

  private async enter(
    order: Order,
    { stated, recordAnyway, idempotencyKey, fingerprint }: EnteredProof,
    by: RequestActor,
    now: Date,
  ): Promise<{ readonly proof: Proof; readonly replayed: boolean }> {
    const errors = disagreements(order, stated);
    if (errors && !recordAnyway) throw disagrees(order.id, errors);
    const forMembers = order.poolRole === 'purchase' && errors === null;
    const outcome = errors ? ('proof_disagrees' as const) : forMembers ? ('for_members' as const) : null;
    const proof: ProofToKeep = {
      ...wantedFrom(stated),
      id: this.proofs.nextId(),
      orderId: order.id,
      effectiveAt: now,
      told: null,
      outcome,
      disagreeing: Object.keys(errors ?? {}) as ProofField[],
      entered: {
        documentSha256: stated.documentSha256,
        operatorId: by.operator?.id ?? null,
        keyId: by.keyId,
        idempotencyKey,
        fingerprint,
      },
    };
    await this.months.run([now]);
    const act = proofEntered(order.id, { proof: proof.id, grams: stated.mass, document: stated.documentSha256 });
    const record = applied(by, act);
    const kept = forMembers
      ? await this.enterForMembers(order, proof, record, recordAnyway)
      : await this.proofs.enter(proof, transfersOf(order, proof), !recordAnyway, record);
    if (kept.id === proof.id && isRefused(kept.outcome) && !recordAnyway) throw refusalOf(order.id, kept);
    return { proof: await this.read(kept.id), replayed: kept.id !== proof.id };
  }

  /** What its members have of it has proofs of their own. */
  private async enterForMembers(
    { provider }: Order,
    proof: ProofToKeep,
    record: ActRecord,
    recordAnyway: boolean,
  ): Promise<Kept> {
    const kept = await this.poolProofs.enter(
      proof,
      ({ proofId, orderId, tenantId, mass }) =>
        transfersOf({ id: orderId, tenantId, provider }, { ...proof, id: proofId, mass }),
      record,
    );
    if (kept.id !== proof.id || !isRefused(kept.outcome) || !recordAnyway) return kept;
    return this.proofs.enter({ ...proof, outcome: kept.outcome }, [], false, record);
  }

  private async read(id: string): Promise<Proof> {
    const found = await this.proofs.find(id, 'all_tenants');
    if (!found) throw new Error('the proof is not there after it was written');
    return found.proof;
  }
}

const disagrees = (orderId: string, errors: Readonly<Record<string, readonly string[]>>): AppError =>
  new AppError(
    'proof_disagrees',
    `The document is about something else than the order: see errors. Nothing was taken in.`,
    { orderId, errors },
  );

const refusalOf = (orderId: string, { outcome, roomGrams }: Kept): AppError => {
  const room = roomGrams === null || roomGrams <= 0 ? null : grams(roomGrams);
  const left = room === null ? 'nothing' : readableMass(room);
  switch (outcome) {
    case 'serial_overclaimed':
      return new AppError('serial_overclaimed', `Of these serial numbers ${left} is left. Nothing was taken in.`, {
        orderId,
        numbers: { available: room },
      });
    case 'serial_overlap':
      return new AppError(
        'serial_overlap',
        'These serial numbers overlap others that are claimed, and are not the same range. Nothing was taken in.',
        { orderId },
      );
    case 'proof_disagrees':
    case 'serial_unverified':
    case 'for_members':
    case 'claimed':
      return disagrees(orderId, { mass: [`is more than what is not proven yet of the order: ${left}`] });
  }
};
