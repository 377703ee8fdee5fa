import { Decimal } from 'decimal.js';
import { decided, jsonResponse, type Call, type Decision } from '../http-messages.js';
import type { CnaughtOrders } from './cnaught-orders.js';
import { invalidParameters } from './cnaught-problems.js';
import type { Allocation } from './cnaught-rows.js';
import { CATEGORIES, toWireCategory, toWireProject } from './projects.js';
import type { Subaccounts } from './subaccounts.js';

const ACCOUNT_NAME = 'Sandbox Account';
const ACCOUNT_OPENED_ON = '2025-01-06T09:00:00.000000Z';

/** Kilograms that count as one of each: invented. */
const KG_PER_EQUIVALENT = {
  cars_off_the_road: 4_600,
  trees_planted: 60,
  homes_annual_energy_usage: 7_500,
  flights_lax_to_nyc: 1_000,
};

/** What all fulfilled orders add up to. */
export class Impact {
  constructor(
    private readonly orders: CnaughtOrders,
    private readonly subaccounts: Subaccounts,
  ) {}

  data(call: Call): Decision {
    const subaccount = this.subaccounts.of(call);
    if ('refusal' in subaccount) return decided(subaccount.refusal);
    const [from, to] = ['from', 'to'].map((name) => call.query.get(name));
    for (const [name, text] of Object.entries({ from, to })) {
      if (text && Number.isNaN(Date.parse(text))) {
        return decided(invalidParameters({ [name]: [`The ${name} field must be a date.`] }));
      }
    }
    const allocations = this.orders
      .of(subaccount.row)
      .filter(({ state }) => state === 'fulfilled')
      .filter(({ changedAtMs }) => (!from || changedAtMs >= Date.parse(from)) && (!to || changedAtMs < Date.parse(to)))
      .flatMap((order) => order.allocations);
    const total = massOf(allocations);
    return decided(
      jsonResponse(200, {
        name: subaccount.row?.name ?? ACCOUNT_NAME,
        logo_url: subaccount.row?.logoUrl ?? null,
        total_offset_kgs: total,
        equivalents: Object.fromEntries(
          Object.entries(KG_PER_EQUIVALENT).map(([name, kg]) => [
            name,
            new Decimal(total).dividedBy(kg).toDP(2).toNumber(),
          ]),
        ),
        categories: toUsage(allocations),
        since_date: from ?? ACCOUNT_OPENED_ON,
        to_date: to ?? null,
      }),
    );
  }

  hostedPage(call: Call): Decision {
    const subaccount = this.subaccounts.of(call);
    if ('refusal' in subaccount) return decided(subaccount.refusal);
    return decided(
      jsonResponse(200, {
        enabled: false,
        url: `https://impact.example/${subaccount.row?.id ?? 'account'}`,
        enabled_equivalents: Object.keys(KG_PER_EQUIVALENT),
      }),
    );
  }
}

const massOf = (allocations: readonly Allocation[]): number =>
  Decimal.sum(0, ...allocations.map((allocation) => allocation.amount_kg)).toNumber();

/** Categories of which something was bought. */
const toUsage = (allocations: readonly Allocation[]): readonly object[] =>
  CATEGORIES.flatMap((category) => {
    const own = allocations.filter(({ project }) => project.id === category.project.id);
    if (own.length === 0) return [];
    const kg = massOf(own);
    const vintages = category.project.credit_issuances.map((issuance) => issuance.vintage_year).join(', ');
    const projects = [{ project: toWireProject(category), offset_kgs: kg, vintages }];
    return [{ category: toWireCategory(category), offset_kgs: kg, projects }];
  });
