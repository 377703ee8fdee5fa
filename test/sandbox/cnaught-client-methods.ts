import type { CNaughtApiClient } from '@cnaught/cnaught-node-sdk';
import {
  categoryShape,
  hostedPageShape,
  impactShape,
  orderShape,
  pageOf,
  portfolioShape,
  portfolioWithCategoriesShape,
  projectShape,
  quoteShape,
  rideShape,
  sessionShape,
  subaccountShape,
} from './cnaught-client-shapes.js';
import type { Check } from './shape.js';

/** The methods of the provider's own client: a new one that is missing below does not compile. */
export type Method = Exclude<keyof CNaughtApiClient, 'apiHandler'>;

/** What a method answers with, as its own type has it. */
type Answer<M extends Method> = Awaited<ReturnType<CNaughtApiClient[M]>>;

export interface Ids {
  readonly order: string;
  readonly session: string;
  readonly subaccount: string;
}

export interface Expected<M extends Method> {
  readonly call: (client: CNaughtApiClient, ids: Ids) => Promise<Answer<M>>;
  readonly shape: Check<Answer<M>>;
  readonly shows: object;
}

export const RETURN = { success_url: 'https://app.example/ok', cancel_url: 'https://app.example/no' };
const IMAGE = { logo_file_content: new Uint8Array([137, 80, 78, 71]), content_type: 'image/png' };
const SCHOOL_BUS = { distance_km: 1000, vehicle_type: 'school_bus' } as const;
const FREIGHT = { freight_mass_kg: 100, distance_km: 1000 };
export const LONG_AGO = new Date('2020-01-01T00:00:00Z');

