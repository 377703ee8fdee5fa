import { randomUUID } from 'node:crypto';
import { endMonth } from '../../dev/plant/end-month.js';
import { plant, type KeyFinding, type PlantedStatement } from '../../dev/plant/plant.js';
import { planOf } from '../../dev/plant/plan.js';
import { EXTRAS, PLANTS, type PlannedLine, type ProviderName } from '../../dev/plant/plants.js';
import { Stage } from '../../dev/drills/stage.js';
import { SCOPES } from '../../src/application/access/scopes.js';
import { FindOrder } from '../../src/application/orders/find-order.js';
import { moneyAmount } from '../../src/domain/ledger/units.js';
import type { ProviderOrder } from '../../src/domain/providers/calls.js';
import { judge } from '../../src/domain/reconciliation/judge.js';
import type { OrderLeg, ProviderLeg, StatementLeg, Terms } from '../../src/domain/reconciliation/legs.js';
import { ProviderDirectory } from '../../src/providers/provider-directory.js';
import { claimLots } from '../support/claim-lots.js';
import { TestEngine } from '../support/engine.js';
import { postLedger } from '../support/post-ledger.js';
import { startForBrowsers } from '../dashboard/staffed-gateway.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

jest.setTimeout(60_000);

describe('a plan', () => {
  it('is the same for a seed, and another for another', () => {
    expect(planOf(42, 500)).toEqual(planOf(42, 500));
    expect(planOf(42, 500)).not.toEqual(planOf(43, 500));
  });

  it('has one of every kind sooner or later, and mostly orders on which all agree', () => {
    const plans = Array.from({ length: 30 }, (_, seed) => planOf(seed, 100));
    const planted = new Set(plans.flatMap(({ orders }) => orders.map((order) => order.planted)));
    expect(planted).toEqual(new Set([null, ...Object.keys(PLANTS)]));
    for (const { orders } of plans) {
      expect(orders).toHaveLength(100);
      expect(orders.filter((order) => order.planted === null).length).toBeGreaterThan(70);
    }
  });
});

