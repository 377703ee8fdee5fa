import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { OPERATIONS, type Operation, type ProviderId } from '../../domain/providers/calls.js';
import { durationClassOf, noDurations } from '../../domain/providers/durations.js';
import { FAILURE_REASONS } from '../../domain/providers/provider-error.js';
import { Database } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';

const WRITE_EVERY_MS = 60_000;

export const CALL_OUTCOMES = ['ok', ...FAILURE_REASONS] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

interface EndedCall {
  readonly provider: ProviderId;
  readonly operation: Operation;
  readonly outcome: CallOutcome;
  readonly latencyMs: number;
}

/** What was counted and is not written yet. */
interface Unwritten extends Omit<EndedCall, 'latencyMs'> {
  readonly durations: number[];
  /** On the monotonic clock. */
  lastAtMs: number;
}

/** The calls of one kind that ended alike within an hour. */
export interface CallsOfHour extends Omit<EndedCall, 'provider' | 'latencyMs'> {
  readonly hour: Date;
  readonly provider: string;
  readonly durations: readonly number[];
  readonly lastAt: Date;
}

/**
 * Calls to providers by the hour: counted in memory, and written once a minute, so that no call waits for it. A process
 * that is killed loses its last minute.
 */
@Injectable()
export class ProviderCallsRepository implements OnModuleInit, BeforeApplicationShutdown {
  private unwritten = new Map<string, Unwritten>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly database: Database) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.write(), WRITE_EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }

  note({ latencyMs, ...call }: EndedCall): void {
    const counted = this.countedAs(call);
    const nth = durationClassOf(latencyMs);
    counted.durations[nth] = (counted.durations[nth] ?? 0) + 1;
    counted.lastAtMs = performance.now();
  }

  /** Never rejects: what could not be written is written with the next. Rows are locked in one order. */
  async write(): Promise<void> {
    const counted = [...this.unwritten.values()];
    if (counted.length === 0) return;
    this.unwritten = new Map();
    const rows = counted.map(({ lastAtMs, ...row }) => ({ ...row, age_ms: performance.now() - lastAtMs }));
    const written = this.database.execute(Prisma.sql`
      INSERT INTO provider_calls AS c (hour, provider, operation, outcome, durations, last_at)
      SELECT date_trunc('hour', n.at, 'UTC'), n.provider, n.operation, n.outcome, n.durations, n.at
      FROM (
        SELECT u.*, now() - u.age_ms * interval '1 millisecond' AS at
        FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          AS u(provider text, operation text, outcome text, durations int[], age_ms float8)) n
      ORDER BY 1, 2, 3, 4
      ON CONFLICT (hour, provider, operation, outcome) DO UPDATE SET
        durations = (
          SELECT array_agg(before.count + more.count ORDER BY nth)
          FROM unnest(c.durations) WITH ORDINALITY AS before(count, nth)
          JOIN unnest(EXCLUDED.durations) WITH ORDINALITY AS more(count, nth) USING (nth)),
        last_at = GREATEST(c.last_at, EXCLUDED.last_at)`);
    await written.catch(() => {
      for (const { durations, lastAtMs, ...call } of counted) {
        const again = this.countedAs(call);
        for (const [nth, count] of durations.entries()) again.durations[nth] = (again.durations[nth] ?? 0) + count;
        again.lastAtMs = Math.max(again.lastAtMs, lastAtMs);
      }
    });
  }

  /** Of the last so many hours, this one included, and of one provider or, for null, of all; the oldest first. */
  async since(hours: number, provider: string | null): Promise<readonly CallsOfHour[]> {
    const rows = await this.database.query<CallsRow>(Prisma.sql`
      SELECT c.* FROM provider_calls c
      WHERE c.hour >= date_trunc('hour', now(), 'UTC') - (${hours}::int - 1) * interval '1 hour'
        AND (${provider}::text IS NULL OR c.provider = ${provider}::text)
      ORDER BY c.hour, c.provider, c.operation, c.outcome`);
    return rows.map(callsFromRow);
  }

  /** Of the last day, the latest first. Calls that failed alike within an hour are one. */
  async failures(provider: string, most: number): Promise<readonly CallsOfHour[]> {
    const rows = await this.database.query<CallsRow>(Prisma.sql`
      SELECT c.* FROM provider_calls c
      WHERE c.hour >= date_trunc('hour', now(), 'UTC') - interval '1 day' AND c.provider = ${provider}::text
        AND c.outcome <> 'ok'
      ORDER BY c.last_at DESC, c.operation, c.outcome LIMIT ${most}::int`);
    return rows.map(callsFromRow);
  }

  private countedAs(call: Omit<EndedCall, 'latencyMs'>): Unwritten {
    const name = `${call.provider}/${call.operation}/${call.outcome}`;
    const known = this.unwritten.get(name);
    if (known) return known;
    const { provider, operation, outcome } = call;
    const counted = { provider, operation, outcome, durations: noDurations(), lastAtMs: 0 };
    this.unwritten.set(name, counted);
    return counted;
  }
}

interface CallsRow {
  readonly hour: Date;
  readonly provider: string;
  readonly operation: string;
  readonly outcome: string;
  readonly durations: readonly number[];
  readonly last_at: Date;
}

const callsFromRow = ({ hour, provider, operation, outcome, durations, last_at: lastAt }: CallsRow): CallsOfHour => ({
  hour,
  provider,
  operation: readWord(OPERATIONS)(operation),
  outcome: readWord(CALL_OUTCOMES)(outcome),
  durations,
  lastAt,
});
