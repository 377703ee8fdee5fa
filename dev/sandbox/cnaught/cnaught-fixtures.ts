/** Invented portfolios. Two cents a kilogram, as in the provider's own sandbox. */

export interface CategoryFixture {
  readonly id: string;
  readonly name: string;
  /** Decimal share of an order; the shares of a portfolio add up to 1. */
  readonly fraction: string;
  readonly project: {
    readonly id: string;
    readonly name: string;
    readonly registry_name: string;
    readonly location_name: string;
    readonly un_sdg_goals: readonly number[];
    /** By vintage, oldest first. */
    readonly credit_issuances: readonly { readonly vintage_year: number; readonly total_amount: number }[];
  };
}

export interface PortfolioRow {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** Decimal cents. */
  readonly apiPricePerKgUsdCents: string;
  readonly checkoutPricePerKgUsdCents: string;
  readonly categories: readonly CategoryFixture[];
}

const category = (
  id: string,
  name: string,
  fraction: string,
  project: CategoryFixture['project'],
): CategoryFixture => ({
  id,
  name,
  fraction,
  project,
});

const MANGROVE: CategoryFixture['project'] = {
  id: 'pjMang',
  name: 'Lagoon Mangroves',
  registry_name: 'Sandbox Registry',
  location_name: 'Atlantis',
  un_sdg_goals: [13, 14, 15],
  credit_issuances: [
    { vintage_year: 2021, total_amount: 40_000 },
    { vintage_year: 2022, total_amount: 42_500 },
  ],
};
const LANDFILL: CategoryFixture['project'] = {
  id: 'pjLand',
  name: 'Old Hill Landfill',
  registry_name: 'Sandbox Registry',
  location_name: 'Utopia',
  un_sdg_goals: [7, 13],
  credit_issuances: [{ vintage_year: 2020, total_amount: 18_000 }],
};
const STOVES: CategoryFixture['project'] = {
  id: 'pjStov',
  name: 'Clean Kitchen Stoves',
  registry_name: 'Sandbox Registry',
  location_name: 'Erewhon',
  un_sdg_goals: [3, 5, 7, 13],
  credit_issuances: [{ vintage_year: 2022, total_amount: 65_000 }],
};
const BIOCHAR: CategoryFixture['project'] = {
  id: 'pjChar',
  name: 'Orchard Biochar',
  registry_name: 'Sandbox Registry',
  location_name: 'Avalon',
  un_sdg_goals: [12, 13],
  credit_issuances: [{ vintage_year: 2023, total_amount: 3_200 }],
};

export const DEFAULT_PORTFOLIO_ID = 'SbxMix';

export const PORTFOLIOS: readonly PortfolioRow[] = [
  {
    id: DEFAULT_PORTFOLIO_ID,
    name: 'Sandbox Mix',
    summary: 'Four invented projects.',
    description: 'The default portfolio of the simulated account.',
    apiPricePerKgUsdCents: '2',
    checkoutPricePerKgUsdCents: '2',
    categories: [
      category('ctBlue', 'Blue carbon', '0.35', MANGROVE),
      category('ctMeth', 'Methane capture', '0.35', LANDFILL),
      category('ctHome', 'Household devices', '0.2', STOVES),
      category('ctChar', 'Biochar', '0.1', BIOCHAR),
    ],
  },
  {
    id: 'SbxAlt',
    name: 'Sandbox Alternative',
    summary: 'Two invented projects.',
    description: 'A second portfolio, to choose by id.',
    apiPricePerKgUsdCents: '2',
    checkoutPricePerKgUsdCents: '2',
    categories: [category('ctBlue', 'Blue carbon', '0.5', MANGROVE), category('ctChar', 'Biochar', '0.5', BIOCHAR)],
  },
];
