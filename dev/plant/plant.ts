import { Decimal } from 'decimal.js';
import type { BreakType } from '../../src/domain/reconciliation/break-types.js';
import type { Stage } from '../drills/stage.js';
import { makeOrders, type MadeOrder } from './make-orders.js';
import { planOf, type Plan } from './plan.js';
import { Random } from './random.js';
import { INVOICING, PLANTS, type Plant, type PlannedLine, type ProviderName } from './plants.js';
import { statementFiles, type StatementFile } from './statement-files.js';

/** What a run has to find: of an order, of a purchase by its provider's id, or of a line as `<number of the document>:<line>`. */
export interface KeyFinding {
  readonly type: BreakType;
  readonly provider: ProviderName;
  readonly subject: string;
}

/** What can be made only where time can be moved. */
export interface LateActs {
  /** As old as everything will be. */
  readonly boughtAt: Date;
  readonly run: (plan: Plan, made: readonly MadeOrder[]) => Promise<readonly KeyFinding[]>;
}

/** A document of a provider, and what has to be declared with it. */
export interface PlantedStatement {
  readonly provider: ProviderName;
  readonly document: 'invoice' | 'payments';
  readonly number: string;
  readonly issuedOn: string;
  readonly currency: string;
  readonly declared: { readonly lines: number; readonly net: string; readonly tax: string };
  readonly files: readonly StatementFile[];
  readonly lines: readonly PlannedLine[];
}

export interface AnswerKey {
  readonly seed: number;
  readonly orders: readonly {
    readonly n: number;
    readonly id: string;
    readonly provider: ProviderName;
    readonly providerOrderId: string | null;
    readonly status: string;
    readonly planted: string | null;
  }[];
  readonly findings: readonly KeyFinding[];
}

/**
 * Orders, statements and what is wrong with them, on a running gateway over simulated providers. `late`: where time can be
 * moved, what comes before everything is that old, and nobody looks any more.
 */
export const plant = async (
  stage: Stage,
  seed: number,
  count: number,
  late?: LateActs,
): Promise<{ readonly key: AnswerKey; readonly statements: readonly PlantedStatement[] }> => {
  const plan = planOf(seed, count, late !== undefined);
  const strangers = await buyAsStrangers(stage, plan, late?.boughtAt ?? new Date());
  const made = await makeOrders(stage, plan);
  const projects = await projectsOf(stage, plan, made);
  const statements = statementsOf(plan, made, projects, dayOfCutOff());
  const lateFindings = late ? await late.run(plan, made) : [];
  const findings = [
    ...made.flatMap(findingsOf),
    ...invoicingFindings(plan, made, projects),
    ...strangers,
    ...statements.flatMap((statement) => findingsInLines(statement, plan)),
    ...lateFindings,
  ];
  return { statements, key: { seed, orders: made.map(inKey), findings: findings.toSorted(byText) } };
};

/** A run looks at what was some minutes ago: just after midnight, that is the day before. */
const dayOfCutOff = (): string => new Date(Date.now() - 3_600_000).toISOString().slice(0, 10);

const inKey = ({ n, provider, planted, order }: MadeOrder): AnswerKey['orders'][number] => ({
  n,
  id: order.id,
  provider,
  providerOrderId: order.provider_order_id,
  status: order.status,
  planted,
});

/** Orders at One Tribe that are invoiced as the plan has it, with their projects. */
const projectsOf = async (
  stage: Stage,
  { invoicing }: Plan,
  made: readonly MadeOrder[],
): Promise<ReadonlyMap<MadeOrder, string>> => {
  const projects = new Map<MadeOrder, string>();
  if (invoicing === 'by_order') return projects;
  for (const each of made.filter(({ provider, planted }) => provider === 'one_tribe' && planted === null)) {
    const { project_id: project } = await stage.oneTribe.read<{ project_id: string }>(
      `/transactions/${each.order.provider_order_id ?? ''}`,
    );
    projects.set(each, project);
  }
  return projects;
};

const invoicingFindings = (
  { invoicing }: Plan,
  made: readonly MadeOrder[],
  projects: ReadonlyMap<MadeOrder, string>,
): readonly KeyFinding[] =>
  made
    .filter((each) => projects.has(each))
    .flatMap((each) =>
      INVOICING[invoicing]
        .filter(
          (type) => !isOfLine(type) && (type !== 'difference_tolerated' || !isAlone(projects, projects.get(each))),
        )
        .map((type) => ({ type, provider: each.provider, subject: each.order.id })),
    );

/** A cent is more than half a cent for one order alone. */
const isAlone = (projects: ReadonlyMap<MadeOrder, string>, project: string | undefined): boolean =>
  [...projects.values()].filter((each) => each === project).length === 1;

const isOfLine = (type: BreakType): boolean => type.startsWith('aggregate_');

const findingsOf = ({ provider, planted, order }: MadeOrder): readonly KeyFinding[] =>
  planted === null ? [] : PLANTS[planted].finds.map((type) => ({ type, provider, subject: order.id }));

/** Purchases on our account of which we know nothing. */
const buyAsStrangers = async (stage: Stage, { extras }: Plan, at: Date): Promise<readonly KeyFinding[]> => {
  const found: KeyFinding[] = [];
  for (const { type, provider } of extras) {
    if (type !== 'purchase_unknown_here') continue;
    const simulator = provider === 'cnaught' ? stage.cnaught : stage.oneTribe;
    // To the second, as the lists have it: one that begins later than the next order of its second is out of order.
    const second = `${at.toISOString().slice(0, 19)}Z`;
    await simulator.command('/foreign-rows', { [provider === 'cnaught' ? 'created_on' : 'createdAt']: second });
    const last = (await simulator.ledger()).findLast(({ kind }) => kind.startsWith('foreign_'));
    found.push({ type, provider, subject: last?.id ?? '' });
  }
  return found;
};

