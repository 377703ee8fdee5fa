import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { CreateOperator } from '../../../src/application/access/create-operator.js';
import { VerifyAudit } from '../../../src/application/audit/verify-audit.js';
import type { Order } from '../../../src/domain/orders/order.js';
import type { Decision } from '../../../src/domain/resolutions/decisions.js';
import { TestEngine, type OrderToPlace } from '../../support/engine.js';
import { BY_TESTER, launchGateway } from '../../support/launcher.js';
import { startTestContext } from '../../support/test-bed.js';
import { Documentation } from '../documentation.js';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export const OF_ORDER = '/v1/ops/orders/{id}/resolutions';
export const REASON = 'Looked at the provider’s pages, and asked them.';
export const STATEMENT = {
  from: 'support@provider.example',
  received_at: '2026-11-20T09:30:00Z',
  quote: 'We have no record of this order.',
};

export interface Answer {
  readonly status: number;
  readonly body: {
    readonly id: string;
    readonly state: string;
    readonly code: string;
    readonly refusal?: { readonly code: string; readonly until: string | null };
    readonly steps: number | null;
    readonly findings: readonly { readonly check: string; readonly ok: boolean }[];
  };
}

/** What of an answer says how it was decided. */
export const outcomeOf = ({ status, body }: Answer): unknown[] => [
  status,
  status < 400 ? body.state : (body.refusal?.code ?? body.code),
];

export const TREES = { provider: 'one_tribe', grams: 2_000_000 } as const;

