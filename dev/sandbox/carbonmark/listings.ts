import { Decimal } from 'decimal.js';
import { CommandRefusedError } from '../command-refused.error.js';
import { decided, jsonResponse, type Call, type Decision } from '../http-messages.js';
import type { Ledger } from '../ledger.js';
import type { Change, Table } from '../table.js';
import { LISTINGS, type ListingRow } from './carbonmark-fixtures.js';

/** The offers of sellers. Price and supply can be changed by command, and supply shrinks with every purchase. */
export class Listings {
  private readonly changed: Table<ListingRow>;

  constructor(private readonly ledger: Ledger) {
    this.changed = ledger.table<ListingRow>('listings');
  }

  find(sourceId: string): ListingRow | null {
    return this.changed.get(sourceId) ?? LISTINGS.find((listing) => listing.sourceId === sourceId) ?? null;
  }

  /** Whole cents, rounded up. */
  priceUsdCents(listing: ListingRow, quantityTonnes: number): number {
    return new Decimal(listing.purchasePriceUsd).times(quantityTonnes).times(100).ceil().toNumber();
  }

  /** The listing after a purchase, to be written together with it. */
  sold(listing: ListingRow, quantityTonnes: number): Change {
    const soldKg = new Decimal(quantityTonnes).times(1000).toNumber();
    const row = {
      ...listing,
      supplyKg: Math.max(0, listing.supplyKg - soldKg),
      liquidSupplyKg: Math.max(0, listing.liquidSupplyKg - soldKg),
    };
    return this.changed.put(row.sourceId, row);
  }

  /** Command: a new price or supply, as when the market moves between quote and purchase. */
  change(sourceId: string, to: Partial<Pick<ListingRow, 'purchasePriceUsd' | 'liquidSupplyKg'>>): void {
    const listing = this.find(sourceId);
    if (!listing) throw new CommandRefusedError('There is no such listing.');
    const change = this.changed.put(sourceId, { ...listing, ...to });
    this.ledger.append([{ kind: 'listing_changed', id: sourceId, changes: [change] }]);
  }

  /** GET /prices: a plain array. */
  prices(call: Call): Decision {
    const rows = LISTINGS.map(({ sourceId }) => this.find(sourceId) as ListingRow);
    return decided(jsonResponse(200, rows.filter(filterFrom(call.query)).map(toAssetPrice)));
  }
}

const filterFrom = (query: URLSearchParams): ((listing: ListingRow) => boolean) => {
  const isWanted = (name: string, value: string): boolean => !query.has(name) || query.getAll(name).includes(value);
  const atLeast = (name: string, value: number): boolean => value >= Number(query.get(name) ?? -Infinity);
  return (listing) =>
    isWanted('projectIds', listing.projectId) &&
    isWanted('listingIds', listingIdOf(listing)) &&
    isWanted('assetPriceSourceIds', listing.sourceId) &&
    isWanted('vintage', String(listing.vintage)) &&
    isWanted('assetPriceType', 'listing') &&
    atLeast('minSupply', toTonnes(listing.supplyKg)) &&
    atLeast('minPriceUSD', Number(listing.purchasePriceUsd)) &&
    atLeast('expiresAfter', listing.expiresAfterSeconds);
};

const toTonnes = (kg: number): number => new Decimal(kg).dividedBy(1000).toNumber();

const listingIdOf = (listing: ListingRow): string => listing.sourceId.split('-')[2] ?? '';

const toAssetPrice = (listing: ListingRow): object => {
  const chainId = listing.sourceId.split('-')[1] ?? '';
  const address = `0x${'5b'.repeat(20)}`;
  const name = `${listing.projectId}-${listing.vintage}`;
  return {
    sourceId: listing.sourceId,
    type: 'listing',
    purchasePrice: Number(listing.purchasePriceUsd),
    baseUnitPrice: Number(listing.baseUnitPriceUsd),
    supply: toTonnes(listing.supplyKg),
    liquidSupply: toTonnes(listing.liquidSupplyKg),
    minFillAmount: toTonnes(listing.minFillKg),
    listing: {
      id: listingIdOf(listing),
      creditId: { vintage: listing.vintage, projectId: listing.projectId },
      token: {
        id: `${chainId}-erc1155-${address}-1`,
        address,
        decimals: 18,
        tokenStandard: 'erc1155',
        name,
        isExAnte: listing.isExAnte,
        symbol: name,
        tokenId: 1,
      },
      sellerId: `0x${'6c'.repeat(20)}`,
      expiresAfter: listing.expiresAfterSeconds,
    },
  };
};
