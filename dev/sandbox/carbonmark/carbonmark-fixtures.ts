/** Invented listings. Masses are whole kilograms, the provider's smallest step of 0.001 t. */
export interface ListingRow {
  readonly sourceId: string;
  readonly projectId: string;
  readonly vintage: number;
  /** What a buyer pays and what the seller asks, decimal USD per tonne. */
  readonly purchasePriceUsd: string;
  readonly baseUnitPriceUsd: string;
  readonly supplyKg: number;
  /** What can be bought now. */
  readonly liquidSupplyKg: number;
  readonly minFillKg: number;
  readonly isExAnte: boolean;
  readonly expiresAfterSeconds: number;
}

const sourceId = (chainId: number, digits: string): string => `listing-${chainId}-0x${digits.repeat(32)}`;

/** The provider's own documented sandbox listing whose retirements fail. */
export const FAILING_SOURCE_ID = 'listing-137-0x3aec46f1f61cae3485e99cc8c4d6ad6d6bea4354f0da97ebb19e405b73aba70d';

const IN_2035 = Date.UTC(2035, 0, 1) / 1000;
const IN_2024 = Date.UTC(2024, 0, 1) / 1000;

const COMMON = { minFillKg: 1, isExAnte: false, expiresAfterSeconds: IN_2035 };

export const LISTINGS: readonly ListingRow[] = [
  {
    ...COMMON,
    sourceId: sourceId(137, 'a1'),
    projectId: 'SBX-101',
    vintage: 2019,
    purchasePriceUsd: '4.2',
    baseUnitPriceUsd: '3',
    supplyKg: 5_000_000,
    liquidSupplyKg: 5_000_000,
  },
  {
    ...COMMON,
    sourceId: sourceId(8453, 'b2'),
    projectId: 'SBX-102',
    vintage: 2022,
    purchasePriceUsd: '12.6',
    baseUnitPriceUsd: '9',
    supplyKg: 120_500,
    liquidSupplyKg: 120_500,
  },
  {
    ...COMMON,
    sourceId: sourceId(137, 'c3'),
    projectId: 'SBX-103',
    vintage: 2021,
    purchasePriceUsd: '9.8',
    baseUnitPriceUsd: '7',
    supplyKg: 800_000,
    liquidSupplyKg: 800_000,
    minFillKg: 1000,
  },
  {
    ...COMMON,
    sourceId: sourceId(137, 'd4'),
    projectId: 'SBX-104',
    vintage: 2027,
    purchasePriceUsd: '2.8',
    baseUnitPriceUsd: '2',
    supplyKg: 40_000,
    liquidSupplyKg: 40_000,
    isExAnte: true,
  },
  {
    ...COMMON,
    sourceId: sourceId(137, 'e5'),
    projectId: 'SBX-105',
    vintage: 2020,
    purchasePriceUsd: '5.6',
    baseUnitPriceUsd: '4',
    supplyKg: 300_000,
    liquidSupplyKg: 0,
  },
  {
    ...COMMON,
    sourceId: sourceId(8453, 'f6'),
    projectId: 'SBX-106',
    vintage: 2023,
    purchasePriceUsd: '140',
    baseUnitPriceUsd: '100',
    supplyKg: 750,
    liquidSupplyKg: 750,
  },
  {
    ...COMMON,
    sourceId: sourceId(137, '07'),
    projectId: 'SBX-107',
    vintage: 2018,
    purchasePriceUsd: '1.4',
    baseUnitPriceUsd: '1',
    supplyKg: 10_000,
    liquidSupplyKg: 10_000,
    expiresAfterSeconds: IN_2024,
  },
  {
    ...COMMON,
    sourceId: FAILING_SOURCE_ID,
    projectId: 'SBX-199',
    vintage: 2019,
    purchasePriceUsd: '7',
    baseUnitPriceUsd: '5',
    supplyKg: 1_000_000,
    liquidSupplyKg: 1_000_000,
  },
];
