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

const MANGROVE = {
  id: 'pjMang',
  name: 'Lagoon Mangroves',
  registry_name: 'Sandbox Registry',
  location_name: 'Atlantis',
};
const LANDFILL = {
  id: 'pjLand',
  name: 'Old Hill Landfill',
  registry_name: 'Sandbox Registry',
  location_name: 'Utopia',
};
const STOVES = {
  id: 'pjStov',
  name: 'Clean Kitchen Stoves',
  registry_name: 'Sandbox Registry',
  location_name: 'Erewhon',
};
const BIOCHAR = { id: 'pjChar', name: 'Orchard Biochar', registry_name: 'Sandbox Registry', location_name: 'Avalon' };

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
