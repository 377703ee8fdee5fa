import { amountText, currencyOf, type Amount } from '../ledger/units.js';
import { massIn, type Grams } from '../mass.js';
import type { PaymentMethod } from '../providers/capabilities.js';
import type { Retirement } from '../providers/calls.js';
import { lotFromSerial, projectName } from '../lots/lot.js';
import { isInEu } from '../projects/eu.js';
import type { ProjectBook, RegisteredProject } from '../projects/project-book.js';
import type { ProjectFacts } from '../projects/project-facts.js';
import { allocate } from '../ledger/allocate.js';
import { labelsText, plain, text, type Column, type ExportKind } from './export-kind.js';

/** An order whose credits are retired, as the books and the order have it. */
export interface RetiredOrder {
  readonly orderId: string;
  readonly tenantId: string;
  readonly provider: string;
  readonly providerOrderId: string | null;
  readonly paymentMethod: PaymentMethod;
  /** 2026-11-30, in the time zone of finance. */
  readonly retiredOn: string;
  /** Whether the provider says when, or only we have seen it. */
  readonly retiredOnSource: 'provider' | 'observed';
  readonly mass: Grams;
  /** Whether serial numbers or a certificate cover all of it. */
  readonly isProven: boolean;
  /** What claims of it stand, each with the project that it names. */
  readonly claims: readonly {
    readonly registry: string;
    readonly registryProjectId: string | null;
    readonly mass: Grams;
  }[];
  /** What the provider has told of it; masses may be missing, and any number of them may be there. */
  readonly retirements: readonly Retirement[];
  readonly certificateUrl: string | null;
  /** What the books have for it so far; null where the payer has paid. */
  readonly cost: Amount | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly timelineUrl: string;
}

/** One line of the inventory: of one project and vintage, as far as they are known. */
export interface RetirementRow {
  readonly order: RetiredOrder;
  readonly mass: Grams;
  readonly cost: Amount | null;
  readonly retirement: Omit<Retirement, 'mass'>;
  /** Null: neither serial numbers nor proofs name it. */
  readonly project: RegisteredProject | null;
  /** What was so of it on the day of the retirement; null: nobody has entered it. */
  readonly facts: ProjectFacts | null;
}

/**
 * The mass of an order by what was retired for it, where that is told to the gram. Otherwise one line for all of it, with
 * what all that was told agrees on: nothing is divided by guess.
 */
export const inventoryOf = (order: RetiredOrder, book: ProjectBook): readonly RetirementRow[] => {
  const told = order.retirements;
  const masses = told.map(({ mass }): number => mass ?? 0);
  const isWhole = masses.every((mass) => mass > 0) && masses.reduce((sum, mass) => sum + mass, 0) === order.mass;
  const rowOf = (mass: Grams, cost: Amount | null, retirement: RetirementRow['retirement']): RetirementRow => {
    const project = projectOf(order, retirement);
    return { order, mass, cost, retirement, project, facts: project && book.on(project, order.retiredOn) };
  };
  if (told.length < 2 || !isWhole) return [rowOf(order.mass, order.cost, commonTo(told))];
  const costs = order.cost && partsOf(order.cost, masses);
  return told.map(({ mass, ...retirement }, index) => rowOf(mass ?? order.mass, costs?.[index] ?? null, retirement));
};

/** As its serial numbers name it, or else as all claims of the order do, where together they are all of it. */
const projectOf = (
  { mass, claims }: RetiredOrder,
  { serialNumberRange, registry }: RetirementRow['retirement'],
): RegisteredProject | null => {
  const lot = serialNumberRange === null ? null : lotFromSerial(serialNumberRange, registry);
  if (lot !== null && lot.registryProjectId !== null)
    return { registry: lot.registry, registryProjectId: lot.registryProjectId };
  const [first, ...others] = claims;
  if (!first || first.registryProjectId === null) return null;
  const project = { registry: first.registry, registryProjectId: first.registryProjectId };
  const name = projectName(project.registry, project.registryProjectId);
  const isAll = claims.reduce((sum, claim) => sum + claim.mass, 0) === mass;
  return isAll &&
    others.every(
      (claim) => claim.registryProjectId !== null && projectName(claim.registry, claim.registryProjectId) === name,
    )
    ? project
    : null;
};

const partsOf = ({ asset, units }: Amount, masses: readonly number[]): readonly Amount[] => {
  const parts = allocate(units < 0n ? -units : units, masses.map(BigInt));
  return parts.map((part) => ({ asset, units: units < 0n ? -part : part }));
};

const commonTo = (told: readonly Retirement[]): Omit<Retirement, 'mass'> => {
  const common = <Field extends keyof Retirement>(field: Field): Retirement[Field] | null => {
    const [first, ...others] = told.map((one) => one[field]);
    return first !== undefined && others.every((other) => other === first) ? first : null;
  };
  return {
    project: common('project'),
    registry: common('registry'),
    vintage: common('vintage'),
    serialNumberRange: common('serialNumberRange'),
    url: common('url'),
    transactionHash: common('transactionHash'),
  };
};

