import { Injectable } from '@nestjs/common';
import type { ActRecord } from '../../domain/audit/act.js';
import {
  PROJECT_ACTIVITIES,
  PROJECT_SINKS,
  type KeptProjectFacts,
  type ProjectFacts,
} from '../../domain/projects/project-facts.js';
import { recordAct } from '../audit/record-act.js';
import { Database, type Transaction } from '../database/database.js';
import { readWordOrNull } from '../database/json-columns.js';
import { newId } from '../database/new-id.js';
import { Prisma } from '../generated/client.js';

export interface ProjectFactsFilter {
  readonly registry?: string;
  readonly registryProjectId?: string;
}

export type ProjectFactsPosition = readonly [registry: string, project: string, validFrom: string, id: string];

interface FactsRow {
  readonly id: string;
  readonly registry: string;
  readonly registry_project_id: string;
  readonly valid_on: string;
  readonly name: string | null;
  readonly country: string | null;
  readonly standard: string | null;
  readonly methodology: string | null;
  readonly activity: string | null;
  readonly sink: string | null;
  readonly article6_adjusted: boolean | null;
  readonly ccp_label: boolean | null;
  readonly source: string;
  readonly operator: string | null;
  readonly created_at: Date;
}

const SELECT = Prisma.sql`
  SELECT x.*, x.valid_from::text AS valid_on, p.name AS operator
  FROM project_facts x LEFT JOIN operators p ON p.id = x.operator_id`;

/** What finance knows of projects. Nothing of it is ever changed: what is entered later counts. */
@Injectable()
export class ProjectFactsRepository {
  constructor(private readonly database: Database) {}

  nextId(): string {
    return newId('fct');
  }

  /** What counts for a day; null if nothing was entered about it. */
  async latest({ registry, registryProjectId, validFrom }: ProjectFacts): Promise<KeptProjectFacts | null> {
    const [row] = await this.database.query<FactsRow>(Prisma.sql`
      ${SELECT} WHERE x.registry = ${registry}::text AND x.registry_project_id = ${registryProjectId}::text
        AND x.valid_from = ${validFrom}::date ORDER BY x.id DESC LIMIT 1`);
    return row ? factsFromRow(row) : null;
  }

  async add(
    id: string,
    facts: ProjectFacts,
    by: { readonly operatorId: string | null; readonly keyId: string },
    record: ActRecord,
  ): Promise<void> {
    await this.database.query(Prisma.sql`
      WITH added AS (
        INSERT INTO project_facts (
          id, registry, registry_project_id, valid_from, name, country, standard, methodology, activity, sink,
          article6_adjusted, ccp_label, source, operator_id, key_id)
        VALUES (
          ${id}::text, ${facts.registry}::text, ${facts.registryProjectId}::text, ${facts.validFrom}::date,
          ${facts.name}::text, ${facts.country}::text, ${facts.standard}::text, ${facts.methodology}::text,
          ${facts.activity}::text, ${facts.sink}::text, ${facts.article6Adjusted}::boolean, ${facts.ccpLabel}::boolean,
          ${facts.source}::text, ${by.operatorId}::text, ${by.keyId}::text)
        RETURNING id)
      SELECT ${recordAct(record)} AS recorded FROM added`);
  }

  /** Everything that was entered, in that order, as it is in a transaction. */
  async all(transaction: Transaction): Promise<readonly KeptProjectFacts[]> {
    const rows = await transaction.query<FactsRow>(Prisma.sql`${SELECT} ORDER BY x.id`);
    return rows.map(factsFromRow);
  }

  /** By registry, project and day, strictly after a position. */
  async list(
    { registry, registryProjectId }: ProjectFactsFilter,
    after: ProjectFactsPosition | null,
    limit: number,
  ): Promise<KeptProjectFacts[]> {
    const where = Prisma.join(
      [
        Prisma.sql`true`,
        ...(registry === undefined ? [] : [Prisma.sql`x.registry = ${registry}::text`]),
        ...(registryProjectId === undefined ? [] : [Prisma.sql`x.registry_project_id = ${registryProjectId}::text`]),
        ...(after === null
          ? []
          : [
              Prisma.sql`(x.registry, x.registry_project_id, x.valid_from, x.id)
                > (${after[0]}::text, ${after[1]}::text, ${after[2]}::date, ${after[3]}::text)`,
            ]),
      ],
      ' AND ',
    );
    const rows = await this.database.queryUnprepared<FactsRow>(Prisma.sql`
      ${SELECT} WHERE ${where} ORDER BY x.registry, x.registry_project_id, x.valid_from, x.id LIMIT ${limit}::int`);
    return rows.map(factsFromRow);
  }
}

const factsFromRow = (row: FactsRow): KeptProjectFacts => ({
  id: row.id,
  registry: row.registry,
  registryProjectId: row.registry_project_id,
  validFrom: row.valid_on,
  name: row.name,
  country: row.country,
  standard: row.standard,
  methodology: row.methodology,
  activity: readWordOrNull(PROJECT_ACTIVITIES)(row.activity),
  sink: readWordOrNull(PROJECT_SINKS)(row.sink),
  article6Adjusted: row.article6_adjusted,
  ccpLabel: row.ccp_label,
  source: row.source,
  enteredBy: row.operator,
  enteredAt: row.created_at,
});
