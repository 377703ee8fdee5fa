import type { Example } from '../../openapi/api-responses.decorator.js';
import type { ProjectFactsListResponse, ProjectFactsResponse } from './project-facts.response.js';

export const PROJECT_FACTS: Example<ProjectFactsResponse> = {
  id: 'fct_01m8c4d1f4fwh9xk4r0gq6e7cc',
  registry: 'verra',
  registry_project_id: '1748',
  valid_from: '2026-01-01',
  name: 'Southern Forest',
  country: 'KH',
  standard: 'VCS',
  methodology: 'VM0009',
  activity: 'reduction',
  sink: null,
  article6_adjusted: false,
  ccp_label: null,
  source: 'Public registry entry, read on 26 November 2026',
  entered_by: 'Ann',
  entered_at: '2026-11-26T14:20:11.005Z',
};

export const PROJECT_FACTS_PAGE: Example<ProjectFactsListResponse> = {
  data: [PROJECT_FACTS],
  next_cursor: 'WyJ2ZXJyYSIsIjE3NDgiLCIyMDI2LTAxLTAxIiwiZmN0XzAxbThjNGQxZjRmd2g5eGs0cjBncTZlN2NjIl0',
};

export const ENTER_PROJECT_FACTS_EXAMPLES = {
  reduction: {
    summary: 'As the registry has them',
    value: {
      registry: 'Verra',
      registry_project_id: '1748',
      valid_from: '2026-01-01',
      name: 'Southern Forest',
      country: 'KH',
      standard: 'VCS',
      methodology: 'VM0009',
      activity: 'reduction',
      article6_adjusted: false,
      source: 'Public registry entry, read on 26 November 2026',
    },
  },
};