describe('what is planted', () => {
  let gateway: ServedGateway;
  let planted: Awaited<ReturnType<typeof plant>>;
  beforeAll(async () => {
    gateway = await startForBrowsers(() => Promise.resolve({ role: 'all' }));
    await (await TestEngine.within(gateway, gateway.app)).liftQuotas();
    const key = await gateway.newKey(['orders:write', 'orders:read']);
    const stage = new Stage(gateway.url, key, gateway.sandbox.variables(), (sql, values) => gateway.rows(sql, values));
    // Has one of every kind.
    planted = await plant(stage, 155, 30);
    await claimLots(gateway);
  });
  afterAll(() => gateway.stop());

  it('is in statements that are taken in, in our format and in that of the provider', async () => {
    const finance = await gateway.newKey(SCOPES);
    const uploaded = async (statement: PlantedStatement, nth: number): Promise<unknown> => {
      const { provider, document, number, issuedOn, currency, declared, files } = statement;
      const query = {
        provider,
        document,
        number: `${number}-${nth}`,
        issued_on: issuedOn,
        covers_from: issuedOn,
        covers_to: issuedOn,
        currency,
        mapping: files[nth]?.mapping,
        declared_lines: String(declared.lines),
        declared_net: declared.net,
        declared_tax: declared.tax,
      };
      const { body } = await gateway
        .post('/v1/finance/statements', finance)
        .query(query)
        .set('idempotency-key', randomUUID())
        .set('content-type', 'text/csv')
        .send(files[nth]?.text);
      const { id, status } = body as { id: string; status: string };
      // Its lines are those of the other file.
      await gateway
        .post(`/v1/finance/statements/${id}/reverse`, finance)
        .send({ reason: 'It was only tried, to see whether it is read.' });
      return status === 'checked' ? status : body;
    };
    expect(planted.statements.map(({ provider }) => provider)).toEqual(['cnaught', 'carbonmark', 'one_tribe']);
    for (const statement of planted.statements)
      for (const nth of [0, 1])
        expect([statement.provider, await uploaded(statement, nth)]).toEqual([statement.provider, 'checked']);
  });

  it('is exactly what the answers say, and nothing else', async () => {
    const found = [...(await judged()), ...(await refusedProofs())];
    const kinds = new Set(planted.key.findings.map(({ type }) => type));
    expect(kinds).toEqual(new Set([...Object.values(PLANTS).flatMap(({ finds }) => finds), ...EXTRAS]));
    expect(found.map(shown).toSorted()).toEqual(planted.key.findings.map(shown).toSorted());
  });

  const shown = ({ type, provider, subject }: KeyFinding): string => `${type} ${provider} ${subject}`;

  const refusedProofs = async (): Promise<readonly KeyFinding[]> => {
    const rows = await gateway.rows<{ type: KeyFinding['type']; provider: ProviderName; subject: string }>(
      `SELECT DISTINCT p.outcome AS type, o.provider, p.order_id AS subject FROM proofs p JOIN orders o ON o.id = p.order_id
       WHERE p.outcome <> 'claimed'`,
    );
    return rows;
  };

  /** As a run does it: everything of one order together, and what is of none. */
  const judged = async (): Promise<readonly KeyFinding[]> => {
    const found: KeyFinding[] = [];
    for (const provider of ['cnaught', 'carbonmark', 'one_tribe'] as const) {
      const purchases = await listed(provider);
      const statement = planted.statements.find((each) => each.provider === provider);
      const lines = statement ? statement.lines.map((line, index) => lineLeg(statement, line, index)) : [];
      const orders = planted.key.orders.filter((order) => order.provider === provider);
      const ofOrder =
        ({ id, providerOrderId }: (typeof orders)[number]) =>
        (leg: ProviderLeg | StatementLeg): boolean =>
          leg.providerOrderId === null || leg.providerOrderId.startsWith('unknown-')
            ? false
            : leg.providerOrderId === providerOrderId ||
              (leg.reference === id && !orders.some((o) => o.providerOrderId === leg.providerOrderId));
      for (const order of orders) {
        const [p, s] = [purchases.filter(ofOrder(order)), lines.filter(ofOrder(order))];
        found.push(...findings(provider, judge(await orderLeg(order.id), p, s, TERMS[provider])));
      }
      const isOfNobody = (leg: ProviderLeg | StatementLeg): boolean => !orders.some((order) => ofOrder(order)(leg));
      for (const purchase of purchases.filter(isOfNobody))
        found.push(...findings(provider, judge(null, [purchase], [], TERMS[provider])));
      for (const line of lines.filter(isOfNobody))
        found.push(...findings(provider, judge(null, [], [line], TERMS[provider])));
    }
    return found;
  };

  const findings = (provider: ProviderName, of: ReturnType<typeof judge>): readonly KeyFinding[] =>
    of.map(({ type, subject }) => ({ type, provider, subject }));

  const orderLeg = async (id: string): Promise<OrderLeg> => {
    const order = await gateway.app.get(FindOrder).run(id, 'all_tenants');
    const tax = order.priceTax === null ? 0n : moneyAmount(order.priceTax).units;
    return {
      id,
      providerOrderId: order.providerOrderId,
      status: order.status,
      payer: order.paymentMethod,
      grams: BigInt(order.orderedMass),
      price: order.price && {
        netUnits: moneyAmount(order.price.total).units - tax,
        taxUnits: tax,
        currency: order.price.total.currency,
      },
      isSettled: true,
      isProven: true,
      retiredDays: 0,
      refundDue: null,
    };
  };

  const STATES: Readonly<Partial<Record<ProviderOrder['status'], ProviderLeg['state']>>> = {
    placed: 'open',
    accepted: 'open',
    retired: 'retired',
    completed: 'retired',
  };

  const listed = async (name: ProviderName): Promise<readonly ProviderLeg[]> => {
    const provider = gateway.app.get(ProviderDirectory).get(name);
    const rows: ProviderLeg[] = [];
    for (let cursor: string | null = null; provider.listOrders;) {
      const call = { signal: AbortSignal.timeout(10_000), correlationId: 'plant', account: null };
      const window = { createdFrom: new Date(Date.now() - 86_400_000), providerOfferingId: null };
      const page: Awaited<ReturnType<NonNullable<typeof provider.listOrders>>> = await provider.listOrders(
        window,
        cursor,
        call,
      );
      for (const { providerOrderId, orderReference: reference, status, mass, price } of page.orders)
        rows.push({
          providerOrderId,
          reference,
          state: STATES[status] ?? 'undone',
          grams: mass === null ? null : BigInt(mass),
          grossUnits: price && moneyAmount(price).units,
          currency: price && price.currency,
        });
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    return rows;
  };

  const lineLeg = ({ number, currency }: PlantedStatement, line: PlannedLine, index: number): StatementLeg => ({
    statementId: number,
    line: index + 2,
    kind: line.kind,
    providerOrderId: line.providerOrderId,
    reference: line.reference,
    grams: line.grams === null ? null : BigInt(line.grams),
    netUnits: BigInt(line.net.times(1e6).toFixed(0)),
    taxUnits: BigInt(line.tax.times(1e6).toFixed(0)),
    currency: currency as StatementLeg['currency'],
  });

  const BILLED = { coverage: 'complete', taxRate: null, proofDays: 14 } as const;
  const TERMS: Readonly<Record<ProviderName, Terms>> = {
    cnaught: { ...BILLED, provider: 'cnaught', invoiceDays: 10 },
    carbonmark: { ...BILLED, provider: 'carbonmark', coverage: 'known_only', invoiceDays: null },
    one_tribe: { ...BILLED, provider: 'one_tribe', invoiceDays: 15, taxRate: 200_000n },
  };
});

describe('a month that is ended for practice', () => {
  let gateway: ServedGateway;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
  });
  afterAll(() => gateway.stop());

  it('is over, and what is bought from then on is of the next one', async () => {
    const finance = await gateway.newKey(SCOPES);
    const buy = async (): Promise<string> => {
      const { body } = await gateway.order(SMALL_ORDER).set('prefer', 'wait=10').expect(201);
      await postLedger(gateway);
      return (body as { id: string }).id;
    };
    await buy();
    const { id, endsAt } = await endMonth((sql) => gateway.rows(sql));
    const { body } = await gateway.get(`/v1/finance/periods/${id}/close-checklist`, finance);
    expect((body as { checks: object[] }).checks).toContainEqual(
      expect.objectContaining({ check: 'month_is_over', ok: true }),
    );
    const later = await gateway.rows(
      `SELECT DISTINCT t.period_id > $2 AS is_later, p.starts_at
       FROM ledger_transfers t JOIN periods p ON p.id = t.period_id WHERE t.order_id = $1`,
      [await buy(), id],
    );
    expect(later).toEqual([{ is_later: true, starts_at: endsAt }]);
  });
});
