import { Injectable } from '@nestjs/common';
import type { ActRecord } from '../../domain/audit/act.js';
import { PROPOSAL_MS } from '../../domain/operators/proposal.js';
import { DECISION_NAMES, REFUSALS, type Evidence, type Refusal } from '../../domain/resolutions/decisions.js';
import type { Finding } from '../../domain/resolutions/permitted.js';
import {
  RESOLUTION_STATE_NAMES,
  type NewResolution,
  type Resolution,
  type ResolutionState,
} from '../../domain/resolutions/resolution.js';
import { recordAct } from '../audit/record-act.js';
import { Database } from '../database/database.js';
import {
  readFlag,
  readList,
  readObject,
  readObjectOrNull,
  readText,
  readTextOrNull,
  readWord,
  readWordOrNull,
} from '../database/json-columns.js';
import { newId } from '../database/new-id.js';
import { Prisma } from '../generated/client.js';
import { insertResolution } from './resolution-writes.js';

/** Another proposal for the order is open, or was written under the same key. Nothing was written. */
export class ProposalOpenError extends Error {
  override readonly name = 'ProposalOpenError';
}

const SELECT = Prisma.sql`
  SELECT r.*, r.state = 'proposed' AND r.expires_at <= now() AS has_expired, p.name AS proposer, d.name AS decider
  FROM resolutions r LEFT JOIN operators p ON p.id = r.proposed_by LEFT JOIN operators d ON d.id = r.decided_by`;

/** The decisions on orders. Those that change an order are written with it: see `resolution-writes.ts`. */
@Injectable()
export class ResolutionsRepository {
  constructor(private readonly database: Database) {}

  /** The id of a decision that is about to be written. */
  nextId(): string {
    return newId('res');
  }

  /** @returns null if there is no such resolution. */
  find(id: string): Promise<Resolution | null> {
    return this.one(Prisma.sql`r.id = ${id}::text`);
  }

  /** What was proposed under this key before, and with which request. @returns null if nothing was. */
  async findByKey(
    keyId: string,
    idempotencyKey: string,
  ): Promise<{ readonly resolution: Resolution; readonly fingerprint: Uint8Array } | null> {
    const [row] = await this.database.query<ResolutionRow>(Prisma.sql`
      ${SELECT} WHERE r.proposed_key_id = ${keyId}::text AND r.idempotency_key = ${idempotencyKey}::text`);
    return row ? { resolution: resolutionFromRow(row), fingerprint: row.fingerprint } : null;
  }

  /** Of one order, newest first. */
  async ofOrder(orderId: string, limit: number): Promise<Resolution[]> {
    const rows = await this.database.query<ResolutionRow>(Prisma.sql`
      ${SELECT} WHERE r.order_id = ${orderId}::text ORDER BY r.proposed_at DESC, r.id DESC LIMIT ${limit}::int`);
    return rows.map(resolutionFromRow);
  }

  /** In a state, newest first, before the one of this id. */
  async list(state: ResolutionState, before: string | null, limit: number): Promise<Resolution[]> {
    const rows = await this.database.query<ResolutionRow>(Prisma.sql`
      ${SELECT} WHERE r.state = ${state}::text AND (r.state <> 'proposed' OR r.expires_at > now()) AND (${before}::text IS NULL OR r.id < ${before}::text)
      ORDER BY r.id DESC LIMIT ${limit}::int`);
    return rows.map(resolutionFromRow);
  }

  /**
   * Writes a proposal, if the order is still of the version that it is about.
   * @returns false if it is not. Rejects with ProposalOpenError if another one is open.
   */
  async propose(resolution: NewResolution, record: ActRecord): Promise<boolean> {
    const { orderId, orderVersion } = resolution;
    await this.expire(orderId);
    const source = Prisma.sql`held`;
    const recorded = await this.database
      .query(
        Prisma.sql`
        WITH held AS MATERIALIZED (
          SELECT o.id FROM orders o WHERE o.id = ${orderId}::text AND o.version = ${orderVersion}::int FOR NO KEY UPDATE),
        proposed AS (${insertResolution(resolution, { state: 'proposed', expiresMs: PROPOSAL_MS }, source)})
        SELECT ${recordAct(record)} FROM proposed`,
      )
      .catch((thrown: unknown) => {
        throw isOpen(thrown) ? new ProposalOpenError('another proposal is open', { cause: thrown }) : thrown;
      });
    return recorded.length === 1;
  }

