import { randomUUID } from 'node:crypto';
import { RefreshOrder } from '../../src/application/orders/refresh-order.js';
import type { ServedGateway } from '../http/served-gateway.js';
import { BY_TESTER } from '../support/launcher.js';
import { postLedger } from '../support/post-ledger.js';
import { compareMonth, reconcile } from '../support/reconcile.js';
import { LONG, placeOrder, RIGHT_TO_LEFT } from './staffed-gateway.js';

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
  const line = (order: string, net: string, text: string, day = '2026-08-31'): string =>
    `,charge,,${order},,100,kg,${net},0.00,USD,${day},"${text}"`;
  const order = await retireAt(gateway, '2026-08-15T12:00:00Z');
  const many = Array.from({ length: 60 }, (_, nth) =>
    line(nth % 3 === 0 ? order : '', '2.00', `${RIGHT_TO_LEFT} ${nth}`),
  );
  const ids = {
    checked: await upload(RIGHT_TO_LEFT, many, '120.00'),
    // Of no order, and not of August: it would have to be settled first.
    accepted: await upload(
      LONG,
      [line(order, '2.00', LONG), line('', '250.00', RIGHT_TO_LEFT, '2026-09-01')],
      '252.00',
    ),
    reversed: await upload('INV-2026-08', [line('', '1234567.89', 'x')], '1234567.89'),
    refused: await upload('INV-2026-09', [line('', '1,00', 'x'), ',gift,,,,,,1.00,0.00,USD,2026-02-31,'], '2.00'),
  };
  await act(`statements/${ids.accepted}/accept`).expect(200);
  await act(`statements/${ids.reversed}/accept`).expect(200);
  await act(`statements/${ids.reversed}/reverse`, { reason: `${RIGHT_TO_LEFT}: a corrected one has come` }).expect(200);
  const note = { note: `${LONG} ${RIGHT_TO_LEFT}`, waived: ['cnaught'] };
  await compareMonth(gateway, '2026-08', 'cnaught');
  await act('periods/2026-08/close', note).expect(200);
  await act('periods/2026-08/reopen', { note: 'An invoice was wrong' }).expect(200);
  await act('periods/2026-08/close', note).expect(200);
  return ids;
};

/** A run of this month, and what it found first. @returns their ids */
export const findBreaks = async (gateway: ServedGateway, key: string): Promise<{ run: string; break: string }> => {
  const started = await gateway
    .post('/v1/finance/reconciliations', key)
    .send({ provider: 'cnaught', period: new Date().toISOString().slice(0, 7) })
    .expect(202);
  await reconcile(gateway);
  const found = await gateway.get('/v1/finance/breaks?type=charge_unknown&limit=1', key);
  const [first] = (found.body as { data: { id: string }[] }).data;
  return { run: (started.body as { id: string }).id, break: first?.id ?? '' };
};
