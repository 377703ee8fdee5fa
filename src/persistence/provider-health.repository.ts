import { Injectable } from '@nestjs/common';
import type { ProviderId } from '../domain/provider/provider.js';
import { PrismaService } from './prisma.service.js';

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

/** So many writes in a row without a readable answer, from whichever process, pause a provider. */
const FAILURES_TO_PAUSE = 5;

/** Whether purchases go to a provider, shared by all processes. */
@Injectable()
export class ProviderHealthRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Null: not paused. */
  async pauseOf(provider: ProviderId): Promise<Pause | null> {
    return (await this.pauses()).get(provider) ?? null;
  }

  async pauses(): Promise<ReadonlyMap<string, Pause>> {
    const rows = await this.prisma.$queryRaw<
      { provider: string; paused_for: PauseReason; paused_at: Date; probe_at: Date; probe_in_ms: number }[]
    >`
      SELECT provider, paused_for, paused_at, probe_at,
             GREATEST(0, EXTRACT(EPOCH FROM probe_at - now()) * 1000)::float8 AS probe_in_ms
      FROM provider_health WHERE paused_for IS NOT NULL`;
    return new Map(
      rows.map((row) => [
        row.provider,
        { reason: row.paused_for, since: row.paused_at, probeAt: row.probe_at, probeInMs: row.probe_in_ms },
      ]),
    );
  }

  /** Nothing goes there for `ms`. A pause that lasts keeps the moment it began. */
  async pause(provider: ProviderId, reason: PauseReason, ms: number): Promise<void> {
    await this.prisma.$executeRaw`
      INSERT INTO provider_health (provider, paused_for, paused_at, probe_at)
      VALUES (${provider}, ${reason}, now(), now() + ${ms} * interval '1 millisecond')
      ON CONFLICT (provider) DO UPDATE SET
        paused_for = EXCLUDED.paused_for,
        paused_at = COALESCE(provider_health.paused_at, EXCLUDED.paused_at),
        probe_at = EXCLUDED.probe_at`;
  }

  /** Counts a write without a readable answer; enough of them in a row pause the provider for `ms`. */
  async countFailure(provider: ProviderId, ms: number): Promise<void> {
    await this.prisma.$executeRaw`
      INSERT INTO provider_health (provider, failures) VALUES (${provider}, 1)
      ON CONFLICT (provider) DO UPDATE SET
        failures = provider_health.failures + 1,
        paused_for = CASE WHEN provider_health.failures + 1 >= ${FAILURES_TO_PAUSE}
                          THEN COALESCE(provider_health.paused_for, 'unavailable') ELSE provider_health.paused_for END,
        paused_at = CASE WHEN provider_health.failures + 1 >= ${FAILURES_TO_PAUSE}
                         THEN COALESCE(provider_health.paused_at, now()) ELSE provider_health.paused_at END,
        probe_at = CASE WHEN provider_health.failures + 1 >= ${FAILURES_TO_PAUSE}
                        THEN now() + ${ms} * interval '1 millisecond' ELSE provider_health.probe_at END`;
  }

  /** A write got through: forgets failures and pause. Cheap where there is nothing to forget. */
  async resume(provider: ProviderId): Promise<void> {
    await this.prisma.$executeRaw`
      UPDATE provider_health SET failures = 0, paused_for = NULL, paused_at = NULL, probe_at = NULL
      WHERE provider = ${provider} AND (failures > 0 OR paused_for IS NOT NULL)`;
  }

  /** Only a read got through: purchases go again, and the first that fails pauses the provider anew. */
  async resumeOnTrial(provider: ProviderId): Promise<void> {
    await this.prisma.$executeRaw`
      UPDATE provider_health SET failures = ${FAILURES_TO_PAUSE - 1}, paused_for = NULL, paused_at = NULL, probe_at = NULL
      WHERE provider = ${provider}`;
  }

  /** Lets one process ask whether the provider is back. False: not yet, or another one is asking. */
  async claimProbe(provider: ProviderId, againMs: number): Promise<boolean> {
    const claimed = await this.prisma.$executeRaw`
      UPDATE provider_health SET probe_at = now() + ${againMs} * interval '1 millisecond'
      WHERE provider = ${provider} AND paused_for IS NOT NULL AND probe_at <= now()`;
    return claimed === 1;
  }
}
