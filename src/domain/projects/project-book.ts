import { projectName } from '../lots/lot.js';
import type { ProjectFacts } from './project-facts.js';

/** Where a project is registered, and by which id. */
export type RegisteredProject = Pick<ProjectFacts, 'registry' | 'registryProjectId'>;

/** What finance knows of projects, to be looked up by a day. There are a few thousand projects in the world. */
export class ProjectBook {
  private readonly byName = new Map<string, ProjectFacts[]>();

  /** `facts`: in the order in which they were entered. */
  constructor(facts: readonly ProjectFacts[]) {
    for (const known of facts) {
      const name = projectName(known.registry, known.registryProjectId);
      const all = this.byName.get(name);
      if (all) all.push(known);
      else this.byName.set(name, [known]);
    }
  }

  /** What is so from the latest day that is not after this one, 2026-11-30; of several from one day, what was entered last. */
  on({ registry, registryProjectId }: RegisteredProject, day: string): ProjectFacts | null {
    const known = this.byName.get(projectName(registry, registryProjectId)) ?? [];
    return known.reduce<ProjectFacts | null>((latest, facts) => {
      if (facts.validFrom > day) return latest;
      return latest === null || facts.validFrom >= latest.validFrom ? facts : latest;
    }, null);
  }
}