  /** Ends a proposal without a change of its order. @returns false if it was decided on before. */
  async close(
    id: string,
    outcome: {
      readonly state: 'rejected' | 'withdrawn' | 'overtaken';
      readonly operatorId: string | null;
      readonly note: string | null;
      readonly refusal: Refusal | null;
      readonly findings: readonly Finding[] | null;
    },
    record: ActRecord | null,
  ): Promise<boolean> {
    const closed = await this.database.query(Prisma.sql`
      WITH closed AS (
        UPDATE resolutions r SET
          state = ${outcome.state}::text, decided_by = ${outcome.operatorId}::text, decided_at = now(),
          decided_note = ${outcome.note}::text, refusal = ${outcome.refusal}::text,
          decided_findings = ${outcome.findings && JSON.stringify(outcome.findings)}::jsonb
        WHERE r.id = ${id}::text AND r.state = 'proposed' AND r.expires_at > now() RETURNING r.id)
      SELECT id ${record ? Prisma.sql`, ${recordAct(record)} AS recorded` : Prisma.empty} FROM closed`);
    return closed.length === 1;
  }

  /** A proposal whose time is over makes room for the next. */
  private async expire(orderId: string): Promise<void> {
    await this.database.execute(Prisma.sql`
      UPDATE resolutions SET state = 'expired', decided_at = now()
      WHERE order_id = ${orderId}::text AND state = 'proposed' AND expires_at <= now()`);
  }

  private async one(condition: Prisma.Sql): Promise<Resolution | null> {
    const [row] = await this.database.query<ResolutionRow>(Prisma.sql`${SELECT} WHERE ${condition}`);
    return row ? resolutionFromRow(row) : null;
  }
}

const isOpen = (thrown: unknown): boolean =>
  typeof thrown === 'object' &&
  thrown !== null &&
  'constraint' in thrown &&
  (thrown.constraint === 'resolutions_open' || thrown.constraint === 'resolutions_proposed_key_id_idempotency_key_key');

interface ResolutionRow {
  readonly id: string;
  readonly order_id: string;
  readonly decision: string;
  readonly state: string;
  readonly has_expired: boolean;
  readonly steps: number;
  readonly order_version: number;
  readonly evidence: unknown;
  readonly reason: string;
  readonly findings: unknown;
  readonly proposed_by: string | null;
  readonly proposer: string | null;
  readonly proposed_key_id: string;
  readonly fingerprint: Uint8Array;
  readonly proposed_at: Date;
  readonly expires_at: Date | null;
  readonly decided_by: string | null;
  readonly decider: string | null;
  readonly decided_at: Date | null;
  readonly decided_note: string | null;
  readonly decided_findings: unknown;
  readonly refusal: string | null;
}

const REFUSAL_NAMES = Object.keys(REFUSALS) as Refusal[];

const readEvidence = (value: unknown): Evidence =>
  readObject({
    providerOrderId: readTextOrNull,
    cancelled: readList(readText),
    refunded: readList(readText),
    kept: readList(readText),
    statement: readObjectOrNull({
      from: readText,
      receivedAt: readText,
      quote: readText,
      ticket: readTextOrNull,
      fileSha256: readTextOrNull,
    }),
  })(value);

const readFindings = readList(readObject({ check: readWord(REFUSAL_NAMES), wants: readText, ok: readFlag }));

const person = (id: string | null, name: string | null): Resolution['proposedBy'] =>
  id === null ? null : { id, name: name ?? '' };

const resolutionFromRow = (row: ResolutionRow): Resolution => ({
  id: row.id,
  orderId: row.order_id,
  decision: readWord(DECISION_NAMES)(row.decision),
  state: row.has_expired ? 'expired' : readWord(RESOLUTION_STATE_NAMES)(row.state),
  steps: row.steps === 1 ? 1 : 2,
  orderVersion: row.order_version,
  evidence: readEvidence(row.evidence),
  reason: row.reason,
  findings: readFindings(row.findings),
  proposedBy: person(row.proposed_by, row.proposer),
  proposedKeyId: row.proposed_key_id,
  proposedAt: row.proposed_at,
  expiresAt: row.expires_at,
  decidedBy: person(row.decided_by, row.decider),
  decidedAt: row.decided_at,
  decidedNote: row.decided_note,
  decidedFindings: row.decided_findings === null ? null : readFindings(row.decided_findings),
  refusal: readWordOrNull(REFUSAL_NAMES)(row.refusal),
});
