import { CreateOperator } from '../../src/application/access/create-operator.js';
import { RefreshOrder } from '../../src/application/orders/refresh-order.js';
import type { GatewaySettings } from '../../src/config/gateway-settings.js';
import type { Role } from '../../src/domain/operators/operator.js';
import type { ReviewReason } from '../../src/domain/orders/review.js';
import { ProviderCallsRepository } from '../../src/persistence/providers/provider-calls.repository.js';
import { ServedGateway, SMALL_ORDER } from '../http/served-gateway.js';
import { freePort } from '../support/free-port.js';
import { BY_TESTER, flag } from '../support/launcher.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { WebhookSteps } from '../support/webhook-steps.js';

/** A gateway whose address is what browsers see, because a session counts for the pages of that address alone. */
export const startForBrowsers = async (
  settingsAt: (publicUrl: string) => Promise<Partial<GatewaySettings>> = () => Promise.resolve({}),
): Promise<ServedGateway> => {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  return ServedGateway.start({ ...(await settingsAt(publicUrl)), port, publicUrl });
};

let made = 0;

/** @returns their key */
export const newOperator = async (
  gateway: ServedGateway,
  name: string,
  role: Role = 'approver',
  email = `operator-${++made}@example.com`,
): Promise<string> => {
  const wanted = { name, email, role };
  const created = await gateway.app.get(CreateOperator).run(wanted, 'dev', BY_TESTER);
  if (!created) throw new Error('there is one already');
  return created.key;
};

/** @returns its id */
export const placeOrder = async (gateway: ServedGateway, more: object = {}): Promise<string> => {
  const response = await gateway.order({ ...SMALL_ORDER, ...more });
  if (response.status > 202) throw new Error(`the order was refused: ${response.text}`);
  return (response.body as { id: string }).id;
};

/** An order that a person must look at. */
export const placeFlagged = async (
  gateway: ServedGateway,
  reason: ReviewReason,
  more: object = {},
): Promise<string> => {
  const id = await placeOrder(gateway, more);
  await flag(gateway.app, id, reason);
  return id;
};

/** An order whose send was cut off before anything came back. */
export const placeDoubtful = (gateway: ServedGateway, more: object = {}): Promise<string> => {
  const fault = { kind: 'reset', when: 'before_effect' } as const;
  gateway.sandbox.cnaught.faults.add({ match: { method: 'POST', path: '/orders' }, fault });
  return placeOrder(gateway, more);
};

/** An order whose purchase was made, and whose answer was cut off. */
export const placeUnheard = async (
  gateway: ServedGateway,
  more: object = {},
): Promise<{ readonly id: string; readonly purchase: string }> => {
  const fault = { kind: 'reset', when: 'after_effect' } as const;
  gateway.sandbox.cnaught.faults.add({ match: { method: 'POST', path: '^/orders$' }, times: 1, fault });
  const id = await placeOrder(gateway, more);
  return { id, purchase: gateway.purchasesOf(id)[0]?.id ?? '' };
};

/** A decision that waits for somebody else. Above ten tonnes it always takes two. */
export const propose = async (gateway: ServedGateway, key: string): Promise<string> =>
  proposeAdoption(gateway, key, await placeUnheard(gateway, { mass: { value: '20', unit: 't' }, reference: LONG }));

/** @returns the id of the decision */
export const proposeAdoption = async (
  gateway: ServedGateway,
  key: string,
  { id, purchase }: { readonly id: string; readonly purchase: string },
): Promise<string> => {
  const address = `/v1/ops/orders/${id}/resolutions`;
  const { version } = (await gateway.get(address, key)).body as { version: number };
  const proposed = await gateway
    .post(address, key)
    .set('idempotency-key', id)
    .send({
      decision: 'adopt_purchase',
      evidence: {
        provider_order_id: purchase,
        statement: { from: 'support@provider.example', received_at: '2026-11-20T09:30:00Z', quote: RIGHT_TO_LEFT },
      },
      reason: `${LONG} has told us on the telephone.`,
      expected_version: version,
    })
    .expect(201);
  return (proposed.body as { id: string }).id;
};

/** A person and a machine that wait for a second admin. */
export const askFor = async (gateway: ServedGateway, key: string): Promise<void> => {
  const ask = (what: string, body: object) =>
    gateway.post(`/v1/ops/${what}`, key).set('idempotency-key', what).send(body).expect(201);
  await ask('operators', { name: LONG, email: `${'long-'.repeat(10)}name@example.com`, role: 'approver' });
  await ask('keys', { tenant_id: gateway.tenantId, name: RIGHT_TO_LEFT, scopes: ['orders:read', 'ops', 'ops:act'] });
};

export const LONG = 'Österreichisch-Ungarische Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenkasse';
export const RIGHT_TO_LEFT = 'شركة البحر الأبيض المتوسط للشحن (٢٠٢٦)';

