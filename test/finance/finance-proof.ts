import { setTimeout as delay } from 'node:timers/promises';
import type { MadeOrder } from '../../dev/plant/make-orders.js';
import type { Plan } from '../../dev/plant/plan.js';
import { plant, type AnswerKey, type KeyFinding, type PlantedStatement } from '../../dev/plant/plant.js';
import { PLANTS, SHOWN_OTHERWISE, type Plant, type ProviderName } from '../../dev/plant/plants.js';
import { Stage } from '../../dev/drills/stage.js';
import { ResolveBreak } from '../../src/application/breaks/resolve-break.js';
import { VerifyLedger, type VerifiedLedger } from '../../src/application/ledger/verify-ledger.js';
import { monthOf } from '../../src/domain/periods/month.js';
import type { BreakType } from '../../src/domain/reconciliation/break-types.js';
import { RULES, type Rule } from '../../src/domain/reconciliation/rules.js';
import type { Run } from '../../src/domain/reconciliation/run.js';
import { startForBrowsers } from '../dashboard/staffed-gateway.js';
import type { ServedGateway } from '../http/served-gateway.js';
import { claimLots } from '../support/claim-lots.js';
import { TestEngine } from '../support/engine.js';
import { BY_TESTER } from '../support/launcher.js';
import { Reconciling } from '../support/reconciling.js';
import { PlantedPools } from './planted-pools.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How long ago everything was bought: a run compares nothing that its provider may not show yet. */
const AGO = 3 * HOUR;

const PROVIDERS = ['cnaught', 'carbonmark', 'one_tribe'] as const;
const CURRENCY = { cnaught: 'USD', carbonmark: 'USD', one_tribe: 'GBP' } as const;
const TAX = { cnaught: 0, carbonmark: 0, one_tribe: 0.2 } as const;

/** What of claimed refunds is told next, after 60 days and before. */
const CLAIMED = new Set<BreakType>(['charged_twice', 'charge_for_unbought', 'charge_for_payer']);

/** What can be done to the books of an order: another amount, account or time, one transfer less, and one more. */
const ALTERATIONS: readonly ((id: string) => string)[] = [
  (id) =>
    `UPDATE ledger_transfers SET units = units + 1 WHERE source = '${id}' AND rule = 'recognise' AND debit = 'expense'`,
  (id) =>
    `UPDATE ledger_transfers SET debit = 'fees' WHERE source = '${id}' AND rule = 'recognise' AND debit = 'expense'`,
  (id) =>
    `UPDATE ledger_transfers SET effective_at = effective_at - interval '1 s' WHERE source = '${id}' AND rule = 'commit' AND leg = 1`,
  (id) => `DELETE FROM ledger_transfers WHERE source = '${id}' AND rule = 'recognise' AND debit = 'expense'`,
  (
    id,
  ) => `INSERT INTO ledger_transfers (source, source_seq, leg, rule, period_id, effective_at, tenant_id, provider, order_id, asset, debit, credit, units)
           SELECT source, source_seq, 90, rule, period_id, effective_at, tenant_id, provider, order_id, asset, debit, credit, units
           FROM ledger_transfers WHERE source = '${id}' AND rule = 'recognise' AND debit = 'expense'`,
];

export interface Compared {
  readonly key: AnswerKey;
  readonly statements: readonly PlantedStatement[];
  readonly runs: Readonly<Record<ProviderName, Run>>;
  /** In the key, and not found. */
  readonly missed: readonly string[];
  /** Found, and not in the key. */
  readonly surplus: readonly string[];
}

const shown = ({ type, provider, subject }: KeyFinding): string => `${type} ${provider} ${subject}`;

/** Plants what is wrong on a gateway of its own, reconciles as finance does, and holds what is found against the answers. */
export class FinanceProof {
  private loop: Promise<void> = Promise.resolve();
  private isLooking = false;
  private ids = new Map<string, string>();

  private constructor(
    readonly gateway: ServedGateway,
    readonly engine: TestEngine,
    private readonly stage: Stage,
    private readonly pools: PlantedPools,
  ) {}

  static async start(): Promise<FinanceProof> {
    const gateway = await startForBrowsers(() =>
      Promise.resolve({ financeTimeZone: 'UTC', financeApprovalLimit: '1000000.00' }),
    );
    const engine = await TestEngine.within(gateway, gateway.app);
    await engine.liftQuotas();
    const key = await gateway.newKey(['orders:write', 'orders:read']);
    const stage = new Stage(gateway.url, key, gateway.sandbox.variables(), (sql, values) => gateway.rows(sql, values));
    return new FinanceProof(gateway, engine, stage, await PlantedPools.on(gateway, engine));
  }

