import type { Proof } from '../../../domain/lots/proof.js';
import { grams } from '../../../domain/mass.js';
import { presentMass } from '../../values/mass.presenter.js';
import { presentTime } from '../../values/time.presenter.js';
import type { ProofResponse } from './proof.response.js';

export const presentProof = (proof: Proof): ProofResponse => ({
  id: proof.id,
  order_id: proof.orderId,
  source: proof.told ? 'provider' : 'person',
  outcome: proof.outcome,
  registry: proof.registry,
  serial: proof.serial,
  registry_project_id: proof.registryProjectId,
  mass: proof.mass && presentMass(proof.mass),
  left: proof.roomGrams !== null && proof.roomGrams > 0 ? presentMass(grams(proof.roomGrams)) : null,
  disagreeing: proof.disagreeing,
  document_sha256: proof.documentSha256,
  entered_by: proof.enteredBy,
  at: presentTime(proof.keptAt),
  released_at: proof.releasedAt && presentTime(proof.releasedAt),
});
