import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { projectFactsEntered } from '../../domain/audit/proof-acts.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import type { KeptProjectFacts, ProjectFacts } from '../../domain/projects/project-facts.js';
import { ProjectFactsRepository } from '../../persistence/projects/project-facts.repository.js';

/** Takes in what is known of a project from a day on. */
@Injectable()
export class EnterProjectFacts {
  constructor(private readonly facts: ProjectFactsRepository) {}

  /** What says the same as what counts already changes nothing. */
  async run(facts: ProjectFacts, by: RequestActor): Promise<KeptProjectFacts> {
    const before = await this.facts.latest(facts);
    if (before && saysTheSame(before, facts)) return before;
    const id = this.facts.nextId();
    const who = { operatorId: by.operator?.id ?? null, keyId: by.keyId };
    await this.facts.add(id, facts, who, applied(by, projectFactsEntered(id, facts)));
    const kept = await this.facts.latest(facts);
    if (!kept) throw new Error('the facts are not there after they were written');
    return kept;
  }
}

const saysTheSame = (before: KeptProjectFacts, facts: ProjectFacts): boolean =>
  isDeepStrictEqual(before, { ...facts, id: before.id, enteredBy: before.enteredBy, enteredAt: before.enteredAt });
