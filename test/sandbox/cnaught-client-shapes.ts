import {
  OrderState,
  OrderType,
  type CheckoutSession,
  type GenericOrder,
  type ImpactData,
  type ImpactHostedPageConfig,
  type List,
  type OffsetsQuote,
  type Portfolio,
  type PortfolioWithCategoryAllocations,
  type Project,
  type ProjectCategoryWithProjects,
  type RideOrder,
  type Subaccount,
} from '@cnaught/cnaught-node-sdk';
import { flag, listOf, nullable, number, oneOf, optional, shape, text, type Check } from './shape.js';

/** The responses of CNaught as its own client's types describe them. */

type Allocation = GenericOrder['project_allocations'][number];

export const projectShape = shape<Project>({
  id: text,
  name: text,
  type: text,
  developer: optional(text),
  registry_name: optional(text),
  registry_id: optional(text),
  registry_url: optional(text),
  summary: optional(text),
  description: optional(text),
  location_name: optional(text),
  location_latitude: optional(number),
  location_longitude: optional(number),
  primary_image_url: optional(text),
  un_sdg_goals: listOf(number),
});

const orderFields = {
  id: text,
  order_number: text,
  amount_kg: number,
  created_on: text,
  metadata: optional(text),
  description: optional(text),
  price_usd_cents: number,
  state: oneOf<OrderState>({ [OrderState.Placed]: true, [OrderState.Fulfilled]: true, [OrderState.Cancelled]: true }),
  type: oneOf<OrderType>({ [OrderType.Generic]: true, [OrderType.Ride]: true }),
  callback_url: optional(text),
  certificate_public_url: optional(text),
  certificate_download_public_url: optional(text),
  subaccount_id: optional(text),
  project_allocations: listOf(
    shape<Allocation>({
      project: projectShape,
      amount_kg: number,
      retirements: listOf(
        shape<Allocation['retirements'][number]>({ serial_number_range: optional(text), url: optional(text) }),
      ),
    }),
  ),
  checkout_session_id: optional(text),
};

export const orderShape = shape<GenericOrder>(orderFields);
export const rideShape = shape<RideOrder>({ ...orderFields, distance_km: number });

export const sessionShape = shape<CheckoutSession>({
  id: text,
  checkout_url: text,
  status: oneOf<CheckoutSession['status']>({ open: true, complete: true, expired: true }),
  amount_kg: number,
  price_usd_cents: number,
});

export const quoteShape = shape<OffsetsQuote>({ amount_kg: number, price_usd_cents: number });

export const subaccountShape = shape<Subaccount>({
  id: text,
  name: text,
  email: optional(text),
  created_on: text,
  default_portfolio_id: optional(text),
  logo_url: optional(text),
});

const portfolioFields = {
  id: text,
  name: text,
  summary: optional(text),
  description: optional(text),
  primary_image_url: optional(text),
};

export const portfolioShape = shape<Portfolio>(portfolioFields);

const categoryFields = { id: text, name: text, description: optional(text), primary_image_url: optional(text) };

export const categoryShape = shape<ProjectCategoryWithProjects>({ ...categoryFields, projects: listOf(projectShape) });

export const portfolioWithCategoriesShape = shape<PortfolioWithCategoryAllocations>({
  ...portfolioFields,
  category_allocations: listOf(
    shape<PortfolioWithCategoryAllocations['category_allocations'][number]>({
      allocated_fraction: number,
      category: categoryShape,
    }),
  ),
});

export const impactShape = shape<ImpactData>({
  name: nullable(text),
  logo_url: nullable(text),
  total_offset_kgs: number,
  equivalents: shape<ImpactData['equivalents']>({
    cars_off_the_road: number,
    trees_planted: number,
    homes_annual_energy_usage: number,
    flights_lax_to_nyc: number,
  }),
  categories: listOf(
    shape<ImpactData['categories'][number]>({
      category: shape<ImpactData['categories'][number]['category']>(categoryFields),
      offset_kgs: number,
      projects: listOf(
        shape<ImpactData['categories'][number]['projects'][number]>({
          project: projectShape,
          offset_kgs: number,
          vintages: text,
        }),
      ),
    }),
  ),
  since_date: text,
  to_date: nullable(text),
});

export const hostedPageShape = shape<ImpactHostedPageConfig>({
  enabled: flag,
  url: text,
  enabled_equivalents: listOf(text),
});

export const pageOf = <T>(row: Check<T>): Check<List<T>> => shape<List<T>>({ data: listOf(row) });
