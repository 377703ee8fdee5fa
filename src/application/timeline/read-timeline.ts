import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import { tell, type TimelineEntry, type TimelinePosition } from '../../domain/timeline/timeline.js';
import type { TenantScope } from '../../persistence/orders/orders.repository.js';
import { TimelineRepository } from '../../persistence/timeline/timeline.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';

export interface TimelinePage {
  readonly entries: readonly TimelineEntry[];
  /** Where the next page begins; null if there is none. */
  readonly next: TimelinePosition | null;
}

/** Everything that happened to an order, oldest first. Only reads, and asks no provider. */
@Injectable()
export class ReadTimeline {
  constructor(
    private readonly timelines: TimelineRepository,
    private readonly providers: ProviderDirectory,
  ) {}

  /** Throws `order_not_found` for another tenant's order too, so that ids cannot be probed. */
  run(orderId: string, scope: TenantScope, after: TimelinePosition | null, limit: number): Promise<TimelinePage> {
    return this.page(orderId, scope, { after, limit, withCasework: false });
  }

  /** The same with what operators did about the order. */
  forOperators(orderId: string, after: TimelinePosition | null, limit: number): Promise<TimelinePage> {
    return this.page(orderId, 'all_tenants', { after, limit, withCasework: true });
  }

  private async page(
    orderId: string,
    scope: TenantScope,
    { after, limit, withCasework }: { after: TimelinePosition | null; limit: number; withCasework: boolean },
  ): Promise<TimelinePage> {
    const branches = withCasework ? 'operators' : 'tenant';
    const found = await this.timelines.page(orderId, scope, after, limit + 1, branches);
    if (!found) throw new AppError('order_not_found', 'There is no such order.');
    const { provider } = found.order;
    // Orders of a provider that was disabled remain.
    const order = { ...found.order, provider: this.providers.find(provider)?.displayName ?? provider };
    const reader = scope === 'all_tenants' ? 'operators' : 'tenant';
    const records = found.records.slice(0, limit);
    return {
      entries: records.map((record) => tell(record, order, reader)),
      next: found.records.length > limit ? (records.at(-1)?.position ?? null) : null,
    };
  }
}
