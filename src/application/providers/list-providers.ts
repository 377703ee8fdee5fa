import { Injectable } from '@nestjs/common';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { ReadThrottledError } from '../../domain/providers/provider-error.js';
import { PAUSE_REASONS, type Pause, type PauseReason } from '../../domain/providers/throttle.js';
import { coversProvider, type Switch } from '../../domain/switches/switch.js';
import { SwitchesRepository } from '../../persistence/switches/switches.repository.js';
import { ProviderHealthRepository } from '../../persistence/providers/provider-health.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { PurchaseThrottle } from './purchase-throttle.js';
import { ReadCatalogs, type CatalogRead } from '../catalog/read-catalogs.js';

export { PAUSE_REASONS, type PauseReason };

export const PROVIDER_HEALTHS = ['ok', 'failing', 'unknown'] as const;
export type ProviderHealth = (typeof PROVIDER_HEALTHS)[number];

export interface ListedProvider {
  readonly provider: OffsetProvider;
  /**
   * Whether its catalog and the state of orders could be read when last tried. `unknown`: no response yet, or our quota
   * had no slot to ask.
   */
  readonly health: ProviderHealth;
  /** When its catalog was last read or could not be; null if it has not been. */
  readonly checkedAt: Date | null;
  /** Null if it takes orders. */
  readonly pause: Pause | null;
  /** What people have switched off at it, for the tenant that asks. */
  readonly switchedOff: readonly Switch[];
}

/** What was read before says nothing then: the provider refuses our key, or the orders are not at the account of the key. */
const LETS_NOTHING_READ: ReadonlySet<PauseReason> = new Set<PauseReason>(['credentials', 'other_account']);

@Injectable()
export class ListProviders {
  constructor(
    private readonly providers: ProviderDirectory,
    private readonly catalogs: ReadCatalogs,
    private readonly throttle: PurchaseThrottle,
    private readonly health: ProviderHealthRepository,
    private readonly switches: SwitchesRepository,
  ) {}

  async run(tenantId: string): Promise<readonly ListedProvider[]> {
    const [pauses, unread, standing] = await Promise.all([
      this.throttle.pauses(),
      this.health.pauses('status'),
      this.switches.standing(),
    ]);
    const ours = standing.filter(({ scope }) => scope.tenantId === null || scope.tenantId === tenantId);
    return Promise.all(
      this.providers.all().map(async (provider): Promise<ListedProvider> => {
        const pause = pauses.get(provider.id) ?? null;
        const isUnread = unread.has(provider.id) || (pause !== null && LETS_NOTHING_READ.has(pause.reason));
        const read = await this.catalogs.shown(provider);
        const switchedOff = ours.filter(({ scope }) => coversProvider(scope, provider.id));
        const health = isUnread ? 'failing' : healthFrom(read);
        return { provider, health, checkedAt: read.readAt, pause, switchedOff };
      }),
    );
  }
}

const healthFrom = ({ offerings, error }: CatalogRead): ProviderHealth => {
  // Our own quota is used up, which says nothing about the provider.
  const isOurs = error instanceof ReadThrottledError && error.reason === 'rate_limited';
  if (error && !isOurs) return 'failing';
  return offerings ? 'ok' : 'unknown';
};
