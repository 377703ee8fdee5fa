import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CreateOperator } from '../../src/application/access/create-operator.js';
import { VerifyLedger } from '../../src/application/ledger/verify-ledger.js';
import type { Role } from '../../src/domain/operators/operator.js';
import { monthOf } from '../../src/domain/periods/month.js';
import { TestEngine } from '../support/engine.js';
import { BY_TESTER, launchGateway } from '../support/launcher.js';
import { postLedger } from '../support/post-ledger.js';
import { readCsv } from '../support/read-csv.js';
import { Reconciling } from '../support/reconciling.js';
import { POOL_OPEN_MS, POOLING, startPooling } from '../support/pooling.js';

interface Bought {
  readonly purchase: string;
  readonly members: readonly string[];
}

describe('what proves the purchase of a pool', () => {
  let engine: TestEngine;
  let app: NestFastifyApplication;
  let [clerk, approver]: string[] = [];
  beforeAll(async () => {
    engine = await startPooling();
    ({ app } = await launchGateway(engine, { settings: { role: 'api', ...POOLING } }));
    const newKey = async (role: Role): Promise<string> => {
      const wanted = { name: role, email: `${role}@example.com`, role };
      return (await app.get(CreateOperator).run(wanted, 'dev', BY_TESTER))?.key ?? '';
    };
    [clerk, approver] = [await newKey('operator'), await newKey('approver')];
  });
  afterAll(async () => {
    await app.close();
    await engine.stop();
  });
  afterEach(() => engine.forgetOrders());

  const post = async (path: string, payload: object, by = clerk, key: string = randomUUID()) => {
    const headers = { authorization: `Bearer ${by}`, 'idempotency-key': key };
    const response = await app.inject({ method: 'POST', url: `/v1/finance/${path}`, headers, payload });
    return { status: response.statusCode, body: response.json<Record<string, unknown>>() };
  };

  /** 300 and 400 kg of a tonne, allocated. */
  const bought = async (): Promise<Bought> => {
    const members: string[] = [];
    for (const kg of [300, 400])
      members.push((await engine.place({ provider: 'one_tribe', mayBePooled: true, grams: kg * 1_000 })).id);
    await engine.later(POOL_OPEN_MS);
    const [purchase] = await engine.rows<{ id: string; provider_order_id: string }>(
      `SELECT id, provider_order_id FROM orders WHERE pool_role = 'purchase'`,
    );
    engine.sandbox.oneTribe.advance(purchase?.provider_order_id ?? '', 'completed');
    await engine.makeDue(purchase?.id);
    await engine.runDue();
    await postLedger(engine);
    return { purchase: purchase?.id ?? '', members };
  };

  const CERTIFICATE = {
    registry: 'Peatland Code',
    serial: 'PC-2026-00417',
    mass: { value: '1', unit: 't' },
    beneficiary: 'Customers of Example Ltd',
    project: 'High Moor Peatland',
    document_sha256: 'ab'.repeat(32),
  };

  /** Of each order that is in the inventory of this year: its mass, and whether it is proven. */
  const inventory = async (): Promise<unknown[]> => {
    const url = `/v1/finance/exports/retirements/${new Date().getUTCFullYear()}`;
    const { body } = await app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${clerk}` } });
    return readCsv(body).map((row) => [row['order_id'], row['grams'], row['proof_status']]);
  };

  const verified = () => app.get(VerifyLedger).run({ rebuild: true });

  it('proves of each member what it has, once, and what is not of any member stays free', async () => {
    const { purchase, members } = await bought();
    const key = randomUUID();
    const entered = await post(`orders/${purchase}/evidence`, CERTIFICATE, clerk, key);
    expect(entered).toMatchObject({ status: 201, body: { order_id: purchase, outcome: 'for_members' } });
    expect((await post(`orders/${purchase}/evidence`, CERTIFICATE, clerk, key)).body).toEqual(entered.body);
    expect(await engine.rows('SELECT order_id, grams::int, outcome FROM proofs ORDER BY grams')).toEqual([
      { order_id: members[0], grams: 300_000, outcome: 'claimed' },
      { order_id: members[1], grams: 400_000, outcome: 'claimed' },
      { order_id: purchase, grams: 1_000_000, outcome: 'for_members' },
    ]);
    expect(await engine.rows('SELECT claimed_grams::int AS claimed FROM credit_lots')).toEqual([{ claimed: 700_000 }]);
    expect(await inventory()).toEqual([
      [members[0], '300000', 'proven'],
      [members[1], '400000', 'proven'],
    ]);
    expect(await verified()).toMatchObject({ agrees: true });

    // All that is proven is: the same document has nothing to add.
    expect((await post(`orders/${purchase}/evidence`, CERTIFICATE)).status).toBe(201);
    expect(await engine.rows('SELECT claimed_grams::int AS claimed FROM credit_lots')).toEqual([{ claimed: 700_000 }]);
  });

  it('is given up for all of them at once, by somebody else', async () => {
    const { purchase } = await bought();
    const { body } = await post(`orders/${purchase}/evidence`, CERTIFICATE);
    const path = `proofs/${String(body['id'])}/release`;
    const reason = { reason: 'The certificate was of another purchase.' };
    expect((await post(path, reason)).status).toBe(403);
    expect((await post(path, reason, approver)).body).toMatchObject({ released_at: expect.any(String) });
    expect((await post(path, reason, approver)).status).toBe(200);
    expect(await engine.rows('SELECT claimed_grams::int AS claimed FROM credit_lots')).toEqual([{ claimed: 0 }]);
    expect((await inventory()).map((row) => (row as string[])[2])).toEqual(['unproven', 'unproven']);
    expect(
      await engine.rows(`SELECT count(*)::int FROM audit_log WHERE act = 'proof.release' AND outcome = 'applied'`),
    ).toEqual([{ count: 1 }]);
    expect(await verified()).toMatchObject({ agrees: true });
  });

  it('is refused where it is about less, about somebody else, or about more than there is, and leaves nothing', async () => {
    const { purchase, members } = await bought();
    const enter = async (change: object) =>
      (await post(`orders/${purchase}/evidence`, { ...CERTIFICATE, ...change })).body;
    expect(await enter({ mass: { value: '300', unit: 'kg' } })).toMatchObject({
      code: 'proof_disagrees',
      errors: { mass: ['is 300 kg, and the pool has bought 1 t: whose a part is, nobody can say'] },
    });
    expect(await enter({ beneficiary: 'Jane Smith' })).toMatchObject({ code: 'proof_disagrees' });
    const own = { ...CERTIFICATE, mass: { value: '300', unit: 'kg' }, beneficiary: 'Jane Smith' };
    expect((await post(`orders/${members[0]}/evidence`, own)).body).toMatchObject({ outcome: 'claimed' });
    expect(await enter({})).toMatchObject({ code: 'serial_overclaimed', numbers: { available: null } });
    expect(await engine.rows('SELECT order_id FROM proofs')).toEqual([{ order_id: members[0] }]);
    expect(await enter({ record_anyway: true })).toMatchObject({ outcome: 'serial_overclaimed', order_id: purchase });
    expect(await verified()).toMatchObject({ agrees: true });
  });

  it('is what a run asks for after 45 days, and not any more once it is entered', async () => {
    const { purchase } = await bought();
    await engine.rows(
      `BEGIN; SET LOCAL session_replication_role = replica;
       UPDATE order_events SET occurred_at = occurred_at - interval '47 days';
       UPDATE ledger_transfers SET effective_at = effective_at - interval '47 days';
       UPDATE orders SET created_at = created_at - interval '47 days', placed_at = placed_at - interval '47 days',
         retired_at = retired_at - interval '47 days', completed_at = completed_at - interval '47 days'; COMMIT`,
    );
    const periodId = monthOf(new Date(Date.now() - 3_600_000), 'UTC');
    const reconciling = new Reconciling(engine, { provider: 'one_tribe', periodId }, 'GBP');
    const cutOffAt = new Date(Date.now() - 600_000);
    const found = async () =>
      (await reconciling.findings(await reconciling.run({ cutOffAt }))).map(
        ({ type, subject }) => `${type} ${subject}`,
      );
    expect(await found()).toContain(`proof_missing ${purchase}`);
    expect((await post(`orders/${purchase}/evidence`, CERTIFICATE)).status).toBe(201);
    expect(await found()).toEqual([`invoice_overdue ${purchase}`]);
  });
});
