import { randomUUID } from 'node:crypto';
import { CreateOperator } from '../../src/application/access/create-operator.js';
import type { Role } from '../../src/domain/operators/operator.js';
import { monthOf } from '../../src/domain/periods/month.js';
import { TasksRepository } from '../../src/persistence/tasks/tasks.repository.js';
import { PeriodsRepository } from '../../src/persistence/periods/periods.repository.js';
import { boundsOf } from '../../src/domain/periods/month.js';
import { LEASE_MS } from '../../src/domain/purchases/timing.js';
import { runCommand } from '../support/command-line.js';
import { BY_TESTER } from '../support/launcher.js';
import { taskHandlersOf } from '../support/task-handlers.js';
import { Documentation } from './documentation.js';
import { ServedGateway } from './served-gateway.js';

const HEAD = 'line_id,kind,provider_order_id,reference,project_id,quantity,unit,net,tax,currency,date,description';
const HOUR = 3_600_000;
/** Just after midnight, a cut-off is of the day before. */
const DAY = new Date(Date.now() - HOUR).toISOString().slice(0, 10);

interface Shown {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly code: string;
  readonly subject: string;
  readonly line: number;
  readonly same_as: string | null;
  readonly counts: { readonly breaks: number };
  readonly proposal: object | null;
  readonly posted: readonly { readonly amount: string }[];
  readonly events: readonly { readonly act: string; readonly operator: string | null }[];
  readonly choices: readonly { readonly resolution: string; readonly posts: readonly object[] | null }[];
  readonly data: readonly (Shown & {
    readonly break_id: string;
    readonly refusal: string | null;
    readonly break: Shown | null;
  })[];
}

