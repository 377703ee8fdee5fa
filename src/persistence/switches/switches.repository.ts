import { Injectable } from '@nestjs/common';
import type { ActRecord } from '../../domain/audit/act.js';
import {
  SWITCH_OPERATION_NAMES,
  SWITCH_STATE_NAMES,
  type Switch,
  type SwitchScope,
  type SwitchState,
} from '../../domain/switches/switch.js';
import { recordAct } from '../audit/record-act.js';
import { Database } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { newId } from '../database/new-id.js';
import { Prisma } from '../generated/client.js';

export interface NewSwitch {
  readonly id: string;
  readonly scope: SwitchScope;
  readonly reason: string;
  readonly ownerId: string | null;
  readonly until: Date;
}

/** `isNew` false: one of the same scope that lasts as long was on already, and nothing was written. */
export interface TurnedOn {
  readonly id: string;
  readonly until: Date;
  readonly isNew: boolean;
}

/** There is no such tenant. */
export class UnknownTenantError extends Error {
  override readonly name = 'UnknownTenantError';
}

const IS_ON = Prisma.sql`s.off_at IS NULL AND s.until > now()`;

const SELECT = Prisma.sql`
  SELECT s.*, CASE WHEN s.off_at IS NOT NULL THEN 'off' WHEN ${IS_ON} THEN 'on' ELSE 'ended' END AS state,
         owner.name AS owner_name, proposer.name AS proposer_name, decider.name AS off_name, now() AS read_at
  FROM switches s
  LEFT JOIN operators owner ON owner.id = s.owner_id
  LEFT JOIN operators proposer ON proposer.id = s.off_proposed_by
  LEFT JOIN operators decider ON decider.id = s.off_by`;

/** What people have switched off. What stands in the way of a send is read with it: `switch-rows.ts`. */
@Injectable()
export class SwitchesRepository {
  constructor(private readonly database: Database) {}

  nextId(): string {
    return newId('swi');
  }

  /**
   * Once it resolves, every attempt that was begun before is committed, and none begins any more: see
   * `switch_before_send`. Rejects with UnknownTenantError.
   */
  async turnOn({ id, scope, reason, ownerId, until }: NewSwitch, record: ActRecord): Promise<TurnedOn> {
    const row = {
      id,
      provider: scope.provider,
      tenant_id: scope.tenantId,
      operation: scope.operation,
      reason,
      owner_id: ownerId,
      until,
    };
    const [made] = await this.database
      .query<{ id: string; until: Date; is_new: boolean }>(
        Prisma.sql`
        WITH made AS MATERIALIZED (SELECT * FROM turn_switch_on(${JSON.stringify(row)}::jsonb))
        SELECT m.id, m.until, m.is_new, CASE WHEN m.is_new THEN ${recordAct(record)} END AS recorded FROM made m`,
      )
      .catch((thrown: unknown) => {
        throw isUnknownTenant(thrown) ? new UnknownTenantError('there is no such tenant', { cause: thrown }) : thrown;
      });
    if (!made) throw new Error('turn_switch_on returned no row');
    return { id: made.id, until: made.until, isNew: made.is_new };
  }

  /** @returns null if there is no such switch. */
  async find(id: string): Promise<{ readonly found: Switch; readonly now: Date } | null> {
    const [row] = await this.database.query<SwitchRow>(Prisma.sql`${SELECT} WHERE s.id = ${id}::text`);
    return row ? { found: switchFromRow(row), now: row.read_at } : null;
  }

  /** Those that are on, the oldest first. */
  async standing(): Promise<Switch[]> {
    const rows = await this.database.query<SwitchRow>(Prisma.sql`${SELECT} WHERE ${IS_ON} ORDER BY s.on_at, s.id`);
    return rows.map(switchFromRow);
  }

