import { Injectable } from '@nestjs/common';
import type { KeptProjectFacts } from '../../domain/projects/project-facts.js';
import {
  ProjectFactsRepository,
  type ProjectFactsFilter,
  type ProjectFactsPosition,
} from '../../persistence/projects/project-facts.repository.js';

export type { ProjectFactsFilter, ProjectFactsPosition };

/** What finance knows of projects, with all that was entered before. */
@Injectable()
export class ListProjectFacts {
  constructor(private readonly facts: ProjectFactsRepository) {}

  async run(
    filter: ProjectFactsFilter,
    after: ProjectFactsPosition | null,
    limit: number,
  ): Promise<{ readonly facts: readonly KeptProjectFacts[]; readonly next: ProjectFactsPosition | null }> {
    const found = await this.facts.list(filter, after, limit + 1);
    const facts = found.slice(0, limit);
    const last = facts.at(-1);
    const next: ProjectFactsPosition | null =
      found.length > limit && last ? [last.registry, last.registryProjectId, last.validFrom, last.id] : null;
    return { facts, next };
  }
}