describe('breaks over REST', () => {
  let gateway: ServedGateway;
  let docs: Documentation;
  let machine: string;
  let ann: Person;
  let ben: Person;
  const period = monthOf(new Date(Date.now() - HOUR), 'UTC');

  interface Person {
    readonly id: string;
    readonly key: string;
  }
  let made = 0;
  const operator = async (role: Role): Promise<Person> => {
    const wanted = { name: `Operator ${++made}`, email: `breaks-${made}@example.com`, role };
    const created = await gateway.app.get(CreateOperator).run(wanted, 'dev', BY_TESTER);
    if (!created) throw new Error('there is one already');
    return { id: created.operator.id, key: created.key };
  };

  const get = async (path: string, key = machine): Promise<{ status: number; body: Shown }> => {
    const route = `/v1/finance/${path.split('?')[0] ?? ''}`.replace(/(rec|brk)_[0-9a-z]{26}/, '{id}');
    const { status, body } = await docs.documented(route, gateway.get(`/v1/finance/${path}`, key));
    return { status, body: body as Shown };
  };
  const post = async (
    path: string,
    body: object | undefined,
    key: string,
  ): Promise<{ status: number; body: Shown }> => {
    const route = `/v1/finance/${path}`.replace(/(rec|brk)_[0-9a-z]{26}/, '{id}');
    const sent = gateway.post(`/v1/finance/${path}`, key);
    const { status, body: answer } = await docs.documented(route, body ? sent.send(body) : sent);
    return { status, body: answer as Shown };
  };

  const invoice = async (...lines: readonly string[]): Promise<string> => {
    const net = lines.reduce((sum, each) => sum + Number(each.split(',')[7]), 0).toFixed(2);
    const query = {
      provider: 'cnaught',
      document: 'invoice',
      number: randomUUID(),
      issued_on: DAY,
      currency: 'USD',
      mapping: 'canonical-1',
      declared_lines: String(lines.length),
      declared_net: net,
      declared_tax: '0.00',
    };
    const made = await gateway
      .post('/v1/finance/statements', machine)
      .query(query)
      .set('idempotency-key', randomUUID())
      .set('content-type', 'text/csv')
      .send([HEAD, ...lines, ''].join('\n'));
    const accepted = await gateway.post(`/v1/finance/statements/${(made.body as Shown).id}/accept`, machine);
    expect(accepted.status).toBe(200);
    return (made.body as Shown).id;
  };
  const line = (kind: string, net: string): string => `,${kind},,,,,,${net},0.00,USD,${DAY},${randomUUID()}`;

  /** As a worker does. */
  const work = async (): Promise<void> => {
    const handlers = taskHandlersOf(gateway.app);
    for (;;) {
      const tasks = await gateway.app.get(TasksRepository).claimDue(['collect', 'match'], 10, LEASE_MS);
      if (tasks.length === 0) return;
      for (const task of tasks) await handlers.run(task);
    }
  };
  const reconcile = async (body: object = {}): Promise<Shown> => {
    const begun = await post('reconciliations', { provider: 'cnaught', period, fresh: true, ...body }, machine);
    expect([begun.status, begun.body.status]).toEqual([202, 'collecting']);
    await work();
    return (await get(`reconciliations/${begun.body.id}`)).body;
  };
  const open = async (type: string): Promise<readonly Shown[]> =>
    (await get(`breaks?status=open&type=${type}&limit=100`)).body.data;

  beforeAll(async () => {
    gateway = await ServedGateway.start({ financeApprovalLimit: '100.00' });
    docs = await Documentation.of(gateway);
    machine = await gateway.newKey(['finance:read', 'finance:write', 'ops']);
    [ann, ben] = [await operator('operator'), await operator('approver')];
    await gateway.app.get(PeriodsRepository).open([boundsOf(period, 'UTC')]);
    await invoice(line('charge', '7.00'), line('charge', '120.00'), line('fee', '1.50'), line('fee', '2.50'));
  });
  afterAll(() => gateway.stop());

  it('are found by a run, and listed, filtered and read with what may be made of them', async () => {
    const tried = await reconcile({ dry_run: true });
    expect(tried).toMatchObject({ status: 'completed', counts: { agreed: 0, timing: 0, breaks: 4 }, same_as: null });
    expect((await get('breaks')).body.data).toEqual([]);
    const run = await reconcile();
    const found = await get(`reconciliations/${run.id}/findings?limit=3`);
    expect(found.body.data.map(({ type }) => type)).toEqual(['charge_unknown', 'charge_unknown', 'fee_unallocated']);
    const { body } = await get(`breaks?severity=blocking&provider=cnaught&period=${period}&limit=1`);
    expect(body.data).toMatchObject([{ type: 'charge_unknown', status: 'open' }]);
    expect((await get(`reconciliations?provider=cnaught&period=${period}&status=completed`)).body.data).toHaveLength(2);
    const [charge] = (await open('charge_unknown')).filter((each) => each.line === 2);
    const whole = await get(`breaks/${charge?.id ?? ''}`);
    expect(whole.body).toMatchObject({
      events: [{ act: 'opened', run_id: run.id }],
      choices: [
        { resolution: 'link_line', posts: [{ debit: 'clearing', credit: 'suspense', amount: '7.00' }] },
        { resolution: 'claim_refund', posts: [{ debit: 'refund_due', credit: 'suspense', amount: '7.00' }] },
        { resolution: 'meet_claim', posts: null },
        { resolution: 'expense_line', posts: [{ debit: 'fees', credit: 'suspense', amount: '7.00' }] },
      ],
    });
  });

  it('are taken in hand, wait, and are decided by people alone, each act on record', async () => {
    const [charge] = (await open('charge_unknown')).filter((each) => each.line === 2);
    const at = `breaks/${charge?.id ?? ''}`;
    const note = 'Platform fee, ticket 4711';
    expect((await post(`${at}/assign`, { operator_id: ann.id }, machine)).body.code).toBe('operator_key_required');
    expect((await post(`${at}/assign`, { operator_id: ann.id }, ann.key)).body).toMatchObject({
      assignee: { id: ann.id },
    });
    const viewer = await operator('viewer');
    expect((await post(`${at}/assign`, { operator_id: viewer.id }, ann.key)).body.code).toBe('operator_not_found');
    expect((await post(`${at}/resolve`, { resolution: 'expense_line', note }, viewer.key)).status).toBe(403);
    expect((await post(`${at}/wait`, { until: '2099-01-31', note }, ann.key)).body).toMatchObject({
      status: 'waiting',
      waiting_until: '2099-01-31',
    });
    for (const [body, code] of [
      [{ resolution: 'write_off', note }, 'resolution_not_allowed'],
      [{ resolution: 'link_line', note }, 'resolution_not_allowed'],
      [{ resolution: 'link_line', note, order_id: 'ord_01jd4v2m0gf5c8q7k3x9w1z2r4' }, 'resolution_not_allowed'],
      [{ resolution: 'expense_line', note, order_id: 'ord_01jd4v2m0gf5c8q7k3x9w1z2r4' }, 'resolution_not_allowed'],
    ] as const)
      expect((await post(`${at}/resolve`, body, ann.key)).body.code).toBe(code);
    expect((await post(`${at}/resolve`, { resolution: 'expense_line', note }, machine)).body.code).toBe(
      'operator_key_required',
    );
    const resolved = await post(`${at}/resolve`, { resolution: 'expense_line', note }, ann.key);
    expect(resolved.body).toMatchObject({ status: 'resolved', posted: [{ rule: 'expense_line', amount: '7.00' }] });
    expect((await post(`${at}/resolve`, { resolution: 'expense_line', note }, ann.key)).body.posted).toEqual([]);
    expect((await post(`${at}/resolve`, { resolution: 'claim_refund', note }, ann.key)).body.code).toBe(
      'break_not_open',
    );
    expect((await post(`${at}/wait`, { until: '2099-01-31', note }, ann.key)).body.code).toBe('break_not_open');
    expect((await get(at)).body.events.map(({ act, operator: by }) => [act, by])).toEqual([
      ['opened', null],
      ['assigned', 'Operator 1'],
      ['waited', 'Operator 1'],
      ['resolved', 'Operator 1'],
    ]);
    expect(
      await gateway.rows(
        `SELECT act, outcome FROM audit_log WHERE subject = $1 AND outcome = 'applied' ORDER BY number`,
        [charge?.id],
      ),
    ).toEqual(['assign', 'wait', 'resolve'].map((act) => ({ act: `break.${act}`, outcome: 'applied' })));
    expect(await gateway.rows('SELECT count(*)::int FROM ledger_transfers WHERE source = $1', [charge?.id])).toEqual([
      { count: 1 },
    ]);
  });

  it('take two people above the limit, who may both decide at that moment', async () => {
    const [charge] = (await open('charge_unknown')).filter((each) => each.line === 3);
    const at = `breaks/${charge?.id ?? ''}`;
    const wanted = { resolution: 'claim_refund', note: 'Nobody ordered this' };
    expect((await post(`${at}/approve`, undefined, ben.key)).body.code).toBe('break_not_proposed');
    const asked = { breaks: [charge?.id ?? ''], resolution: 'claim_refund' };
    expect((await post('break-resolutions/preview', asked, ann.key)).body.data).toMatchObject([
      { second_person: true, refusal: null, break: { proposal: null, posted: [{ amount: '120.00' }] } },
    ]);
    const proposed = await post(`${at}/resolve`, wanted, ann.key);
    expect(proposed.body).toMatchObject({
      status: 'open',
      proposal: { resolution: 'claim_refund', by: { id: ann.id } },
      posted: [{ amount: '120.00' }],
    });
    expect(await gateway.rows('SELECT FROM ledger_transfers WHERE source = $1', [charge?.id])).toEqual([]);
    expect((await post(`${at}/approve`, undefined, ann.key)).status).toBe(403);
    const cli = await runCommand(
      gateway.database.applicationUrl,
      'finance',
      'breaks',
      'resolve',
      charge?.id ?? '',
      '--resolution',
      'claim_refund',
      '--note',
      'x',
    ).catch((thrown: unknown) => thrown);
    expect(String((cli as Error).message ?? cli)).toContain('two people');

    const carl = await operator('approver');
    expect((await post(`${at}/resolve`, wanted, carl.key)).body.proposal).toMatchObject({ by: { id: carl.id } });
    expect((await post(`${at}/approve`, undefined, carl.key)).body.code).toBe('second_person_required');
    await gateway.rows('UPDATE operators SET disabled_at = now() WHERE id = $1', [carl.id]);
    expect((await post(`${at}/approve`, undefined, ben.key)).body.code).toBe('break_not_open');
    expect(await gateway.rows('SELECT FROM ledger_transfers WHERE source = $1', [charge?.id])).toEqual([]);

    await post(`${at}/resolve`, wanted, ann.key);
    const approved = await post(`${at}/approve`, undefined, ben.key);
    expect(approved.body).toMatchObject({
      status: 'resolved',
      proposal: null,
      posted: [{ debit: 'refund_due', amount: '120.00' }],
    });
    expect((await post(`${at}/approve`, undefined, ben.key)).body.code).toBe('break_not_open');
    await expect(
      gateway.rows('UPDATE breaks SET approved_by = $2 WHERE id = $1', [charge?.id, ann.id]),
    ).rejects.toThrow(/takes people|breaks_two_people/);
  });

  it('are resolved many at once, each by itself; and a run keeps them so', async () => {
    const fees = (await open('fee_unallocated')).map(({ id }) => id);
    const body = { breaks: fees, resolution: 'expense_line', note: 'Monthly fees' };
    const preview = (resolution: string) => post('break-resolutions/preview', { breaks: fees, resolution }, ann.key);
    const dry = await preview('expense_line');
    expect(dry.body.data).toMatchObject([
      {
        refusal: null,
        second_person: false,
        break: { status: 'open', posted: [] },
      },
      { refusal: null, second_person: false, break: { status: 'open' } },
    ]);
    const not = await preview('claim_refund');
    expect(not.body.data.map(({ refusal }) => refusal)).toEqual(['resolution_not_allowed', 'resolution_not_allowed']);
    expect(await open('fee_unallocated')).toHaveLength(2);
    const done = await post('break-resolutions', body, ann.key);
    expect(done.body.data.map(({ break: found }) => found?.posted)).toEqual(
      dry.body.data.map(({ break: found }) => found?.posted),
    );
    const late = await preview('expense_line');
    expect(late.body.data.map(({ refusal }) => refusal)).toEqual(['break_not_open', 'break_not_open']);
    expect(done.body.data.map(({ refusal, break: found }) => [refusal, found?.status])).toEqual([
      [null, 'resolved'],
      [null, 'resolved'],
    ]);
    const [charge] = (await get('breaks?type=charge_unknown&limit=1')).body.data;
    const mixed = { ...body, breaks: [...fees, charge?.id ?? ''] };
    expect((await post('break-resolutions', mixed, ann.key)).body.code).toBe('resolution_not_allowed');
    await reconcile();
    const left = (await get('breaks?status=open')).body.data;
    expect(left.map(({ type }) => type)).toEqual(['refund_expected']);
    const [row] = await gateway.rows(`SELECT count(*)::int FROM breaks WHERE status = 'resolved'`);
    expect(row?.['count']).toBe(4);
  });

  it('are not approved any more once their statement is taken back', async () => {
    const statement = await invoice(line('charge', '150.00'), line('charge', '8.00'));
    await reconcile();
    const [large, small] = (await open('charge_unknown')).toSorted((a, b) => a.line - b.line).map(({ id }) => id);
    const wanted = { resolution: 'expense_line', note: 'A yearly fee' };
    expect((await post(`breaks/${large ?? ''}/resolve`, wanted, ann.key)).body.status).toBe('open');
    expect((await post(`breaks/${small ?? ''}/resolve`, wanted, ann.key)).body.status).toBe('resolved');
    const reversed = await gateway
      .post(`/v1/finance/statements/${statement}/reverse`, machine)
      .send({ reason: 'It is of another account.' });
    expect(reversed.status).toBe(200);
    for (const id of [large, small])
      expect((await get(`breaks/${id ?? ''}`)).body).toMatchObject({
        status: 'cleared',
        proposal: null,
        resolution: null,
      });
    expect((await get(`breaks/${small ?? ''}`)).body.events.at(-1)).toMatchObject({
      act: 'cleared',
      note: 'It is of another account.',
    });
    expect((await post(`breaks/${large ?? ''}/approve`, undefined, ben.key)).body.code).toBe('break_not_open');
    expect((await post(`breaks/${large ?? ''}/resolve`, wanted, ann.key)).body.code).toBe('break_not_open');
    expect(
      await gateway.rows(
        `SELECT source, sum(CASE debit WHEN 'fees' THEN units ELSE -units END)::int AS units FROM ledger_transfers
         WHERE source IN ($1, $2) GROUP BY source`,
        [large, small],
      ),
    ).toEqual([{ source: small, units: 0 }]);
  });

  it('are for keys that see all tenants', async () => {
    const own = await gateway.newKey(['finance:read', 'finance:write']);
    expect((await get('breaks', own)).body.code).toBe('scope_missing');
    expect((await post('reconciliations', { provider: 'cnaught', period }, own)).status).toBe(403);
  });
});
