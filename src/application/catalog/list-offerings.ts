import { Injectable } from '@nestjs/common';
import type { Offering, OfferingKind } from '../../domain/catalog/offering.js';
import { AppError } from '../../domain/errors.js';
import { ABSENCE_OF, type Absence } from '../../domain/quotes/absence.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { ReadCatalogs, type CatalogRead } from './read-catalogs.js';

export interface OfferingFilter {
  readonly provider?: string;
  readonly kind?: OfferingKind;
  /** Compared without regard to case, as providers write them. */
  readonly country?: string;
  readonly registry?: string;
}

/** What identifies an offering at its provider, and so its place in the list. */
export type OfferingPosition = Pick<Offering, 'provider' | 'providerOfferingId'>;

export interface OfferingPage {
  readonly offerings: readonly Offering[];
  readonly next: OfferingPosition | null;
  /** Providers whose catalog is not known. */
  readonly unavailable: readonly Pick<Absence, 'provider' | 'code' | 'detail'>[];
}

/**
 * What can be bought now, by provider and then by the provider's own id, so that a change of prices moves no offering.
 */
@Injectable()
export class ListOfferings {
  constructor(
    private readonly providers: ProviderDirectory,
    private readonly catalogs: ReadCatalogs,
  ) {}

  async run(filter: OfferingFilter, after: OfferingPosition | null, limit: number): Promise<OfferingPage> {
    if (filter.provider !== undefined && !this.providers.find(filter.provider))
      throw new AppError('provider_not_enabled', 'This provider is not enabled here; see GET /v1/providers.');
    const reads = await Promise.all(this.catalogs.begin('browse', filter.provider ?? null));
    const found = reads
      .flatMap((read) => read.offerings ?? [])
      .filter((offering) => matches(offering, filter))
      .sort(byPosition)
      .filter((offering) => after === null || byPosition(offering, after) > 0);
    const offerings = found.slice(0, limit);
    const unavailable = reads.flatMap((read) => (read.offerings === null ? [unreadable(read)] : []));
    return { offerings, next: found.length > limit ? (offerings.at(-1) ?? null) : null, unavailable };
  }
}

const unreadable = ({ provider, error }: CatalogRead): OfferingPage['unavailable'][number] => ({
  provider: provider.id,
  code: error ? ABSENCE_OF[error.reason] : 'provider_unavailable',
  detail: `${provider.displayName} could not be read just now.`,
});

const matches = (offering: Offering, { kind, country, registry }: OfferingFilter): boolean =>
  (kind === undefined || offering.kind === kind) &&
  sameWord(offering.country, country) &&
  sameWord(offering.registry, registry);

const sameWord = (word: string | null, wanted: string | undefined): boolean =>
  wanted === undefined || word?.toLowerCase() === wanted.toLowerCase();

const byPosition = (a: OfferingPosition, b: OfferingPosition): number =>
  compare(a.provider, b.provider) || compare(a.providerOfferingId, b.providerOfferingId);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