  async stop(): Promise<void> {
    await this.pools.stop();
    await this.gateway.stop();
  }

  /** There never was an order, a statement or a run. */
  async clear(): Promise<void> {
    for (const simulator of Object.values(this.gateway.simulators)) simulator.reset();
    await this.gateway.forgetOrders();
  }

  /** Plants, takes the statements in, and reconciles each provider once. */
  async compare(seed: number, orders: number): Promise<Compared> {
    const { key, statements } = await this.planted(seed, orders);
    for (const statement of statements) await this.accept(statement, seed);
    await claimLots(this.engine);
    const runs = await this.runAll();
    return { key, statements, runs, ...(await this.difference(runs, key.findings)) };
  }

  /** What a judge without one of its rules is found out by: how many of the answers it misses, or has too many. */
  async wrongWithout(rule: Rule, { key, runs }: Pick<Compared, 'key' | 'runs'>): Promise<number> {
    const rules = RULES as Rule[];
    const at = rules.indexOf(rule);
    rules.splice(at, 1);
    try {
      const tried = await this.runAll({ like: runs, dryRun: true });
      const { missed, surplus } = await this.difference(tried, key.findings);
      return missed.length + surplus.length;
    } finally {
      rules.splice(at, 0, rule);
    }
  }

  /** Claims back whatever can be, half of it long ago, and reconciles again. */
  async compareClaims({ key, ...before }: Compared): Promise<Compared> {
    const later = new Map<string, BreakType>();
    const open = (await this.of('cnaught').breaks()).filter(
      ({ type, status }) => CLAIMED.has(type) && status === 'open',
    );
    for (const [index, found] of open.entries()) {
      const wanted = { resolution: 'claim_refund', note: 'Ticket 4711', orderId: null } as const;
      await this.gateway.app.get(ResolveBreak).run(found.id, wanted, BY_TESTER);
      const isOld = index % 2 === 0;
      if (isOld) await this.makeOlder('ledger_transfers', ['effective_at'], 62 * DAY, 'source', found.id);
      later.set(`${found.type} ${found.subject}`, isOld ? 'refund_overdue' : 'refund_expected');
    }
    const findings = key.findings.map((each) => ({
      ...each,
      type: later.get(`${each.type} ${each.subject}`) ?? each.type,
    }));
    const runs = await this.runAll({ like: before.runs });
    return { ...before, key: { ...key, findings }, runs, ...(await this.difference(runs, findings)) };
  }

  /** Takes in credits of whatever was claimed back, and reconciles again: nothing is left of it. */
  async compareCredits({ key, ...before }: Compared): Promise<Compared> {
    const isClaim = ({ type }: Pick<KeyFinding, 'type'>) => type === 'refund_expected' || type === 'refund_overdue';
    const claims = (await this.of('cnaught').breaks()).filter((each) => isClaim(each) && each.status === 'open');
    for (const provider of PROVIDERS) {
      const its = this.of(provider);
      const credits = claims
        .filter((each) => each.provider === provider)
        .map(({ subject, facts }) => {
          const due = facts[0]?.ours ?? '';
          const tax = (Number(due) * TAX[provider]).toFixed(2);
          return its.line('credit', due, { reference: subject, tax });
        });
      if (credits.length > 0) await its.invoice(credits);
    }
    const findings = key.findings.filter((each) => !isClaim(each));
    const runs = await this.runAll({ like: before.runs });
    return { ...before, key: { ...key, findings }, runs, ...(await this.difference(runs, findings)) };
  }

  /** What a reconciliation up to the same times finds now, held against the answers and `more`. */
  async compareAgain(before: Compared, more: readonly KeyFinding[]): Promise<Compared> {
    const runs = await this.runAll({ like: before.runs });
    const findings = [...before.key.findings, ...more];
    return { ...before, runs, ...(await this.difference(runs, findings)) };
  }

  /** As the owner of the tables: each of ALTERATIONS to the books of an order with which nothing is wrong. */
  async alterBooks({
    key,
  }: Compared): Promise<{ readonly altered: readonly KeyFinding[]; readonly takeBack: () => Promise<void> }> {
    const wrong = new Set(key.findings.map(({ subject }) => subject));
    const orders = key.orders.filter(
      ({ id, provider, status }) => provider !== 'carbonmark' && status === 'completed' && !wrong.has(id),
    );
    await this.gateway.rows('CREATE TABLE kept_transfers AS TABLE ledger_transfers');
    const altered = ALTERATIONS.map((alteration, index) => {
      const order = orders[index];
      if (!order) throw new Error('the plant has too few orders with which nothing is wrong');
      return {
        sql: alteration(order.id),
        type: 'ledger_disagrees' as const,
        provider: order.provider,
        subject: order.id,
      };
    });
    await this.pastGuards(altered.map(({ sql }) => sql));
    const takeBack = async (): Promise<void> => {
      await this.pastGuards([
        'DELETE FROM ledger_transfers',
        'INSERT INTO ledger_transfers SELECT * FROM kept_transfers',
        'DROP TABLE kept_transfers',
      ]);
    };
    return { altered, takeBack };
  }

