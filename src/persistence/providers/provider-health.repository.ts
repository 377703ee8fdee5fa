import { Injectable } from '@nestjs/common';
import {
  FAILURES_TO_PAUSE,
  SHARED_PAUSE_REASONS,
  type Pause,
  type PauseReason,
} from '../../domain/providers/throttle.js';
import { OPERATION_CLASSES, type OperationClass, type ProviderId } from '../../domain/providers/calls.js';
import type { StandingSwitch, SwitchOperation } from '../../domain/switches/switch.js';
import { Database } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import { readStandingSwitch, STANDING_SWITCH } from '../switches/switch-rows.js';

interface PauseRow {
  readonly provider: string;
  readonly pause_reason: string;
  readonly paused_at: Date;
  readonly probe_at: Date;
  readonly probe_in_ms: number;
}

const PAUSE_COLUMNS = Prisma.sql`
  h.provider, h.pause_reason, h.paused_at, h.probe_at,
  GREATEST(0, EXTRACT(EPOCH FROM h.probe_at - now()) * 1000)::float8 AS probe_in_ms`;

const pauseFromRow = (row: PauseRow): Pause => ({
  reason: readWord(SHARED_PAUSE_REASONS)(row.pause_reason),
  since: row.paused_at,
  probeAt: row.probe_at,
  probeInMs: row.probe_in_ms,
});

/** A class of calls to a provider. What there is none of has no failures and is not paused. */
export interface ClassHealth {
  readonly provider: string;
  readonly operationClass: OperationClass;
  /** In a row without a response. */
  readonly failures: number;
  readonly pause: Pause | null;
}

/** Failures and pauses of each provider, by class of calls, shared by all processes. */
@Injectable()
export class ProviderHealthRepository {
  constructor(private readonly database: Database) {}

  /** @returns null if purchases at the provider are not paused. */
  async pauseOf(provider: ProviderId): Promise<Pause | null> {
    return (await this.pauses('purchases')).get(provider) ?? null;
  }

  /** What keeps purchases of a tenant from the provider: a pause, and a switch. Null for neither. */
  async stopsOf(
    provider: ProviderId,
    tenantId: string,
    operation: SwitchOperation,
  ): Promise<{ readonly pause: Pause | null; readonly switchedOff: StandingSwitch | null }> {
    const [row] = await this.database.query<{ [K in keyof PauseRow]: PauseRow[K] | null } & { switched_off: unknown }>(
      Prisma.sql`
      SELECT ${PAUSE_COLUMNS},
             (SELECT ${STANDING_SWITCH} FROM standing_switch(${provider}::text, ${tenantId}::text, ${operation}::text) s)
               AS switched_off
      FROM (SELECT 1) AS always LEFT JOIN provider_health h
        ON h.provider = ${provider}::text AND h.operation_class = 'purchases' AND h.pause_reason IS NOT NULL`,
    );
    const pause = row && row.pause_reason !== null ? pauseFromRow(row as PauseRow) : null;
    return { pause, switchedOff: readStandingSwitch(row?.switched_off) };
  }

  /** Of every class of every provider. */
  async read(): Promise<readonly ClassHealth[]> {
    const rows = await this.database.query<
      { [K in keyof PauseRow]: PauseRow[K] | null } & { provider: string; operation_class: string; failures: number }
    >(Prisma.sql`SELECT ${PAUSE_COLUMNS}, h.operation_class, h.failures FROM provider_health h`);
    return rows.map(({ operation_class: operationClass, failures, ...row }) => ({
      provider: row.provider,
      operationClass: readWord(OPERATION_CLASSES)(operationClass),
      failures,
      pause: row.pause_reason === null ? null : pauseFromRow(row as PauseRow),
    }));
  }

  async pauses(operationClass: OperationClass): Promise<ReadonlyMap<string, Pause>> {
    const rows = await this.database.query<PauseRow>(Prisma.sql`
      SELECT ${PAUSE_COLUMNS} FROM provider_health h
      WHERE h.operation_class = ${operationClass}::text AND h.pause_reason IS NOT NULL`);
    return new Map(rows.map((row) => [row.provider, pauseFromRow(row)]));
  }

  /**
   * Stops the class of calls for `ms`. A pause that is prolonged keeps the time it began.
   * @returns whether it began now.
   */
  async pause(provider: ProviderId, operationClass: OperationClass, reason: PauseReason, ms: number): Promise<boolean> {
    return this.hasBegun(Prisma.sql`
      INSERT INTO provider_health (provider, operation_class, pause_reason, paused_at, probe_at)
      VALUES (${provider}::text, ${operationClass}::text, ${reason}::text, now(), ${inMs(ms)})
      ON CONFLICT (provider, operation_class) DO UPDATE SET
        pause_reason = EXCLUDED.pause_reason,
        paused_at = COALESCE(provider_health.paused_at, EXCLUDED.paused_at),
        probe_at = EXCLUDED.probe_at`);
  }