/** What disclosure asks of a retirement, and neither the provider has told nor anybody entered. */
const missingOf = (row: RetirementRow): readonly string[] =>
  RETIREMENTS.columns.filter(({ name, of }) => DISCLOSED.has(name) && of(row) === null).map(({ name }) => name);

/** European Sustainability Reporting Standards, E1-7, and what such an inventory is checked by. */
const DISCLOSED: ReadonlySet<string> = new Set([
  'claimant',
  'registry',
  'standard',
  'registry_project_id',
  'project_name',
  'country',
  'in_eu',
  'activity',
  'sink',
  'methodology',
  'vintage',
  'serial_range',
  'article6_adjusted',
]);

/** What finance has entered of the project, as providers do not tell it. */
const entered = (name: string, means: string, of: (facts: ProjectFacts) => string | null): Column<RetirementRow> =>
  text(name, means, ({ facts }) => facts && of(facts));

const yesOrNo = (flag: boolean | null): string | null => (flag === null ? null : String(flag));

export const RETIREMENTS: ExportKind<RetirementRow> = {
  means: 'what was retired, as an inventory for disclosure (ESRS E1-7)',
  columns: [
    text('order_id', 'the order', ({ order }) => order.orderId),
    plain('reporting_year', 'year of `retired_on`', ({ order }) => order.retiredOn.slice(0, 4)),
    plain('retired_on', 'when it was retired, in `FINANCE_TIME_ZONE`', ({ order }) => order.retiredOn),
    text('retired_on_source', '`provider` says so, or `observed` by the gateway', ({ order }) => order.retiredOnSource),
    plain('tonnes', 'tonnes of CO2e', ({ mass }) => massIn(mass, 't')),
    plain('grams', 'the same in grams', ({ mass }) => String(mass)),
    text('claimant', '`customer` where the payer has paid for it', ({ order }) =>
      order.paymentMethod === 'checkout' ? 'customer' : null,
    ),
    text('tenant', 'whose', ({ order }) => order.tenantId),
    text(
      'registry',
      'where it is retired',
      ({ retirement, project }) => retirement.registry ?? project?.registry ?? null,
    ),
    entered('standard', 'by which standard the project is certified', ({ standard }) => standard),
    text('registry_project_id', 'the project, at its registry', ({ project }) => project?.registryProjectId ?? null),
    text('project_name', 'its name', ({ retirement, facts }) => retirement.project ?? facts?.name ?? null),
    entered('country', 'where it is: ISO 3166, two letters', ({ country }) => country),
    entered('in_eu', 'whether that is in the European Union', ({ country }) =>
      country === null ? null : String(isInEu(country)),
    ),
    entered('activity', '`reduction`, `removal` or `mixed`', ({ activity }) => activity),
    entered('sink', '`biogenic` or `technological`; `none` of a reduction', ({ activity, sink }) =>
      activity === 'reduction' ? 'none' : sink,
    ),
    entered('methodology', 'by which methodology', ({ methodology }) => methodology),
    plain('vintage', 'the year of the reduction or removal', ({ retirement }) =>
      retirement.vintage === null ? null : String(retirement.vintage),
    ),
    text('serial_range', 'serial numbers', ({ retirement }) => retirement.serialNumberRange),
    text('registry_url', 'the entry at the registry', ({ retirement }) => retirement.url),
    text('transaction_hash', 'the retirement, where it is on a chain', ({ retirement }) => retirement.transactionHash),
    text('certificate_url', 'the certificate', ({ order }) => order.certificateUrl),
    text('proof_status', '`proven` by serial numbers or a certificate, or `unproven`', ({ order }) =>
      order.isProven ? 'proven' : 'unproven',
    ),
    entered('article6_adjusted', 'whether its country has made a corresponding adjustment', ({ article6Adjusted }) =>
      yesOrNo(article6Adjusted),
    ),
    entered('ccp_label', 'whether it has the label of the Core Carbon Principles', ({ ccpLabel }) => yesOrNo(ccpLabel)),
    text('seller', 'of whom it was bought', ({ order }) => order.provider),
    text('provider_order_id', 'its id there', ({ order }) => order.providerOrderId),
    plain('cost', 'what it cost, without tax; empty where the payer has paid', ({ cost }) => cost && amountText(cost)),
    text('currency', 'of the cost', ({ cost }) => cost && currencyOf(cost.asset)),
    text('order_timeline_url', 'everything that happened', ({ order }) => order.timelineUrl),
    text('labels', 'labels of the order, as a JSON object', ({ order }) => labelsText(order.labels)),
    text('missing_fields', 'what of this is not known and should be', (row) => missingOf(row).join(' ') || null),
  ],
  missingOf,
};
