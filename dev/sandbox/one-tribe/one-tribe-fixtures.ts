/** Invented projects. Prices are pounds per tonne; VAT is a fraction. */
export interface ProjectRow {
  readonly projectId: string;
  readonly title: string;
  readonly description: string;
  readonly locationName: string;
  readonly country: string;
  readonly category: string;
  readonly registryType: string;
  /** Whole tonnes. */
  readonly minVolume: number;
  readonly basePricePerTon: number;
  readonly partnerMarginPercentage: number;
  readonly vatRate: number;
  readonly status: 'active' | 'pending' | 'archived';
}

export const PROJECTS: readonly ProjectRow[] = [
  {
    projectId: 'sbx-peat-01',
    title: 'High Moor Peatland',
    description: 'An invented project that rewets a drained moor.',
    locationName: 'High Moor',
    country: 'United Kingdom',
    category: 'Nature restoration',
    registryType: 'Sandbox Registry',
    minVolume: 1,
    basePricePerTon: 18,
    partnerMarginPercentage: 25,
    vatRate: 0.2,
    status: 'active',
  },
  {
    projectId: 'sbx-wind-02',
    title: 'Long Bay Wind',
    description: 'An invented wind farm.',
    locationName: 'Long Bay',
    country: 'India',
    category: 'Renewable energy',
    registryType: 'Sandbox Registry',
    minVolume: 5,
    basePricePerTon: 6.4,
    partnerMarginPercentage: 10,
    vatRate: 0.2,
    status: 'active',
  },
  {
    projectId: 'sbx-kelp-03',
    title: 'North Shore Kelp',
    description: 'An invented kelp forest.',
    locationName: 'North Shore',
    country: 'Ireland',
    category: 'Blue carbon',
    registryType: 'Sandbox Registry',
    minVolume: 2,
    basePricePerTon: 42.5,
    partnerMarginPercentage: 20,
    vatRate: 0,
    status: 'active',
  },
  {
    projectId: 'sbx-mine-04',
    title: 'Old Mine Methane',
    description: 'An invented project that is no longer sold.',
    locationName: 'Old Mine',
    country: 'Poland',
    category: 'Methane capture',
    registryType: 'Sandbox Registry',
    minVolume: 1,
    basePricePerTon: 9,
    partnerMarginPercentage: 15,
    vatRate: 0.2,
    status: 'archived',
  },
];