  /** The same, but a pause that there is stays as it is: reads that keep failing must not put its probe off. */
  async pauseUnlessPaused(
    provider: ProviderId,
    operationClass: OperationClass,
    reason: PauseReason,
    ms: number,
  ): Promise<boolean> {
    const paused = await this.database.execute(Prisma.sql`
      INSERT INTO provider_health AS h (provider, operation_class, pause_reason, paused_at, probe_at)
      VALUES (${provider}::text, ${operationClass}::text, ${reason}::text, now(), ${inMs(ms)})
      ON CONFLICT (provider, operation_class) DO UPDATE SET
        pause_reason = EXCLUDED.pause_reason, paused_at = EXCLUDED.paused_at, probe_at = EXCLUDED.probe_at
      WHERE h.pause_reason IS NULL`);
    return paused === 1;
  }

  /**
   * Counts a call without a response; enough of them in a row pause the class for `ms`. It never shortens a pause, so
   * no second probe starts beside a running one.
   * @returns whether a pause began now.
   */
  async countFailure(provider: ProviderId, operationClass: OperationClass, ms: number): Promise<boolean> {
    const isEnough = Prisma.sql`provider_health.failures + 1 >= ${FAILURES_TO_PAUSE}::int`;
    return this.hasBegun(Prisma.sql`
      INSERT INTO provider_health (provider, operation_class, failures) VALUES (${provider}::text, ${operationClass}::text, 1)
      ON CONFLICT (provider, operation_class) DO UPDATE SET
        failures = provider_health.failures + 1,
        pause_reason = CASE WHEN ${isEnough} THEN COALESCE(provider_health.pause_reason, 'unavailable')
                            ELSE provider_health.pause_reason END,
        paused_at = CASE WHEN ${isEnough} THEN COALESCE(provider_health.paused_at, now()) ELSE provider_health.paused_at END,
        probe_at = CASE WHEN ${isEnough} THEN GREATEST(provider_health.probe_at, ${inMs(ms)})
                        ELSE provider_health.probe_at END`);
  }

  /**
   * The provider responded: clears the failures and the pause of the class.
   * @returns whether it was paused.
   */
  async resume(provider: ProviderId, operationClass: OperationClass): Promise<boolean> {
    const resumed = await this.database.query<{ was_paused: boolean }>(Prisma.sql`
      UPDATE provider_health h SET failures = 0, pause_reason = NULL, paused_at = NULL, probe_at = NULL
      FROM (
        SELECT provider, operation_class, pause_reason IS NOT NULL AS was_paused FROM provider_health
        WHERE provider = ${provider}::text AND operation_class = ${operationClass}::text
          AND (failures > 0 OR pause_reason IS NOT NULL)
        FOR UPDATE) AS before
      WHERE h.provider = before.provider AND h.operation_class = before.operation_class
      RETURNING before.was_paused`);
    return resumed.some(({ was_paused: wasPaused }) => wasPaused);
  }

  /** Of a statement that may pause a class. A pause has begun if it is as old as its transaction. */
  private async hasBegun(statement: Prisma.Sql): Promise<boolean> {
    const [row] = await this.database.query<{ has_begun: boolean | null }>(
      Prisma.sql`${statement} RETURNING paused_at = now()::timestamptz(3) AS has_begun`,
    );
    return row?.has_begun ?? false;
  }

  /** Only a read has succeeded, so purchases resume, and the first that fails pauses them again. */
  async resumeOnTrial(provider: ProviderId): Promise<void> {
    await this.database.execute(Prisma.sql`
      UPDATE provider_health SET
        failures = ${FAILURES_TO_PAUSE - 1}::int, pause_reason = NULL, paused_at = NULL, probe_at = NULL
      WHERE provider = ${provider}::text AND operation_class = 'purchases'`);
  }

  /** Lets one process ask whether the provider is back. @returns false if it is too early, or another one is asking. */
  async claimProbe(provider: ProviderId, operationClass: OperationClass, againMs: number): Promise<boolean> {
    const claimed = await this.database.execute(Prisma.sql`
      UPDATE provider_health SET probe_at = ${inMs(againMs)}
      WHERE provider = ${provider}::text AND operation_class = ${operationClass}::text
        AND pause_reason IS NOT NULL AND probe_at <= CURRENT_TIMESTAMP(3)`);
    return claimed === 1;
  }
}

const inMs = (ms: number): Prisma.Sql => Prisma.sql`now() + ${ms}::float8 * interval '1 millisecond'`;