export const METHODS: { readonly [M in Method]: Expected<M> } = {
  placeGenericOrder: {
    call: (client) => client.placeGenericOrder({ total_price_usd_cents: 3190 }),
    shape: orderShape,
    shows: { amount_kg: 1595, price_usd_cents: 3190, state: 'placed', type: 'generic' },
  },
  placeRideOrder: {
    call: (client) => client.placeRideOrder({ distance_km: 100 }),
    shape: rideShape,
    shows: { distance_km: 100, amount_kg: 25, type: 'ride' },
  },
  getOrderDetails: {
    call: (client, ids) => client.getOrderDetails(ids.order),
    shape: orderShape,
    shows: { state: 'placed', amount_kg: 10, price_usd_cents: 20, metadata: 'ref-1' },
  },
  getListOfOrders: {
    call: (client) => client.getListOfOrders(1),
    shape: pageOf(orderShape),
    shows: { data: [{ metadata: 'ref-1' }] },
  },
  cancelOrder: {
    call: (client, ids) => client.cancelOrder(ids.order),
    shape: orderShape,
    shows: { state: 'cancelled' },
  },
  createCheckoutSession: {
    call: (client) => client.createCheckoutSession({ email: 'jane@example.com', amount_kg: 100, ...RETURN }),
    shape: sessionShape,
    shows: { status: 'open', amount_kg: 100, price_usd_cents: 200 },
  },
  getCheckoutSession: {
    call: (client, ids) => client.getCheckoutSession(ids.session),
    shape: sessionShape,
    shows: { status: 'open', amount_kg: 50 },
  },
  getGenericQuote: {
    call: (client) => client.getGenericQuote({ amount_kg: 10 }),
    shape: quoteShape,
    shows: { amount_kg: 10, price_usd_cents: 20 },
  },
  getAirFreightQuote: {
    call: (client) => client.getAirFreightQuote({ freight_mass_kg: 10, distance_km: 100 }),
    shape: quoteShape,
    shows: { amount_kg: 2, price_usd_cents: 4 },
  },
  getFlightQuote: {
    call: (client) => client.getFlightQuote({ distance_km: 100 }),
    shape: quoteShape,
    shows: { amount_kg: 10, price_usd_cents: 20 },
  },
  getGroundFreightQuote: {
    call: (client) => client.getGroundFreightQuote(FREIGHT),
    shape: quoteShape,
    shows: { amount_kg: 14, price_usd_cents: 28 },
  },
  getGroundTransportQuote: {
    call: (client) => client.getGroundTransportQuote(SCHOOL_BUS),
    shape: quoteShape,
    shows: { amount_kg: 745, price_usd_cents: 1490 },
  },
  getOfficeSpaceQuote: {
    call: (client) => client.getOfficeSpaceQuote({ square_footage: 1000 }),
    shape: quoteShape,
    shows: { amount_kg: 8600, price_usd_cents: 17_200 },
  },
  getTrainQuote: {
    call: (client) => client.getTrainQuote({ distance_km: 1000 }),
    shape: quoteShape,
    shows: { amount_kg: 38, price_usd_cents: 76 },
  },
  getRideQuote: {
    call: (client) => client.getRideQuote({ distance_km: 100 }),
    shape: quoteShape,
    shows: { amount_kg: 25, price_usd_cents: 50 },
  },
  createSubaccount: {
    call: (client) => client.createSubaccount({ name: 'B', email: 'b@example.com', default_portfolio_id: 'SbxAlt' }),
    shape: subaccountShape,
    shows: { name: 'B', email: 'b@example.com', default_portfolio_id: 'SbxAlt' },
  },
  updateSubaccount: {
    call: (client, ids) => client.updateSubaccount(ids.subaccount, { name: 'C' }),
    shape: subaccountShape,
    shows: { name: 'C', email: null, default_portfolio_id: null },
  },
  updateSubaccountLogoFromUrl: {
    call: (client, ids) => client.updateSubaccountLogoFromUrl(ids.subaccount, { logo_url: 'https://a.example/a.png' }),
    shape: subaccountShape,
    shows: { name: 'A', logo_url: 'https://a.example/a.png' },
  },
  updateSubaccountLogoFromImageData: {
    call: (client, ids) => client.updateSubaccountLogoFromImageData(ids.subaccount, IMAGE),
    shape: subaccountShape,
    shows: { name: 'A', logo_url: expect.stringMatching(/^https:/) as unknown },
  },
  removeSubaccountLogo: {
    call: (client, ids) => client.removeSubaccountLogo(ids.subaccount),
    shape: subaccountShape,
    shows: { name: 'A', logo_url: null },
  },
  getSubaccountDetails: {
    call: (client, ids) => client.getSubaccountDetails(ids.subaccount),
    shape: subaccountShape,
    shows: { name: 'A', logo_url: 'https://a.example/first.png' },
  },
  getListOfSubaccounts: {
    call: (client) => client.getListOfSubaccounts(1),
    shape: pageOf(subaccountShape),
    shows: { data: [{ name: 'A' }] },
  },
  getImpactData: {
    call: (client) => client.getImpactData({ from: LONG_AGO }),
    shape: impactShape,
    shows: { total_offset_kgs: 1000, since_date: LONG_AGO.toISOString(), to_date: null },
  },
  getImpactHostedPageConfig: {
    call: (client) => client.getImpactHostedPageConfig(),
    shape: hostedPageShape,
    shows: { enabled: false },
  },
  getProjectDetails: {
    call: (client) => client.getProjectDetails('pjMang'),
    shape: projectShape,
    shows: { type: 'Blue carbon', un_sdg_goals: [13, 14, 15], credit_issuances: [{ vintage_year: 2021 }, {}] },
  },
  getProjectCategoryDetails: {
    call: (client) => client.getProjectCategoryDetails('ctBlue'),
    shape: categoryShape,
    shows: { name: 'Blue carbon', projects: [{ id: 'pjMang' }] },
  },
  getPortfolioDetails: {
    call: (client) => client.getPortfolioDetails('SbxMix'),
    shape: portfolioWithCategoriesShape,
    shows: { category_allocations: [{ allocated_fraction: 0.35 }, {}, {}, {}] },
  },
  getListOfPortfolios: {
    call: (client) => client.getListOfPortfolios(),
    shape: pageOf(portfolioShape),
    shows: { data: [{ id: 'SbxMix' }, { id: 'SbxAlt' }] },
  },
};
