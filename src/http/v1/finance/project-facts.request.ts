import type { ProjectFactsFilter, ProjectFactsPosition } from '../../../application/projects/list-project-facts.js';
import { registryName } from '../../../domain/lots/lot.js';
import { PROJECT_ACTIVITIES, PROJECT_SINKS, type ProjectFacts } from '../../../domain/projects/project-facts.js';
import { DayField } from '../../validation/day.field.js';
import { BooleanField, EnumField, PatternField } from '../../validation/field.js';
import { PROJECT_FACTS_ID } from '../../validation/id-patterns.js';
import { PagingQuery } from '../../validation/paging.js';
import { TextField } from '../../validation/text.field.js';

const SHORT = { min: 1, max: 100 };
const LONG = { min: 1, max: 300 };

export class EnterProjectFactsRequest {
  @TextField(SHORT, { about: 'Which registry. Case and punctuation do not matter', example: 'Verra' })
  registry!: string;

  @TextField(SHORT, { about: 'Its id there', example: '1748' })
  registry_project_id!: string;

  @DayField({ about: 'The first day on which it is so', example: '2026-01-01' })
  valid_from!: string;

  @TextField(LONG, { about: 'Its name', optional: true })
  name?: string;

  @PatternField(/^[A-Z]{2}$/, 'must be two capital letters such as KE', {
    about: 'Where it is: ISO 3166, two letters',
    optional: true,
    example: 'KE',
  })
  country?: string;

  @TextField(SHORT, { about: 'The standard that it is certified under', optional: true, example: 'VCS' })
  standard?: string;

  @TextField(SHORT, { about: 'And by which methodology', optional: true, example: 'VM0042' })
  methodology?: string;

  @EnumField(PROJECT_ACTIVITIES, { about: 'Whether it removes carbon or keeps it from being emitted', optional: true })
  activity?: (typeof PROJECT_ACTIVITIES)[number];

  @EnumField(PROJECT_SINKS, { about: 'Of a removal: where the carbon is kept', optional: true })
  sink?: (typeof PROJECT_SINKS)[number];

  @BooleanField({ about: 'Whether its host country adjusts its own balance (Article 6)', optional: true })
  article6_adjusted?: boolean;

  @BooleanField({ about: 'Whether it has the label of the Core Carbon Principles', optional: true })
  ccp_label?: boolean;

  @TextField(LONG, { about: 'Where you have it from', example: 'Public registry entry, read on 26 November 2026' })
  source!: string;
}

/** Expects a valid request. */
export const projectFactsFrom = (request: EnterProjectFactsRequest): ProjectFacts => ({
  registry: registryName(request.registry),
  registryProjectId: request.registry_project_id,
  validFrom: request.valid_from,
  name: request.name ?? null,
  country: request.country ?? null,
  standard: request.standard ?? null,
  methodology: request.methodology ?? null,
  activity: request.activity ?? null,
  sink: request.sink ?? null,
  article6Adjusted: request.article6_adjusted ?? null,
  ccpLabel: request.ccp_label ?? null,
  source: request.source,
});

export class ListProjectFactsRequest extends PagingQuery {
  @TextField(SHORT, { about: 'Only those of this registry', optional: true, example: 'Verra' })
  registry?: string;

  @TextField(SHORT, { about: 'Only those of the project with this id', optional: true, example: '1748' })
  registry_project_id?: string;
}

export const projectFactsFilterFrom = (query: ListProjectFactsRequest): ProjectFactsFilter => ({
  ...(query.registry !== undefined && { registry: registryName(query.registry) }),
  ...(query.registry_project_id !== undefined && { registryProjectId: query.registry_project_id }),
});

/** @returns null if the parts are not a position */
export const projectFactsPositionFrom = (parts: readonly string[]): ProjectFactsPosition | null => {
  const [registry, project, validFrom, id] = parts;
  if (parts.length !== 4 || registry === undefined || project === undefined || id === undefined) return null;
  if (validFrom === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(validFrom) || Number.isNaN(Date.parse(validFrom)))
    return null;
  if (!PROJECT_FACTS_ID.test(id) || [registry, project].some((text) => text.includes('\0'))) return null;
  return [registry, project, validFrom, id];
};
