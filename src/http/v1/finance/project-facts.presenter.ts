import type { KeptProjectFacts } from '../../../domain/projects/project-facts.js';
import { presentTime } from '../../values/time.presenter.js';
import type { ProjectFactsResponse } from './project-facts.response.js';

export const presentProjectFacts = (facts: KeptProjectFacts): ProjectFactsResponse => ({
  id: facts.id,
  registry: facts.registry,
  registry_project_id: facts.registryProjectId,
  valid_from: facts.validFrom,
  name: facts.name,
  country: facts.country,
  standard: facts.standard,
  methodology: facts.methodology,
  activity: facts.activity,
  sink: facts.sink,
  article6_adjusted: facts.article6Adjusted,
  ccp_label: facts.ccpLabel,
  source: facts.source,
  entered_by: facts.enteredBy,
  entered_at: presentTime(facts.enteredAt),
});