const STATEMENTS = [
  { provider: 'cnaught', document: 'invoice', currency: 'USD' },
  { provider: 'carbonmark', document: 'payments', currency: 'USD' },
  { provider: 'one_tribe', document: 'invoice', currency: 'GBP' },
] as const;

const NOTHING = new Decimal(0);

const statementsOf = (
  plan: Plan,
  made: readonly MadeOrder[],
  projects: ReadonlyMap<MadeOrder, string>,
  day: string,
): readonly PlantedStatement[] => {
  const random = new Random(plan.seed);
  return STATEMENTS.flatMap(({ provider, document, currency: own }) => {
    const orders = made.filter((order) => order.provider === provider);
    const all = random.shuffled([
      ...orders.filter((order) => !projects.has(order)).flatMap((order) => linesOf(order, orders)),
      ...linesOfProjects(plan, orders, projects),
      ...linesOfNobody(plan, provider),
    ]);
    return [own, 'EUR' as const].flatMap((currency): PlantedStatement[] => {
      const lines = all.filter((line) => (line.currency ?? own) === currency);
      if (lines.length === 0) return [];
      const total = (of: (line: PlannedLine) => Decimal): string =>
        lines
          .reduce((sum, line) => (line.kind === 'credit' ? sum.minus(of(line)) : sum.plus(of(line))), NOTHING)
          .toFixed(2);
      return [
        {
          provider,
          document,
          // Two plants of one seed are two documents.
          number: `PLANT-${plan.seed}-${currency}-${made[0]?.order.id.slice(-8) ?? ''}`,
          issuedOn: day,
          currency,
          declared: { lines: lines.length, net: total(({ net }) => net), tax: total(({ tax }) => tax) },
          files: statementFiles(provider, lines, currency, day),
          lines,
        },
      ];
    });
  });
};

/** How far a line for a project is from what its orders cost. */
const OFF = { by_order: '0', by_project: '0', by_project_rounded: '0.01', by_project_wrong: '1.00' } as const;

const linesOfProjects = (
  { invoicing }: Plan,
  orders: readonly MadeOrder[],
  projects: ReadonlyMap<MadeOrder, string>,
): readonly PlannedLine[] =>
  [...new Set(projects.values())].flatMap((projectId): readonly PlannedLine[] => {
    const own = orders.filter((order) => projects.get(order) === projectId).flatMap((order) => linesOf(order, orders));
    const sum = (of: (line: PlannedLine) => Decimal): Decimal => own.reduce((all, line) => all.plus(of(line)), NOTHING);
    return own.length === 0
      ? []
      : [
          {
            kind: 'charge',
            providerOrderId: null,
            reference: null,
            projectId,
            grams: own.reduce((all, { grams }) => all + (grams ?? 0), 0),
            // A cent is more than half a cent for one order alone.
            net: sum(({ net }) => net).plus(
              own.length === 1 && invoicing === 'by_project_rounded' ? 0 : OFF[invoicing],
            ),
            tax: sum(({ tax }) => tax),
            description: `Project ${projectId}`,
          },
        ];
  });

/** What its provider charges for an order, or says that its payer has paid; and what is planted in place of that. */
const linesOf = (made: MadeOrder, own: readonly MadeOrder[]): readonly PlannedLine[] => {
  const { order, planted, payment, provider } = made;
  const known: Plant | null = planted && PLANTS[planted];
  if (order.price === null) return [];
  const tax = new Decimal(order.price.tax?.amount ?? 0);
  const line: PlannedLine = {
    kind: provider === 'carbonmark' ? 'payment' : 'charge',
    providerOrderId: order.provider_order_id,
    reference: order.id,
    grams: order.ordered_mass.grams,
    net: new Decimal(order.price.total.amount).minus(tax),
    tax,
    description: `Order ${made.n}`,
  };
  const other = own.find((each) => each !== made && each.planted === null)?.order.id ?? order.id;
  if (known?.lines) return known.lines(line, other);
  return payment === 'checkout' && provider !== 'carbonmark' ? [] : [line];
};

const linesOfNobody = ({ extras }: Plan, provider: ProviderName): readonly PlannedLine[] =>
  extras
    .filter((extra) => extra.provider === provider)
    .flatMap(({ type }, index): readonly PlannedLine[] => {
      const line = {
        reference: null,
        grams: null,
        net: new Decimal('12.50'),
        tax: NOTHING,
        description: `Line ${index}`,
      };
      if (type === 'charge_unknown' || type === 'payment_unmatched') {
        const kind = type === 'charge_unknown' ? 'charge' : 'payment';
        return [{ ...line, finds: type, kind, providerOrderId: `unknown-${index + 1}` }];
      }
      return type === 'fee_unallocated' ? [{ ...line, finds: type, kind: 'fee', providerOrderId: null }] : [];
    });

/** The first line has the names of the columns. */
const FIRST_LINE = 2;

const findingsInLines = ({ provider, number, lines }: PlantedStatement, { invoicing }: Plan): readonly KeyFinding[] =>
  lines.flatMap((line, index): readonly KeyFinding[] =>
    (line.projectId === undefined ? [line.finds ?? []].flat() : INVOICING[invoicing].filter(isOfLine)).map((type) => ({
      type,
      provider,
      subject: `${number}:${index + FIRST_LINE}`,
    })),
  );

const byText = (a: KeyFinding, b: KeyFinding): number => (`${a.type} ${a.subject}` < `${b.type} ${b.subject}` ? -1 : 1);
