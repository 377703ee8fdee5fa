import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import { isTerminal, type OrderStatus } from '../../domain/orders/lifecycle.js';
import { CLASS_OF, OPERATION_CLASSES, type OperationClass } from '../../domain/providers/calls.js';
import { noDurations, quantileMs, sumOf } from '../../domain/providers/durations.js';
import { ActivityRepository } from '../../persistence/ops/activity.repository.js';
import {
  CALL_OUTCOMES,
  ProviderCallsRepository,
  type CallOutcome,
  type CallsOfHour,
} from '../../persistence/providers/provider-calls.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';

const HOUR_MS = 3_600_000;

export { CALL_OUTCOMES };

/** What was asked of a provider within an hour, by class of calls. */
export interface CallActivity {
  readonly provider: string;
  readonly operationClass: OperationClass;
  readonly outcomes: readonly { readonly outcome: CallOutcome; readonly count: number }[];
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

export interface ActivityHour {
  readonly hour: Date;
  /** Those that were accepted within it, by what has become of them; `open`: they have not ended. */
  readonly orders: readonly { readonly status: OrderStatus | 'open'; readonly count: number }[];
  readonly calls: readonly CallActivity[];
}

/** What came in and went out, hour by hour. */
@Injectable()
export class ReadActivity {
  constructor(
    private readonly activity: ActivityRepository,
    private readonly calls: ProviderCallsRepository,
    private readonly providers: ProviderDirectory,
  ) {}

  /** Every hour, the oldest first; of one provider, or for null of all. Throws `provider_not_enabled`. */
  async run(
    hours: number,
    provider: string | null,
  ): Promise<{ readonly at: Date; readonly hours: readonly ActivityHour[] }> {
    if (provider !== null && !this.providers.knows(provider))
      throw new AppError('provider_not_enabled', 'There is no such provider; see GET /v1/providers.');
    const [{ at, orders }, calls] = await Promise.all([
      this.activity.orders(hours, provider),
      this.calls.since(hours, provider),
    ]);
    const thisHourMs = Math.floor(at.getTime() / HOUR_MS) * HOUR_MS;
    const all = Array.from({ length: hours }, (_, nth): ActivityHour => {
      const hour = new Date(thisHourMs - (hours - 1 - nth) * HOUR_MS);
      const isWithin = (row: { readonly hour: Date }): boolean => row.hour.getTime() === hour.getTime();
      return { hour, orders: byEnd(orders.filter(isWithin)), calls: byClass(calls.filter(isWithin)) };
    });
    return { at, hours: all };
  }
}

const byEnd = (rows: readonly { readonly status: OrderStatus; readonly count: number }[]): ActivityHour['orders'] => {
  const counts = new Map<OrderStatus | 'open', number>();
  for (const { status, count } of rows) {
    const end = isTerminal(status) ? status : 'open';
    counts.set(end, (counts.get(end) ?? 0) + count);
  }
  return [...counts].map(([status, count]) => ({ status, count }));
};

const byClass = (rows: readonly CallsOfHour[]): ActivityHour['calls'] =>
  [...new Set(rows.map(({ provider }) => provider))].flatMap((provider) =>
    OPERATION_CLASSES.flatMap((operationClass) => {
      const ofClass = rows.filter((row) => row.provider === provider && CLASS_OF[row.operation] === operationClass);
      return ofClass.length === 0 ? [] : [{ provider, operationClass, ...summed(ofClass) }];
    }),
  );

const summed = (rows: readonly CallsOfHour[]): Omit<CallActivity, 'provider' | 'operationClass'> => {
  const durations = noDurations();
  for (const row of rows)
    for (const [nth, count] of row.durations.entries()) durations[nth] = (durations[nth] ?? 0) + count;
  const outcomes = CALL_OUTCOMES.flatMap((outcome) => {
    const alike = rows.filter((row) => row.outcome === outcome);
    return alike.length === 0 ? [] : [{ outcome, count: sumOf(alike.flatMap((row) => row.durations)) }];
  });
  return { outcomes, p50Ms: quantileMs(durations, 0.5), p95Ms: quantileMs(durations, 0.95) };
};
