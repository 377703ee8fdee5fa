import type { ProjectFacts } from '../projects/project-facts.js';
import type { Act } from './act.js';
import type { ProofKept } from './act-states.js';

export const proofEntered = (
  subject: string,
  after: ProofKept & { readonly document: string },
): Act<'proof.enter'> => ({ type: 'proof.enter', subject, before: null, after });

export const claimReleased = (subject: string, before: ProofKept): Act<'proof.release'> => ({
  type: 'proof.release',
  subject,
  before,
  after: null,
});

export const projectFactsEntered = (subject: string, facts: ProjectFacts): Act<'project_facts.enter'> => ({
  type: 'project_facts.enter',
  subject,
  before: null,
  after: { registry: facts.registry, registry_project_id: facts.registryProjectId, valid_from: facts.validFrom },
});