  private pastGuards(statements: readonly string[]): Promise<unknown> {
    return this.gateway.rows(`BEGIN; SET LOCAL session_replication_role = replica; ${statements.join('; ')}; COMMIT`);
  }

  /** Reads every list anew, and compares; up to the same times as runs before. */
  async runAll({ like, dryRun = false }: { readonly like?: Compared['runs']; readonly dryRun?: boolean } = {}): Promise<
    Compared['runs']
  > {
    const runs: Partial<Record<ProviderName, Run>> = {};
    for (const provider of PROVIDERS) {
      const run = await this.of(provider).run({ fresh: true, cutOffAt: like?.[provider].cutOffAt ?? null, dryRun });
      if (run.status !== 'completed') throw new Error(`the run of ${provider} is ${run.status}, ${run.failure}`);
      runs[provider] = run;
    }
    return runs as Compared['runs'];
  }

  verify(): Promise<VerifiedLedger> {
    return this.gateway.app.get(VerifyLedger).run({ rebuild: true });
  }

  of(provider: ProviderName): Reconciling {
    const periodId = monthOf(new Date(Date.now() - AGO / 2), 'UTC');
    return new Reconciling(this.engine, { provider, periodId }, CURRENCY[provider]);
  }

  /** Byte order mark and line breaks as the seed has it: nothing of it may make a difference. */
  async accept(statement: PlantedStatement, seed: number): Promise<void> {
    const { provider, document, number, issuedOn, currency, declared, files } = statement;
    // In the provider's own format, where that can say it.
    const file = currency === 'EUR' || seed % 2 === 0 ? files[0] : files[1];
    const { mapping = '', text = '' } = file ?? {};
    const breaks = seed % 3 === 0 ? text.replaceAll('\n', '\r\n') : text;
    const header = {
      provider,
      document,
      number,
      issuedOn,
      coversFrom: issuedOn,
      coversTo: issuedOn,
      currency: currency as 'USD',
      mapping,
    };
    const bytes = Buffer.from(`${seed % 5 === 0 ? '\ufeff' : ''}${breaks}`);
    this.ids.set(await this.of(provider).accept({ header, ...declared }, bytes), number);
  }

  private planted(seed: number, orders: number): ReturnType<typeof plant> {
    this.isLooking = true;
    this.loop = this.lookAfter();
    const planted = plant(this.stage, seed, orders, {
      boughtAt: new Date(Date.now() - AGO),
      run: (plan, made) => this.late(plan, made),
    }).finally(() => (this.isLooking = false));
    // Whichever ends by a fault ends both.
    return Promise.race([planted, this.loop.then(() => planted)]);
  }

  /** As a worker does, as long as something has to move. */
  private async lookAfter(): Promise<void> {
    while (this.isLooking) {
      await this.engine.runDue();
      await delay(20);
    }
  }

  private async late(plan: Plan, made: readonly MadeOrder[]): Promise<readonly KeyFinding[]> {
    this.isLooking = false;
    await this.loop;
    const pools = plan.leavesPools ? await this.pools.make() : [];
    const inDoubt = plan.leavesDoubt ? await this.leaveDoubt() : [];
    await this.gateway.forget();
    await this.gateway.letTimePass(AGO);
    await this.makeOlder('order_events', ['occurred_at'], AGO);
    await this.makeOlder('orders', ['placed_at', 'retired_at', 'completed_at', 'provider_retired_at'], AGO);
    for (const { planted, order } of made) {
      const known: Plant | null = planted && PLANTS[planted];
      if (known?.late?.days !== undefined) await this.makeOrderOlder(order.id, known.late.days * DAY);
      if (known?.late?.neverPriced) await this.forgetPrice(order.id);
      if (known?.late?.retiredUnseen)
        await this.stage.cnaught.command('/advance', { id: order.provider_order_id, to: 'fulfilled' });
    }
    const ofPools: KeyFinding[] = [];
    for (const { id, purchase, days, finds } of pools) {
      await this.makeOrderOlder(purchase, days * DAY);
      await this.makeOlder('pools', ['ended_at'], AGO + days * DAY, 'id', id);
      ofPools.push({ type: 'invoice_overdue', provider: 'one_tribe', subject: purchase });
      ofPools.push(...finds.map((type) => ({ type, provider: 'one_tribe' as const, subject: id })));
    }
    await this.gateway.forget();
    return [...inDoubt, ...ofPools, ...(await this.showOtherwise(plan, made))];
  }

