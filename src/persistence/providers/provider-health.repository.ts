import { Injectable } from '@nestjs/common';
import type { OperationClass, ProviderId } from '../../domain/providers/provider.js';
import { PrismaService } from '../prisma/prisma.service.js';

export const PAUSE_REASONS = ['credentials', 'insufficient_credit', 'unavailable'] as const;
export type PauseReason = (typeof PAUSE_REASONS)[number];

export interface Pause {
  readonly reason: PauseReason;
  readonly since: Date;
  /** From then on somebody may ask whether the provider is back. */
  readonly probeAt: Date;
  /** By the database's clock. */
  readonly probeInMs: number;
}

/** So many calls of a class in a row without an answer, from whichever process, pause the class. */
const FAILURES_TO_PAUSE = 5;

/** Whether calls go to a provider, by their class, shared by all processes. */
@Injectable()
export class ProviderHealthRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Null: purchases go there. */
  async pauseOf(provider: ProviderId): Promise<Pause | null> {
    return (await this.pauses('purchases')).get(provider) ?? null;
  }

  async pauses(operationClass: OperationClass): Promise<ReadonlyMap<string, Pause>> {
    const rows = await this.prisma.$queryRaw<
      { provider: string; paused_for: PauseReason; paused_at: Date; probe_at: Date; probe_in_ms: number }[]
    >`
      SELECT provider, paused_for, paused_at, probe_at,
             GREATEST(0, EXTRACT(EPOCH FROM probe_at - now()) * 1000)::float8 AS probe_in_ms
      FROM provider_health WHERE operation_class = ${operationClass} AND paused_for IS NOT NULL`;
    return new Map(
      rows.map((row) => [
        row.provider,
        { reason: row.paused_for, since: row.paused_at, probeAt: row.probe_at, probeInMs: row.probe_in_ms },
      ]),
    );
  }

  /** Nothing of the class goes there for `ms`. A pause that lasts keeps the moment it began. */
  async pause(provider: ProviderId, operationClass: OperationClass, reason: PauseReason, ms: number): Promise<void> {
    await this.prisma.$executeRaw`
      INSERT INTO provider_health (provider, operation_class, paused_for, paused_at, probe_at)
      VALUES (${provider}, ${operationClass}, ${reason}, now(), now() + ${ms} * interval '1 millisecond')
      ON CONFLICT (provider, operation_class) DO UPDATE SET
        paused_for = EXCLUDED.paused_for,
        paused_at = COALESCE(provider_health.paused_at, EXCLUDED.paused_at),
        probe_at = EXCLUDED.probe_at`;
  }

  /**
   * Counts a call without an answer; enough of them in a row pause the class for `ms`. A pause that is on already is
   * never made shorter, nor is a probe that is at work given company.
   */
  async countFailure(provider: ProviderId, operationClass: OperationClass, ms: number): Promise<void> {
    await this.prisma.$executeRaw`
      INSERT INTO provider_health (provider, operation_class, failures) VALUES (${provider}, ${operationClass}, 1)
      ON CONFLICT (provider, operation_class) DO UPDATE SET
        failures = provider_health.failures + 1,
        paused_for = CASE WHEN provider_health.failures + 1 >= ${FAILURES_TO_PAUSE}
                          THEN COALESCE(provider_health.paused_for, 'unavailable') ELSE provider_health.paused_for END,
        paused_at = CASE WHEN provider_health.failures + 1 >= ${FAILURES_TO_PAUSE}
                         THEN COALESCE(provider_health.paused_at, now()) ELSE provider_health.paused_at END,
        probe_at = CASE WHEN provider_health.failures + 1 >= ${FAILURES_TO_PAUSE}
                        THEN GREATEST(provider_health.probe_at, now() + ${ms} * interval '1 millisecond')
                        ELSE provider_health.probe_at END`;
  }

  /** The provider answered: forgets failures and pause of the class. Cheap where there is nothing to forget. */
  async resume(provider: ProviderId, operationClass: OperationClass): Promise<void> {
    await this.prisma.$executeRaw`
      UPDATE provider_health SET failures = 0, paused_for = NULL, paused_at = NULL, probe_at = NULL
      WHERE provider = ${provider} AND operation_class = ${operationClass} AND (failures > 0 OR paused_for IS NOT NULL)`;
  }

  /** Only a read got through: purchases go again, and the first that fails pauses them anew. */
  async resumeOnTrial(provider: ProviderId): Promise<void> {
    await this.prisma.$executeRaw`
      UPDATE provider_health SET failures = ${FAILURES_TO_PAUSE - 1}, paused_for = NULL, paused_at = NULL, probe_at = NULL
      WHERE provider = ${provider} AND operation_class = 'purchases'`;
  }

  /** Lets one process ask whether the provider is back. False: not yet, or another one is asking. */
  async claimProbe(provider: ProviderId, operationClass: OperationClass, againMs: number): Promise<boolean> {
    const claimed = await this.prisma.$executeRaw`
      UPDATE provider_health SET probe_at = now() + ${againMs} * interval '1 millisecond'
      WHERE provider = ${provider} AND operation_class = ${operationClass}
        AND paused_for IS NOT NULL AND probe_at <= now()`;
    return claimed === 1;
  }
}
