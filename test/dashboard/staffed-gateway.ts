import { randomUUID } from 'node:crypto';
import { CreateOperator } from '../../src/application/access/create-operator.js';
import { RefreshOrder } from '../../src/application/orders/refresh-order.js';
import type { GatewaySettings } from '../../src/config/gateway-settings.js';
import type { Role } from '../../src/domain/operators/operator.js';
import type { ReviewReason } from '../../src/domain/orders/review.js';
import { ProviderCallsRepository } from '../../src/persistence/providers/provider-calls.repository.js';
import { ServedGateway, SMALL_ORDER } from '../http/served-gateway.js';
import { freePort } from '../support/free-port.js';
import { BY_TESTER, flag } from '../support/launcher.js';
import { postLedger } from '../support/post-ledger.js';
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

const LONG = 'Österreichisch-Ungarische Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenkasse';
const RIGHT_TO_LEFT = 'شركة البحر الأبيض المتوسط للشحن (٢٠٢٦)';

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

/** An order whose credits were retired then, in the books. @returns its id */
export const retireAt = async (gateway: ServedGateway, at: string): Promise<string> => {
  const id = await placeOrder(gateway);
  gateway.sandbox.cnaught.advance(gateway.purchasesOf(id)[0]?.id ?? '', 'fulfilled');
  await gateway.app.get(RefreshOrder).run(id, 'all_tenants', BY_TESTER);
  await gateway.rows(`BEGIN; SET LOCAL session_replication_role = replica;
    UPDATE order_events SET occurred_at = '${at}' WHERE order_id = '${id}'; COMMIT`);
  await postLedger(gateway);
  return id;
};

/** The first line of a file as people type it. */
export const STATEMENT_HEAD =
  'line_id,kind,provider_order_id,reference,project_id,quantity,unit,net,tax,currency,date,description';

/** Statements in every state, of hard names, and a month that was closed, reopened and closed again. @returns their ids */
export const keepBooks = async (
  gateway: ServedGateway,
  key: string,
): Promise<Readonly<Record<'checked' | 'accepted' | 'reversed' | 'refused', string>>> => {
  const act = (path: string, body?: object) =>
    gateway.post(`/v1/finance/${path}`, key).set('idempotency-key', randomUUID()).send(body);
  const upload = async (number: string, lines: readonly string[], net: string): Promise<string> => {
    const query = {
      provider: 'cnaught',
      document: 'invoice',
      number,
      issued_on: '2026-09-01',
      currency: 'USD',
      mapping: 'canonical-1',
      declared_lines: lines.length,
      declared_net: net,
      declared_tax: '0.00',
    };
    const file = [STATEMENT_HEAD, ...lines].join('\n');
    const answer = await act('statements').query(query).set('content-type', 'text/csv').send(file);
    const { id, statement_id: refused = '' } = answer.body as { id?: string; statement_id?: string };
    return id ?? refused;
  };
  const line = (order: string, net: string, text: string): string =>
    `,charge,,${order},,100,kg,${net},0.00,USD,2026-08-31,"${text}"`;
  const order = await retireAt(gateway, '2026-08-15T12:00:00Z');
  const many = Array.from({ length: 60 }, (_, nth) =>
    line(nth % 3 === 0 ? order : '', '2.00', `${RIGHT_TO_LEFT} ${nth}`),
  );
  const ids = {
    checked: await upload(RIGHT_TO_LEFT, many, '120.00'),
    accepted: await upload(LONG, [line(order, '2.00', LONG)], '2.00'),
    reversed: await upload('INV-2026-08', [line('', '1234567.89', 'x')], '1234567.89'),
    refused: await upload('INV-2026-09', [line('', '1,00', 'x'), ',gift,,,,,,1.00,0.00,USD,2026-02-31,'], '2.00'),
  };
  await act(`statements/${ids.accepted}/accept`).expect(200);
  await act(`statements/${ids.reversed}/accept`).expect(200);
  await act(`statements/${ids.reversed}/reverse`, { reason: `${RIGHT_TO_LEFT}: a corrected one has come` }).expect(200);
  const note = { note: `${LONG} ${RIGHT_TO_LEFT}`, waived_statements: ['cnaught'] };
  await act('periods/2026-08/close', note).expect(200);
  await act('periods/2026-08/reopen', { note: 'An invoice was wrong' }).expect(200);
  await act('periods/2026-08/close', note).expect(200);
  return ids;
};