  /** Its request was cut off, and the list cannot be read. */
  private async leaveDoubt(): Promise<readonly KeyFinding[]> {
    const { oneTribe } = this.stage;
    await oneTribe.breakWith({ method: 'POST', path: '/transactions' }, { kind: 'reset', when: 'before_effect' });
    await oneTribe.breakWith({ method: 'GET', path: '/transactions' }, { kind: 'broken_json' });
    const body = { provider: 'one_tribe', mass: { value: '1', unit: 't' }, payment: { method: 'account' } };
    const { id, status } = await this.stage.order({ ...body, beneficiary: { name: 'Nobody knows' } });
    await oneTribe.mend();
    if (status !== 'in_doubt') throw new Error(`an order that should be in doubt is ${status}`);
    return [{ type: 'in_doubt_at_cut_off', provider: 'one_tribe', subject: id }];
  }

  private async showOtherwise(
    { shownOtherwise: type }: Plan,
    made: readonly MadeOrder[],
  ): Promise<readonly KeyFinding[]> {
    const order = made.find(({ provider, planted }) => provider === 'cnaught' && planted === null)?.order;
    if (type === null || order === undefined) return [];
    const { path, by } = SHOWN_OTHERWISE[type];
    const { data } = await this.stage.cnaught.read<{ data: Record<string, unknown>[] }>('/orders?limit=100');
    const index = data.findIndex(({ id }) => id === order.provider_order_id);
    const value = Number(data[index]?.[path]) + by;
    await this.stage.cnaught.breakWith(
      { method: 'GET', path: '^/orders$' },
      { kind: 'set_field', path: `data.${index}.${path}`, value },
    );
    return [{ type, provider: 'cnaught', subject: order.id }];
  }

  private async makeOrderOlder(id: string, ms: number): Promise<void> {
    await this.gateway.letTimePass(ms, id);
    await this.makeOlder('order_events', ['occurred_at'], ms, 'order_id', id);
    await this.makeOlder('orders', ['placed_at', 'retired_at', 'completed_at', 'provider_retired_at'], ms, 'id', id);
  }

  /** As if its provider had never told one. */
  private async forgetPrice(id: string): Promise<void> {
    const state = `state - 'price_amount' - 'price_currency' - 'price_tax_amount'`;
    await this.gateway.rows(`
      BEGIN; SET LOCAL session_replication_role = replica;
      UPDATE orders SET price_amount = NULL, price_currency = NULL, price_tax_amount = NULL, price_source = NULL WHERE id = '${id}';
      UPDATE order_events SET state = ${state} WHERE order_id = '${id}' AND state IS NOT NULL; COMMIT`);
  }

  /** Past the guards. Rows of one order, or all. */
  private async makeOlder(
    table: string,
    columns: readonly string[],
    ms: number,
    key = 'true',
    value = 'true',
  ): Promise<void> {
    const older = columns.map((column) => `${column} = ${column} - ${ms} * interval '1 millisecond'`);
    await this.gateway.rows(`
      BEGIN; SET LOCAL session_replication_role = replica;
      UPDATE ${table} SET ${older.join()} WHERE ${key}::text = '${value}'; COMMIT`);
  }

  private async difference(
    runs: Readonly<Record<ProviderName, Run>>,
    key: readonly KeyFinding[],
  ): Promise<Pick<Compared, 'missed' | 'surplus'>> {
    const found = [...(await this.refusedProofs())];
    for (const provider of PROVIDERS)
      for (const { type, subject } of await this.of(provider).findings(runs[provider]))
        found.push({ type, provider, subject: this.numbered(subject) });
    const [all, wanted] = [found.map(shown), key.map(shown)];
    return { missed: without(wanted, all), surplus: without(all, wanted) };
  }

  /** A line by the number of its document, as the answers have it. */
  private numbered(subject: string): string {
    const [id = '', line] = subject.split(':');
    return line === undefined ? subject : `${this.ids.get(id) ?? id}:${line}`;
  }

  private refusedProofs(): Promise<KeyFinding[]> {
    return this.gateway.rows<{ type: BreakType; provider: ProviderName; subject: string }>(
      `SELECT DISTINCT p.outcome AS type, o.provider, p.order_id AS subject FROM proofs p JOIN orders o ON o.id = p.order_id
       WHERE p.outcome <> 'claimed'`,
    );
  }
}

/** What is in one and not in the other, as often as it is more often. */
const without = (some: readonly string[], others: readonly string[]): readonly string[] => {
  const left = [...others];
  return some
    .filter((each) => {
      const at = left.indexOf(each);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    })
    .toSorted();
};
