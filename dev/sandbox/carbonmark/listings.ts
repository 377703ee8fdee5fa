import { randomBytes } from 'node:crypto';
import { Decimal } from 'decimal.js';
import { CommandRefusedError } from '../command-refused.error.js';
import { checkPrice } from '../control-fields.js';
import { decided, jsonResponse, type Call, type Decision } from '../http-messages.js';
import type { Ledger } from '../ledger.js';
import type { Change, Table } from '../table.js';
import { LISTINGS, type ListingRow } from './carbonmark-fixtures.js';

/** A million tonnes: what is sold of it costs an exact number of cents, whatever the price. */
const MOST_SUPPLY_KG = 1e9;

/** The offers of sellers. Price and supply can be changed by command, and supply shrinks with every purchase. */
export class Listings {
  private readonly changed: Table<ListingRow>;
  /** Rows of the price list that cannot be bought here, as they are shown. */
  private readonly foreign: Table<Readonly<Record<string, unknown>>>;

  constructor(private readonly ledger: Ledger) {
    this.changed = ledger.table<ListingRow>('listings');
    this.foreign = ledger.table('foreign_listings');
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
    if (to.purchasePriceUsd !== undefined) checkPrice('purchasePriceUsd', to.purchasePriceUsd);
    const { liquidSupplyKg = 0 } = to;
    if (!Number.isInteger(liquidSupplyKg) || liquidSupplyKg < 0 || liquidSupplyKg > MOST_SUPPLY_KG) {
      throw new CommandRefusedError(`liquidSupplyKg must be a whole number from 0 to ${MOST_SUPPLY_KG}.`);
    }
    const change = this.changed.put(sourceId, { ...listing, ...to });
    this.ledger.append([{ kind: 'listing_changed', id: sourceId, changes: [change] }]);
  }

  /** Another seller's row, like the first listing but for these fields. */
  insertForeign(shownAs: Readonly<Record<string, unknown>>): void {
    const id = `listing-137-0x${randomBytes(32).toString('hex')}`;
    const row = { ...toAssetPrice(LISTINGS[0] as ListingRow), sourceId: id, ...shownAs };
    this.ledger.append([{ kind: 'foreign_listing_inserted', id, changes: [this.foreign.put(id, row)] }]);
  }

  /** GET /prices: a plain array. */
  prices(call: Call): Decision {
    const rows = LISTINGS.map(({ sourceId }) => this.find(sourceId) as ListingRow);
    const shown = rows.filter(filterFrom(call.query)).map(toAssetPrice);
    return decided(jsonResponse(200, [...(call.query.has('assetPriceSourceIds') ? [] : this.foreign.all()), ...shown]));
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