  /** Newest first, before the one of this id, at most `limit`. */
  async list(state: SwitchState | null, before: string | null, limit: number): Promise<Switch[]> {
    const rows = await this.database.query<SwitchRow>(Prisma.sql`
      ${SELECT}
      WHERE (${state}::text IS NULL
             OR ${state}::text = CASE WHEN s.off_at IS NOT NULL THEN 'off' WHEN ${IS_ON} THEN 'on' ELSE 'ended' END)
        AND (${before}::text IS NULL OR s.id < ${before}::text)
      ORDER BY s.id DESC LIMIT ${limit}::int`);
    return rows.map(switchFromRow);
  }

  /**
   * Writes that a person would turn it off, in place of a proposal that is too old. @returns false if it is off or has
   * ended, or another proposal came first.
   */
  async proposeOff(found: Switch, by: { operatorId: string; reason: string }, record: ActRecord): Promise<boolean> {
    return this.change(
      found,
      Prisma.sql`off_proposed_by = ${by.operatorId}::text, off_proposed_at = now(), off_proposal = ${by.reason}::text`,
      record,
    );
  }

  /**
   * @returns false if it is off already or has ended, its proposal is not the one that was read, or one of those who stand
   * for it may not act any more.
   */
  async turnOff(found: Switch, by: { operatorId: string; reason: string }, record: ActRecord): Promise<boolean> {
    return this.change(
      found,
      Prisma.sql`off_at = now(), off_by = ${by.operatorId}::text, off_reason = ${by.reason}::text`,
      record,
      Prisma.sql`AND may_act(${by.operatorId}::text, 'ops:act')
        AND (s.provider IS NOT NULL OR s.tenant_id IS NOT NULL OR may_act(s.off_proposed_by, 'ops:act'))`,
    );
  }

  private async change(
    { id, offProposal }: Switch,
    set: Prisma.Sql,
    record: ActRecord,
    onlyIf = Prisma.empty,
  ): Promise<boolean> {
    const changed = await this.database.query(Prisma.sql`
      WITH changed AS (
        UPDATE switches s SET ${set}
        WHERE s.id = ${id}::text AND ${IS_ON}
          AND s.off_proposed_by IS NOT DISTINCT FROM ${offProposal?.by.id ?? null}::text
          AND s.off_proposed_at IS NOT DISTINCT FROM ${offProposal?.at ?? null}::timestamptz
          ${onlyIf}
        RETURNING s.id)
      SELECT id, ${recordAct(record)} AS recorded FROM changed`);
    return changed.length === 1;
  }
}

const isUnknownTenant = (thrown: unknown): boolean =>
  typeof thrown === 'object' &&
  thrown !== null &&
  'constraint' in thrown &&
  thrown.constraint === 'switches_tenant_id_fkey';

interface SwitchRow {
  readonly id: string;
  readonly provider: string | null;
  readonly tenant_id: string | null;
  readonly operation: string;
  readonly reason: string;
  readonly owner_id: string | null;
  readonly owner_name: string | null;
  readonly on_at: Date;
  readonly until: Date;
  readonly state: string;
  readonly off_proposed_by: string | null;
  readonly proposer_name: string | null;
  readonly off_proposed_at: Date | null;
  readonly off_proposal: string | null;
  readonly off_at: Date | null;
  readonly off_by: string | null;
  readonly off_name: string | null;
  readonly off_reason: string | null;
  readonly read_at: Date;
}

const personAt = (id: string | null, name: string | null, at: Date | null, reason: string | null): Switch['off'] =>
  id === null || at === null ? null : { by: { id, name: name ?? '' }, at, reason: reason ?? '' };

const switchFromRow = (row: SwitchRow): Switch => ({
  id: row.id,
  scope: {
    provider: row.provider,
    tenantId: row.tenant_id,
    operation: readWord(SWITCH_OPERATION_NAMES)(row.operation),
  },
  reason: row.reason,
  owner: row.owner_id === null ? null : { id: row.owner_id, name: row.owner_name ?? '' },
  onAt: row.on_at,
  until: row.until,
  state: readWord(SWITCH_STATE_NAMES)(row.state),
  offProposal: personAt(row.off_proposed_by, row.proposer_name, row.off_proposed_at, row.off_proposal),
  off: personAt(row.off_by, row.off_name, row.off_at, row.off_reason),
});
