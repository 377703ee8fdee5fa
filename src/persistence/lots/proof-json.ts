import { wantedOutcome, type ProofToKeep } from '../../domain/lots/proof.js';

/** As columns of `proofs`. */
export const proofColumns = (proof: ProofToKeep): object => {
  const { lot, told, entered } = proof;
  return {
    id: proof.id,
    order_id: proof.orderId,
    event_sequence: told?.sequence ?? null,
    part: told?.part ?? null,
    registry: lot.registry,
    serial: proof.serial,
    block: lot.block,
    span: lot.span && `[${lot.span.first},${lot.span.last}]`,
    capacity_grams: proof.capacityGrams?.toString() ?? null,
    grams: proof.mass,
    registry_project_id: lot.registryProjectId,
    outcome: proof.outcome ?? wantedOutcome(proof),
    disagreeing: proof.disagreeing,
    effective_at: proof.effectiveAt,
    document_sha256: entered && `\\x${entered.documentSha256}`,
    operator_id: entered?.operatorId ?? null,
    key_id: entered?.keyId ?? null,
    idempotency_key: entered?.idempotencyKey ?? null,
    fingerprint: entered && `\\x${Buffer.from(entered.fingerprint).toString('hex')}`,
  };
};