/** Orders as they hurt: long names, text from right to left, many of one kind, and every kind; and a provider that takes none. */
export const placeWhatHurts = async (gateway: ServedGateway, many = 60): Promise<string> => {
  for (let nth = 0; nth < many; nth++)
    await placeOrder(gateway, {
      reference: `invoice-${2026_0000 + nth}`,
      mass: { value: String(1 + 137 * nth), unit: 'kg' },
      beneficiary: { name: nth % 2 === 0 ? LONG : RIGHT_TO_LEFT },
    });
  await placeFlagged(gateway, 'answer_disagrees', { reference: RIGHT_TO_LEFT, beneficiary: { name: RIGHT_TO_LEFT } });
  await placeFlagged(gateway, 'vanished', { mass: { value: '987.654', unit: 't' }, reference: LONG.repeat(2) });
  for (let nth = 0; nth < 5; nth++) {
    await placeDoubtful(gateway, { reference: `doubt-${nth}` });
    // Several without a response in a row would pause the provider.
    await placeOrder(gateway);
  }
  const refused = { kind: 'refused', status: 401 } as const;
  gateway.sandbox.oneTribe.faults.add({ match: { method: 'POST', path: '/transactions' }, fault: refused });
  await placeOrder(gateway, { provider: 'one_tribe', mass: { value: '2', unit: 't' }, reference: 'refused' });
  const old = await placeDoubtful(gateway, { reference: 'doubt-old' });
  await gateway.letTimePass(45 * 60_000, old);
  return placeFlagged(gateway, 'bought_twice', {
    reference: LONG,
    retirement_message: `${LONG} ${RIGHT_TO_LEFT}`,
    beneficiary: { name: `${LONG} ${RIGHT_TO_LEFT}` },
  });
};

/** A receiver that takes nothing of what `happens`: some of it given up, the rest to be sent again. */
export const failToDeliver = async (
  gateway: ServedGateway,
  happens: () => Promise<unknown>,
): Promise<{ readonly delivery: string; readonly endpoint: string }> => {
  const receiver = await WebhookReceiver.start();
  const steps = new WebhookSteps(gateway, gateway.app);
  const { id: endpoint } = await steps.makeEndpoint(gateway.tenantId, receiver.url, ['order.created']);
  await happens();
  await steps.dispatch();
  const page = `<!doctype html><title>${LONG}</title>`.padEnd(4_000, `${RIGHT_TO_LEFT} `);
  receiver.answer = (response) => void response.writeHead(503, { 'content-type': 'text/html' }).end(page);
  await Promise.all((await steps.claim()).map((due) => steps.send(due)));
  await receiver.stop();
  const [{ id: delivery } = { id: '' }] = await gateway.rows<{ id: string }>(
    'SELECT id FROM webhook_deliveries WHERE attempts > 0 ORDER BY id DESC LIMIT 1',
  );
  await gateway.rows(
    "UPDATE webhook_deliveries SET state = 'dead', ended_at = now() WHERE id <> $1 AND right(id, 1) < 'g'",
    [delivery],
  );
  return { delivery, endpoint };
};

/** An order of which the provider has something else. @returns its id */
export const placeDiffering = async (gateway: ServedGateway): Promise<string> => {
  const id = await placeOrder(gateway, { reference: RIGHT_TO_LEFT });
  const [bought] = gateway.purchasesOf(id);
  const fault = { kind: 'set_field', path: 'amount_kg', value: 90 } as const;
  gateway.sandbox.cnaught.faults.add({ match: { method: 'GET', path: `^/orders/${bought?.id}` }, fault });
  await gateway.app.get(RefreshOrder).run(id, 'all_tenants', BY_TESTER);
  return id;
};

/** Two days of calls to a provider, some of which failed and some of which were slow. */
export const fillHours = async (gateway: ServedGateway): Promise<void> => {
  await gateway.app.get(ProviderCallsRepository).write();
  await gateway.rows(`
    INSERT INTO provider_calls (hour, provider, operation, outcome, durations, last_at)
    SELECT date_trunc('hour', now(), 'UTC') - age * interval '1 hour', 'cnaught', operation, outcome,
      (SELECT array_agg(CASE WHEN nth = 24 + age % 9 THEN calls WHEN nth = 40 THEN calls / 15 ELSE 0 END ORDER BY nth)
       FROM generate_series(1, 64) nth),
      now() - age * interval '1 hour'
    FROM generate_series(1, 47) age,
      unnest('{placeOrder,fetchStatus,offerings}'::text[], '{7,120,14}'::int[]) AS kinds(operation, factor),
      unnest('{ok,timed_out,rate_limited}'::text[], '{1,9,20}'::int[]) AS ends(outcome, rarity),
      LATERAL (SELECT factor * (1 + age * 7 % 11) / rarity AS calls) counted
    WHERE calls > 0 AND age % rarity = 0`);
};
