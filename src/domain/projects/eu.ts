/** Members of the European Union since 2020, by ISO 3166: https://european-union.europa.eu/principles-countries-history */
const MEMBERS: ReadonlySet<string> = new Set(
  'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE'.split(' '),
);

export const isInEu = (country: string): boolean => MEMBERS.has(country);
