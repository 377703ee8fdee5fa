import { randomBytes } from 'node:crypto';
import { runCommand } from '../../support/command-line.js';
import { clearByHand, flag } from '../../support/launcher.js';
import { ServedGateway } from '../served-gateway.js';

export const EVERY_TEXT_COLUMN = `
  SELECT c.table_name AS table, c.column_name AS column FROM information_schema.columns c
  WHERE c.table_schema = 'public'
    AND (c.data_type IN ('text', 'character varying', 'character', 'jsonb', 'json', 'bytea', 'ARRAY', 'xml', 'tsvector'))
  ORDER BY 1, 2`;

interface Erased {
  readonly erasures: string[];
  readonly erased: { order: string; provider: string; provider_order_id: string | null }[];
  readonly not_erased: { order: string; status: string | null; outcome: string; why: string }[];
  readonly beyond_reach: string;
}

export interface OrderBody {
  readonly id: string;
  readonly status: string;
  readonly provider: string;
  readonly provider_order_id: string | null;
  readonly checkout: { readonly url: string } | null;
}

/** A gateway, and orders that carry a mark wherever a person can be named, for the specs of one file. */
export const useMarkedOrders = () => {
  let gateway: ServedGateway;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    await gateway.post('/v1/callback-secret/rotate').expect(200);
  });
  afterAll(() => gateway.stop());

  const cli = <Printed>(...args: string[]) => runCommand<Printed>(gateway.database.url, ...args);
  const erase = (subject: string, ...more: string[]) =>
    cli<Erased>('privacy', 'erase', subject, '--reason', 'asked in writing', '--operator', 'Officer', ...more);

  /** Every column of every table that can hold it, whatever its type, in which a text stands. */
  const columnsWith = async (text: string): Promise<string[]> => {
    const columns = await gateway.rows<{ table: string; column: string }>(EVERY_TEXT_COLUMN);
    const holds = columns.map(
      ({ table, column }) => `SELECT '${table}.${column}' AS name WHERE EXISTS (
        SELECT FROM ${table} t WHERE t."${column}"::text ILIKE '%' || $1 || '%'
                                  OR t."${column}"::text ILIKE '%' || encode(convert_to($1, 'UTF8'), 'hex') || '%')`,
    );
    const found = await gateway.rows<{ name: string }>(holds.join(' UNION ALL '), [text]);
    return found.map(({ name }) => name);
  };

  const newMark = (): string => `mark${randomBytes(6).toString('hex')}`;

  const requestOf = (mark: string, more: object): object => ({
    mass: { value: '2', unit: 't' },
    payment: { method: 'account' },
    beneficiary: { name: mark, email: `${mark}@example.com` },
    retirement_message: `For Ann ${mark}`,
    description: `Ann ${mark} at the till`,
    reference: `order of Ann ${mark}`,
    metadata: { [mark]: mark },
    labels: { buyer: `${mark}@example.com`, department: 'sales', [`of Ann ${mark}`]: 'yes' },
    callback_url: `https://shop.example/hook?who=${mark}`,
    ...more,
  });

  const place = async (mark: string, more: object): Promise<OrderBody> => {
    const response = await gateway
      .order(requestOf(mark, more), `${mark}@example.com`)
      .set('x-request-id', `for-${mark}`)
      .expect(201);
    return response.body as OrderBody;
  };

  const read = async (id: string): Promise<OrderBody> => (await gateway.get(`/v1/orders/${id}`)).body as OrderBody;

  /** Looks, and lets the provider go on, until the order has ended. */
  const untilEnded = async (id: string): Promise<OrderBody> => {
    const { cnaught, oneTribe, carbonmark } = gateway.sandbox;
    const finish: Readonly<Record<string, (purchase: string) => void>> = {
      cnaught: (purchase) => cnaught.advance(purchase, 'fulfilled'),
      carbonmark: (purchase) => carbonmark.advance(purchase, 'COMPLETED'),
      one_tribe: (purchase) => oneTribe.advance(purchase, 'completed'),
    };
    for (let looks = 0; looks < 10; looks++) {
      await gateway.letTimePass(60_000);
      const { body } = (await gateway.post(`/v1/orders/${id}/refresh`).expect(200)) as { body: OrderBody };
      if (body.status === 'completed') return body;
      if (body.provider_order_id !== null) finish[body.provider]?.(body.provider_order_id);
    }
    throw new Error('the order has not ended');
  };

  const callBack = (mark: string, orderId: string, id: string) =>
    gateway
      .rows<{ body: string }>('SELECT body FROM attempts WHERE order_id = $1', [orderId])
      .then(([sent]) => /\/v1\/provider-callbacks\/cnaught\/[\w-]{43}/.exec(sent?.body ?? '')?.[0] ?? '')
      .then(async (path) => {
        const send = () =>
          gateway.anonymous.post(path).send({ order: { id, description: `on behalf of Ann ${mark}` } });
        await send().expect(200);
        return send;
      });

  /** What operators and earlier builds wrote about it, and what a receiver answered to a webhook of it. */
  const annotate = async (mark: string, id: string): Promise<void> => {
    await flag(gateway.app, id, 'bought_twice');
    await clearByHand(gateway.app, id, 'Officer', `spoke with Ann ${mark}`);
    await gateway.rows(
      `INSERT INTO order_events (id, order_id, tenant_id, sequence, type, source, evidence)
       SELECT 'evt_' || id, id, tenant_id, 1000, 'order.review_flagged', 'poll', $2 FROM orders WHERE id = $1`,
      [
        id,
        {
          reason: 'answer_disagrees',
          disagreements: [
            { field: 'beneficiary', ours: `Ann ${mark}`, theirs: `A. ${mark}` },
            { field: 'mass', ours: '1 g', theirs: '2 g' },
          ],
        },
      ],
    );
    await gateway.rows(
      `WITH told AS (SELECT 'dlv_' || o.id AS id, o.id AS order_id, o.tenant_id FROM orders o WHERE o.id = $1),
       endpoint AS (
         INSERT INTO webhook_endpoints (id, tenant_id, url, types)
         SELECT 'whe_' || t.order_id, t.tenant_id, 'https://shop.example/all', '{}' FROM told t RETURNING id),
       delivery AS (
         INSERT INTO webhook_deliveries (id, endpoint_id, tenant_id, event_id, order_id, state, ended_at)
         SELECT t.id, e.id, t.tenant_id, 'evt_' || t.order_id, t.order_id, 'delivered', now() FROM told t, endpoint e
         RETURNING id)
       INSERT INTO webhook_attempts (delivery_id, number, started_at, duration_ms, status, answer)
       SELECT d.id, 1, now(), 1, 200, $2 FROM delivery d`,
      [id, `thank you, Ann ${mark}`],
    );
  };

  /** Money, retirement and history as they were: nothing of it is personal. */
  const factsOf = (id: string) =>
    gateway.rows(
      `SELECT o.id, o.status, o.provider_order_id, o.ordered_grams, o.price_amount, o.price_currency, o.spending_usd,
              o.retirements, o.certificate, o.retired_at, o.callback_token_hash,
              (SELECT jsonb_agg(jsonb_build_array(e.sequence, e.type, e.from_status, e.to_status, e.evidence -> 'price') ORDER BY e.sequence)
               FROM order_events e WHERE e.order_id = o.id AND e.type <> 'order.personal_data_erased') AS history,
              (SELECT jsonb_agg(jsonb_build_array(r.operation, encode(r.fingerprint, 'hex'), r.response_status))
               FROM idempotency_records r WHERE r.order_id = o.id) AS keys,
              (SELECT jsonb_agg(jsonb_build_array(a.number, a.idempotency_key, a.outcome) ORDER BY a.id)
               FROM attempts a WHERE a.order_id = o.id) AS attempts
       FROM orders o WHERE o.id = $1`,
      [id],
    );

  const purchases = (): number =>
    Object.values(gateway.simulators).reduce((sum, simulator) => sum + simulator.purchases().length, 0);

  const small = (mark: string, more: object = {}) =>
    place(mark, { provider: 'cnaught', mass: { value: '1', unit: 'kg' }, ...more });

  return {
    get gateway() {
      return gateway;
    },
    cli,
    erase,
    columnsWith,
    newMark,
    requestOf,
    place,
    read,
    untilEnded,
    callBack,
    annotate,
    factsOf,
    purchases,
    small,
  };
};

export type MarkedOrders = ReturnType<typeof useMarkedOrders>;