/** A gateway and two people who decide, for the tests of the `describe` that this is called in. */
export const useDecisionDesk = () => {
  let engine: TestEngine;
  let app: NestFastifyApplication;
  let docs: Documentation;
  let ann: string;
  let ben: string;
  beforeAll(async () => {
    const on = await startTestContext();
    ({ app } = await launchGateway(on, { settings: { role: 'api' } }));
    engine = await TestEngine.within(on, app);
    await engine.liftQuotas();
    docs = await Documentation.of({ anonymous: supertest(app.getHttpServer()) });
    [ann, ben] = [await newOperator('Ann'), await newOperator('Ben')];
  });
  afterAll(async () => {
    expect(await app.get(VerifyAudit).run(null)).toMatchObject({ intact: true });
    await engine.stop();
  });
  afterEach(async () => {
    for (const simulator of Object.values(engine.simulators)) simulator.faults.clear();
    engine.sandbox.carbonmark.switches.set({ tellPaymentId: false });
    expect(await engine.lostOrders()).toBe(0);
    await engine.forget();
  });

  const newOperator = async (name: string): Promise<string> => {
    const wanted = { name, email: `${name.toLowerCase()}@example.com`, role: 'approver' } as const;
    const created = await app.get(CreateOperator).run(wanted, 'dev', BY_TESTER);
    if (!created) throw new Error('there is one already');
    return created.key;
  };
  const send = (path: string, template: string, body: object, key: string, idempotencyKey: string = randomUUID()) =>
    docs.documented(
      template,
      supertest(app.getHttpServer())
        .post(path)
        .set({ authorization: `Bearer ${key}`, 'idempotency-key': idempotencyKey })
        .send(body),
    ) as unknown as Promise<Answer>;
  const read = async <Body>(path: string, template: string): Promise<Body> => {
    const sent = supertest(app.getHttpServer()).get(path).set('authorization', `Bearer ${ann}`);
    return (await docs.documented(template, sent)).body as Body;
  };
  const versionOf = async (id: string): Promise<number> => (await engine.order(id)).version;

  const decide = async (
    id: string,
    decision: Decision,
    evidence: object = {},
    { key = ann, dryRun = false, version }: { key?: string; dryRun?: boolean; version?: number } = {},
  ): Promise<Answer> => {
    const body = { decision, evidence, reason: REASON, expected_version: version ?? (await versionOf(id)) };
    return send(`/v1/ops/orders/${id}/resolutions${dryRun ? '?dry_run=true' : ''}`, OF_ORDER, body, key);
  };
  const approve = async (id: string, { body }: Answer, key = ben): Promise<Answer> =>
    send(
      `/v1/ops/resolutions/${body.id}/approve`,
      '/v1/ops/resolutions/{id}/approve',
      { note: 'Seen the same.', expected_version: await versionOf(id) },
      key,
    );
  const end = (what: 'reject' | 'withdraw', { body }: Answer, key: string): Promise<Answer> =>
    send(`/v1/ops/resolutions/${body.id}/${what}`, `/v1/ops/resolutions/{id}/${what}`, { note: 'No.' }, key);
  /** Proposed by one person, approved by another. */
  const decideByTwo = async (id: string, decision: Decision, evidence: object = {}): Promise<void> => {
    const proposed = await decide(id, decision, evidence);
    expect(outcomeOf(proposed)).toEqual([201, 'proposed']);
    expect(outcomeOf(await approve(id, proposed))).toEqual([200, 'applied']);
  };

  const onPurchases = (
    provider: 'cnaught' | 'one_tribe',
    when: 'before_effect' | 'after_effect',
    times: 'always' | 1 = 1,
  ) =>
    engine.simulators[provider].faults.add({
      match: { method: 'POST', path: provider === 'cnaught' ? '^/orders$' : '/transactions' },
      times,
      fault: { kind: 'reset', when },
    });
  const place = (more: Partial<OrderToPlace> = {}): Promise<Order> =>
    engine.place({ provider: 'cnaught', grams: 100_000, allowDuplicate: true, ...more });
  const open = (provider: 'cnaught' | 'carbonmark', retirementMessage: string | null = null): Promise<Order> =>
    place({
      provider,
      grams: 500_000,
      paymentMethod: 'checkout',
      terms: { successUrl: 'https://shop.example/paid', cancelUrl: 'https://shop.example/back', retirementMessage },
    });
  const pageOf = (order: Order): string => order.checkout?.url.split('/').at(-1) ?? '';
  const pay = (order: Order): string => engine.sandbox.carbonmark.checkouts.pay(pageOf(order));
  const paymentIn = (back: string): string => back.split('/').at(-1) ?? '';
  /** What the order's own bytes buy if they reach the provider after all. */
  const buyAgain = async (id: string): Promise<void> => {
    const [body = ''] = await engine.sentBodies(id);
    const { baseUrl, apiKey } = engine.sandbox.cnaught;
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    const response = await fetch(`${baseUrl}/orders`, { method: 'POST', headers, body });
    expect(response.status).toBeLessThan(300);
  };
  const status = async (id: string) => {
    const order = await engine.order(id);
    return [order.status, order.review?.reason ?? null];
  };
  const boughtFor = (id: string): number => engine.purchasesOf(id).length;
  /** At CNaught, where nothing proves that it was not bought: the key has run out, and nothing is found. */
  const unproven = async (when: 'before_effect' | 'after_effect' = 'before_effect'): Promise<string> => {
    onPurchases('cnaught', when, 'always');
    const { id } = await place();
    const list = { method: 'GET', path: '^/orders$' };
    engine.sandbox.cnaught.faults.add({ match: list, times: 'always', fault: { kind: 'list_lag', ms: 20 * DAY } });
    for (let day = 0; day < 4; day++) await engine.later(DAY);
    expect(await status(id)).toEqual(['in_doubt', 'unproven_outcome']);
    engine.sandbox.cnaught.faults.clear();
    return id;
  };

  return {
    get engine() {
      return engine;
    },
    get app() {
      return app;
    },
    get ann() {
      return ann;
    },
    get ben() {
      return ben;
    },
    newOperator,
    send,
    read,
    versionOf,
    decide,
    approve,
    end,
    decideByTwo,
    onPurchases,
    place,
    open,
    pageOf,
    pay,
    paymentIn,
    buyAgain,
    status,
    boughtFor,
    unproven,
  };
};
