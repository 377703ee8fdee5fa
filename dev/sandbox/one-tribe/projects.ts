import { Decimal } from 'decimal.js';
import { CommandRefusedError } from '../command-refused.error.js';
import { toIsoSeconds } from '../clock.js';
import { checkPrice } from '../control-fields.js';
import { decided, jsonResponse, type Call, type Decision } from '../http-messages.js';
import type { Effect, Ledger } from '../ledger.js';
import type { Table } from '../table.js';
import { listBody } from './list-query.js';
import { notFound } from './one-tribe-errors.js';
import { PROJECTS, type ProjectRow } from './one-tribe-fixtures.js';

const CREATED_AT = toIsoSeconds(Date.UTC(2025, 0, 6, 9));

/** The projects on offer. Prices can be changed by command; the rest is fixed. */
export class Projects {
  private readonly repriced: Table<ProjectRow>;

  constructor(ledger: Ledger) {
    this.repriced = ledger.table<ProjectRow>('projects');
  }

  find(id: string): ProjectRow | null {
    return this.repriced.get(id) ?? PROJECTS.find((project) => project.projectId === id) ?? null;
  }

  list(call: Call): Decision {
    const rows = PROJECTS.map(({ projectId }) => toWireProject(this.find(projectId) as ProjectRow));
    const list = listBody(rows, call.query);
    return decided('refusal' in list ? list.refusal : jsonResponse(200, list.body));
  }

  read(id: string): Decision {
    const project = this.find(id);
    return decided(project ? jsonResponse(200, toWireDetails(project)) : notFound('Project'));
  }

  /** Command: a new base price, in pounds per tonne. */
  reprice(id: string, basePricePerTon: number): Effect {
    const project = this.find(id);
    if (!project) throw new CommandRefusedError('There is no such project.');
    checkPrice('basePricePerTon', basePricePerTon);
    const row = { ...project, basePricePerTon };
    return { kind: 'project_repriced', id, changes: [this.repriced.put(id, row)] };
  }
}

const pounds = (value: Decimal): number => value.toDecimalPlaces(2).toNumber();

const toPricing = (project: ProjectRow): object => {
  const base = new Decimal(project.basePricePerTon);
  const profit = base.times(project.partnerMarginPercentage).dividedBy(100);
  const endPrice = base.plus(profit);
  return {
    base_price_per_ton: pounds(base),
    partner_margin_percentage: project.partnerMarginPercentage,
    partner_profit_per_ton: pounds(profit),
    end_customer_price_per_ton: pounds(endPrice),
    vat_rate: project.vatRate,
    total_price: pounds(endPrice.times(new Decimal(project.vatRate).plus(1))),
  };
};

const toWireProject = (project: ProjectRow): object => ({
  project_id: project.projectId,
  title: project.title,
  description: project.description,
  primary_image: null,
  location_name: project.locationName,
  country: project.country,
  category: project.category,
  registry_type: project.registryType,
  min_volume: project.minVolume,
  pricing: toPricing(project),
  project_status: project.status,
});

const toWireDetails = (project: ProjectRow): object => ({
  ...toWireProject(project),
  images: [],
  url: `https://onetribe.example/projects/${project.projectId}`,
  estimated_annual_emissions: 12_000,
  crediting_term_start_date: '2022-01-01',
  crediting_term_end_date: '2031-12-31',
  createdAt: CREATED_AT,
  updatedAt: CREATED_AT,
});
