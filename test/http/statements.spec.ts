import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { SCOPES } from '../../src/application/access/scopes.js';
import { PruneRecords } from '../../src/application/retention/prune-records.js';
import { Documentation } from './documentation.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

const HEAD = 'line_id,kind,provider_order_id,reference,project_id,quantity,unit,net,tax,currency,date,description';
const fileOf = (...lines: readonly string[]): string => [HEAD, ...lines, ''].join('\n');
const charge = (net: string, { order = '', reference = '', text = '' } = {}): string =>
  `,charge,${order},${reference},,100,kg,${net},0.00,USD,2026-10-03,${text}`;

/** Files that no other test has uploaded. */
let count = 0;
const fresh = (): string => `text ${(count += 1)}`;

/** The first day of the first month that is open here: what is dated before it is posted to that month, too. */
const FIRST = `${new Date().toISOString().slice(0, 7)}-01`;

describe('statements', () => {
  let gateway: ServedGateway;
  let docs: Documentation;
  let finance: string;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    docs = await Documentation.of(gateway);
    finance = await gateway.newKey(SCOPES);
  });
  afterAll(() => gateway.stop());

  const COLLECTION = '/v1/finance/statements';
  const declared = (lines: number, net: string, more: Record<string, string> = {}) => ({
    provider: 'cnaught',
    document: 'invoice',
    number: `INV ${fresh()}`,
    issued_on: FIRST,
    covers_from: '2026-10-01',
    covers_to: '2026-10-31',
    currency: 'USD',
    mapping: 'canonical-1',
    declared_lines: String(lines),
    declared_net: net,
    declared_tax: '0.00',
    ...more,
  });
  const upload = (file: string, query: Record<string, string>, key: string = randomUUID(), by = finance) =>
    docs.documented(
      COLLECTION,
      gateway.post(COLLECTION, by).query(query).set('idempotency-key', key).set('content-type', 'text/csv').send(file),
    );
  const get = (path: string) => docs.documented(`${COLLECTION}/{id}`, gateway.get(`${COLLECTION}/${path}`, finance));
  const act = (id: string, what: 'accept' | 'reverse', body?: object) =>
    docs.documented(`${COLLECTION}/{id}/${what}`, gateway.post(`${COLLECTION}/${id}/${what}`, finance).send(body));
  const REASON = { reason: 'The provider sent a corrected invoice.' };
  const countOf = async (table: string, id: string): Promise<number> =>
    Number((await gateway.rows(`SELECT count(*) FROM ${table} WHERE statement_id = $1`, [id]))[0]?.['count']);
  const uploads = async (): Promise<number> =>
    Number((await gateway.rows('SELECT count(DISTINCT statement_id) FROM statement_chunks'))[0]?.['count']);

  it('are taken in whole, shown by kind, read line by line and byte for byte, accepted and reversed', async () => {
    const order = (await gateway.order(SMALL_ORDER)).body as { id: string; provider_order_id: string };
    const other = (await gateway.order(SMALL_ORDER)).body as { id: string };
    const file = fileOf(
      charge('2.00', { order: order.provider_order_id, text: '"two, in quotes"' }),
      charge('2.10', { reference: other.id }),
      charge('2.20', { order: order.provider_order_id, reference: other.id }),
      charge('2.20', { order: 'unknown' }),
      ',credit,,,,,,1.25,0.00,USD,2026-10-04,',
    );
    const key = randomUUID();
    const query = declared(5, '7.25');
    const made = await upload(file, query, key);
    expect([made.status, made.body]).toMatchObject([
      201,
      {
        status: 'checked',
        declared: { lines: 5, net: { amount: '7.25', currency: 'USD' } },
        kinds: [
          { kind: 'charge', lines: 4, net: { amount: '8.50' } },
          { kind: 'credit', lines: 1, net: { amount: '1.25' } },
        ],
      },
    ]);
    const { id } = made.body as { id: string };
    expect(made.headers['location']).toBe(`${COLLECTION}/${id}`);

    const again = await upload(file, query, key);
    expect([again.status, again.headers['idempotency-replayed'], again.body]).toEqual([201, 'true', made.body]);

    const lines = await docs.documented(
      `${COLLECTION}/{id}/lines`,
      gateway.get(`${COLLECTION}/${id}/lines?limit=4`, finance),
    );
    expect((lines.body as { data: { order_id: string }[] }).data.map((line) => line.order_id)).toEqual([
      order.id,
      other.id,
      null,
      null,
    ]);
    const rest = await gateway.get(`${COLLECTION}/${id}/lines?cursor=${lines.body.next_cursor as string}`, finance);
    expect(rest.body).toMatchObject({ data: [{ line: 6, kind: 'credit' }], next_cursor: null });
    expect((await gateway.get(`${COLLECTION}/${id}/file`, finance)).text).toBe(file);

    const accepted = await act(id, 'accept');
    expect([accepted.status, accepted.body.status]).toEqual([200, 'accepted']);
    expect((await act(id, 'accept')).body).toEqual(accepted.body);
    const reversed = await act(id, 'reverse', REASON);
    expect(reversed.body).toMatchObject({ status: 'reversed', reversal_reason: REASON.reason });
    expect((await act(id, 'reverse', REASON)).body).toEqual(reversed.body);
    expect((await act(id, 'accept')).body.code).toBe('statement_not_acceptable');
    expect((await get(id)).body).toEqual(reversed.body);
    expect(
      await gateway.rows('SELECT act FROM audit_log WHERE subject = $1 AND outcome = $2 ORDER BY number', [
        id,
        'applied',
      ]),
    ).toEqual(['upload', 'accept', 'reverse'].map((what) => ({ act: `statement.${what}` })));
    const anew = await upload(file, query);
    expect([anew.status, anew.body.id === id]).toEqual([201, false]);
    const list = await docs.documented(
      COLLECTION,
      gateway.get(`${COLLECTION}?provider=cnaught&status=reversed&limit=1`, finance),
    );
    expect(list.body).toEqual({ data: [reversed.body], next_cursor: null });
  });

  it('are in the books from their acceptance on, line by line and to the cent, and are taken back by their opposite', async () => {
    const order = (await gateway.order(SMALL_ORDER)).body as { id: string };
    const made = await upload(
      fileOf(
        charge('2.00', { reference: order.id, text: fresh() }),
        charge('3.10', { text: fresh() }).replace(',0.00,', ',0.62,'),
        `,credit,,${order.id},,,,0.50,0.00,USD,2026-10-04,${fresh()}`,
        `,fee,,,,,,1.25,0.25,USD,2026-10-04,${fresh()}`,
      ),
      declared(4, '5.85', { declared_tax: '0.87' }),
    );
    const { id } = made.body as { id: string };
    const transfers = () =>
      gateway.rows(
        `SELECT source_seq AS line, rule, debit, credit, units::float8 / 1e6 AS amount, order_id, provider, period_id,
                effective_at, tenant_id IS NOT NULL AS "hasTenant"
         FROM ledger_transfers WHERE source = $1 ORDER BY source_seq DESC, leg`,
        [id],
      );
    expect(await transfers()).toEqual([]);
    const postings = async () =>
      (await docs.documented(`${COLLECTION}/{id}/postings`, gateway.get(`${COLLECTION}/${id}/postings`, finance))).body;
    const sums = (...rows: readonly string[]) =>
      rows.map((row) => {
        const [rule, debit, credit, amount] = row.split(' ');
        return { rule, debit, credit, asset: 'USD/6', transfers: 1, amount };
      });
    const told = sums(
      'credit payable clearing 0.50',
      'fee fees payable 1.25',
      'fee tax payable 0.25',
      'invoice clearing payable 2.00',
      'suspend suspense payable 3.10',
      'suspend tax payable 0.62',
    );
    expect(await postings()).toEqual({ posted: false, data: told });
    await act(id, 'accept');
    await act(id, 'accept');
    const of = { provider: 'cnaught', period_id: FIRST.slice(0, 7), effective_at: new Date(`${FIRST}T00:00:00.000Z`) };
    const placed = { ...of, order_id: order.id, hasTenant: true };
    const unplaced = { ...of, order_id: null, hasTenant: false };
    const posted = [
      { line: 5, rule: 'fee', debit: 'fees', credit: 'payable', amount: 1.25, ...unplaced },
      { line: 5, rule: 'fee', debit: 'tax', credit: 'payable', amount: 0.25, ...unplaced },
      { line: 4, rule: 'credit', debit: 'payable', credit: 'clearing', amount: 0.5, ...placed },
      { line: 3, rule: 'suspend', debit: 'suspense', credit: 'payable', amount: 3.1, ...unplaced },
      { line: 3, rule: 'suspend', debit: 'tax', credit: 'payable', amount: 0.62, ...unplaced },
      { line: 2, rule: 'invoice', debit: 'clearing', credit: 'payable', amount: 2, ...placed },
    ];
    expect(await transfers()).toEqual(posted);
    expect(await postings()).toEqual({ posted: true, data: told });

    await act(id, 'reverse', REASON);
    await act(id, 'reverse', REASON);
    const [now] = await gateway.rows('SELECT max(posted_at) AS at FROM ledger_transfers WHERE source = $1', [id]);
    const all = await transfers();
    expect(all.slice(0, posted.length)).toEqual(posted);
    expect(all.slice(posted.length).map(({ line, debit, credit, amount }) => [line, debit, credit, amount])).toEqual(
      [...posted]
        .toSorted((a, b) => a.line - b.line)
        .map(({ line, debit, credit, amount }) => [-line, credit, debit, amount]),
    );
    expect(Number(now?.['at']) - Number(all.at(-1)?.['effective_at'])).toBeLessThan(60_000);
  });

  it('are in the books once, whoever accepts them at the same time', async () => {
    const { id } = (await upload(fileOf(charge('1.00', { text: fresh() })), declared(1, '1.00'))).body as {
      id: string;
    };
    const both = await Promise.all([act(id, 'accept'), act(id, 'accept')]);
    expect(both.map(({ status, body }) => [status, body.status])).toEqual(Array(2).fill([200, 'accepted']));
    expect(await gateway.rows('SELECT count(*)::int FROM ledger_transfers WHERE source = $1', [id])).toEqual([
      { count: 1 },
    ]);
  });

  it('are not accepted before the day they are of', async () => {
    const file = fileOf(charge('1.00', { text: fresh() }));
    const { id } = (await upload(file, declared(1, '1.00', { issued_on: '2099-12-31' }))).body as { id: string };
    expect((await act(id, 'accept')).body.code).toBe('statement_not_acceptable');
    expect((await get(id)).body.status).toBe('checked');
  });

  it('are refused for what their lines break, and nothing of them is kept, whoever repeats it', async () => {
    const [key, query] = [randomUUID(), declared(2, '3.00')];
    const file = fileOf(charge('1,00'), charge('1.00'), charge('2.00').replace('2026-10-03', '2025-10-03'));
    const refused = await upload(file, query, key);
    expect([refused.status, refused.body]).toMatchObject([
      422,
      {
        code: 'statement_invalid',
        lines: [
          { line: 2, column: null, rule: 'wrong_column_count' },
          { line: 4, column: 'date', rule: 'date_outside' },
        ],
      },
    ]);
    const { statement_id: id } = refused.body as { statement_id: string };
    expect((await get(id)).body).toMatchObject({ status: 'refused', errors: refused.body.lines });
    expect((await gateway.get(`${COLLECTION}/${id}/lines`, finance)).body.code).toBe('statement_file_gone');
    expect((await act(id, 'accept')).body.code).toBe('statement_not_acceptable');
    expect((await act(id, 'reverse', REASON)).body.code).toBe('statement_not_acceptable');
    const repeated = await upload(file, query, key);
    expect([repeated.body.code, repeated.body.statement_id]).toEqual(['statement_invalid', id]);
    expect((await upload(fileOf(charge('3.00')), query, key)).body.code).toBe('idempotency_key_reused');

    await gateway.rows('ALTER TABLE statement_chunks DISABLE TRIGGER statement_is_kept');
    await gateway.rows("UPDATE statement_chunks SET created_at = now() - interval '2 days'");
    await gateway.rows('ALTER TABLE statement_chunks ENABLE TRIGGER statement_is_kept');
    const kept = await uploads();
    await gateway.app.get(PruneRecords).prune();
    expect([await countOf('statement_chunks', id), await countOf('statement_lines', id)]).toEqual([0, 0]);
    expect(
      await gateway.rows(`SELECT s.id FROM statements s WHERE s.status <> 'refused'
      AND NOT EXISTS (SELECT FROM statement_chunks c WHERE c.statement_id = s.id)`),
    ).toEqual([]);
    expect(await uploads()).toBeLessThan(kept);
  });

  it('are refused where they do not come to what was declared, with both numbers', async () => {
    const off = await upload(fileOf(charge('1.00'), charge('2.00')), declared(3, '3.01'));
    expect([off.status, off.body]).toMatchObject([
      422,
      {
        code: 'statement_totals_disagree',
        errors: {
          declared_lines: ['is 3, and the lines come to 2'],
          declared_net: ['is 3.01, and the lines come to 3.00'],
        },
      },
    ]);
  });

  it('are taken in once: not by file, not by number, not by line', async () => {
    const file = fileOf(charge('1.00', { text: fresh() }), charge('2.00', { text: fresh() }));
    const query = declared(2, '3.00');
    const { id } = (await upload(file, query)).body as { id: string };
    const same = await upload(file, declared(2, '3.00'));
    expect([same.status, same.body]).toMatchObject([409, { code: 'statement_already_uploaded', statement_id: id }]);
    const numbered = await upload(fileOf(charge('5.00')), { ...declared(1, '5.00'), number: query.number });
    expect([numbered.status, numbered.body]).toMatchObject([409, { code: 'statement_number_taken', statement_id: id }]);
    const overlapping = await upload(
      fileOf(charge('4.00', { text: fresh() }), file.split('\n')[2] ?? ''),
      declared(2, '6.00'),
    );
    expect(overlapping.body).toMatchObject({
      code: 'statement_invalid',
      lines: [{ line: 3, column: null, rule: 'line_known' }],
    });
    const elsewhere = await upload(file, { ...query, provider: 'carbonmark' });
    expect(elsewhere.status).toBe(201);
  });

  it('are accepted with a line once, where two came at the same time and neither knew of the other', async () => {
    const [one, two] = ['stm_00000000000000000000000001', 'stm_00000000000000000000000002'];
    for (const id of [one, two])
      await gateway.rows(
        `INSERT INTO statement_lines (statement_id, line, line_key, kind, net_units, tax_units, occurred_on)
         VALUES ($1, 2, 'same', 'charge', 1, 0, '2026-10-03')`,
        [id],
      );
    for (const id of [one, two])
      await gateway.rows(
        `INSERT INTO statements (id, provider, document, number, issued_on, currency, mapping, file_sha256, declared_lines,
                                 declared_net, declared_tax, status, errors, kinds, key_id, started_at)
         VALUES ($1, 'cnaught', 'invoice', $1, '2026-11-01', 'USD', 'canonical-1', $2, 1, 1, 0, 'checked', '[]', '[]', 'k',
                 now() - interval '1 minute')`,
        [id, Buffer.from(id)],
      );
    expect((await act(one, 'accept')).status).toBe(200);
    const refused = await act(two, 'accept');
    expect([refused.status, refused.body.code]).toEqual([409, 'statement_not_acceptable']);
  });

  it('are nothing where the upload broke off, and taken in by its repeat', async () => {
    const [key, query] = [randomUUID(), declared(2, '3.00')];
    const file = fileOf(charge('1.00', { text: fresh() }), charge('2.00', { text: fresh() }));
    const before = await gateway.rows('SELECT id FROM statements');
    const server = gateway.app.getHttpServer() as Server;
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const arrived = once(server, 'request') as Promise<[IncomingMessage]>;
    socket.write(
      `POST ${COLLECTION}?${new URLSearchParams(query).toString()} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${finance}\r\n` +
        `Idempotency-Key: ${key}\r\nContent-Type: text/csv\r\nContent-Length: ${file.length}\r\n\r\n${file.slice(0, -20)}`,
    );
    const [request] = await arrived;
    const ended = new Promise((resolve) => request.once('close', resolve));
    socket.destroy();
    await ended;
    expect(await gateway.rows('SELECT id FROM statements')).toEqual(before);
    const repeated = await upload(file, query, key);
    expect([repeated.status, repeated.headers['idempotency-replayed']]).toEqual([201, undefined]);
  });

  it('may take longer to arrive than other bodies', async () => {
    const server = gateway.app.getHttpServer() as Server;
    const { headersTimeout, requestTimeout } = server;
    const query = new URLSearchParams(declared(1, '1.00')).toString();
    const file = fileOf(charge('1.00', { text: fresh() }));
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    try {
      const arrived = once(server, 'request') as Promise<[IncomingMessage]>;
      socket.write(
        `POST ${COLLECTION}?${query} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${finance}\r\nIdempotency-Key: slow\r\n` +
          `Content-Type: text/csv\r\nContent-Length: ${file.length}\r\n\r\n${file.slice(0, 20)}`,
      );
      const [request] = await arrived;
      // It is being read: its caller was let in.
      while (request.listenerCount('readable') === 0) await setImmediate();
      Object.assign(server, { headersTimeout: 300, requestTimeout: 300 });
      await once(server, 'clientError');
      socket.write(file.slice(20));
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).toMatch(/^HTTP\/1.1 201 /);
    } finally {
      Object.assign(server, { headersTimeout, requestTimeout });
      socket.destroy();
    }
  });

  it.each([
    ['another type', 'application/json', '{}', 415, 'unsupported_media_type'],
    ['no file', 'text/csv', '', 422, 'statement_invalid'],
  ])('are refused with %s', async (_, type, body, status, code) => {
    const sent = gateway.post(COLLECTION, finance).query(declared(1, '1.00')).set('idempotency-key', randomUUID());
    const response = await docs.documented(COLLECTION, sent.set('content-type', type).send(body));
    expect([response.status, response.body.code]).toEqual([status, code]);
  });

  it('say what is wrong with the declaration before a line is read', async () => {
    const file = fileOf(charge('1.00'));
    expect((await upload(file, declared(1, '1.00', { mapping: 'one-tribe-1' }))).body).toMatchObject({
      code: 'mapping_unknown',
      errors: { mapping: ['must be one of canonical-1, cnaught-1'] },
    });
    expect((await upload(file, declared(1, '1.00', { provider: 'nobody' }))).body.code).toBe('mapping_unknown');
    const wrong = declared(1, '1,00', {
      issued_on: '2026-02-30',
      covers_to: '2026-09-01',
      declared_lines: '0',
      currency: 'JPY',
    });
    expect(Object.keys((await upload(file, wrong)).body.errors as object).sort()).toEqual([
      'currency',
      'declared_lines',
      'declared_net',
      'issued_on',
    ]);
    expect((await upload(file, declared(1, '1.00', { covers_to: '2026-09-01' }))).body.errors).toEqual({
      covers_to: ['must not be before covers_from'],
    });
  });

  it('are for keys that see all tenants', async () => {
    const own = await gateway.newKey(['finance:read', 'finance:write']);
    const refused = await upload(fileOf(charge('1.00')), declared(1, '1.00'), randomUUID(), own);
    expect([refused.status, refused.body.detail]).toEqual([403, 'The API key lacks the scope ops.']);
    expect((await gateway.get(COLLECTION, own)).body.code).toBe('scope_missing');
  });

  it.each([
    ['a line changes', 'UPDATE statement_lines SET net_units = 1 WHERE statement_id = $1'],
    ['a line goes', 'DELETE FROM statement_lines WHERE statement_id = $1'],
    ['a piece of its file goes', 'DELETE FROM statement_chunks WHERE statement_id = $1'],
    [
      'a line is added',
      `INSERT INTO statement_lines (statement_id, line, line_key, kind, net_units, tax_units, occurred_on)
                         VALUES ($1, 99, 'x', 'charge', 1, 0, '2026-10-03')`,
    ],
    ['it goes', 'DELETE FROM statements WHERE id = $1'],
    ['it comes to something else', 'UPDATE statements SET declared_net = 1 WHERE id = $1'],
    ['it is checked again', `UPDATE statements SET status = 'refused' WHERE id = $1`],
    [
      'it is not what its lines come to',
      `INSERT INTO statements SELECT (jsonb_populate_record(s, '{"id": "stm_x", "number": "x", "file_sha256": "\\\\x00"}')).* FROM statements s WHERE s.id = $1`,
    ],
  ])('are kept by the database: not even its owner can have it that %s', async (_, sql) => {
    const { id } = (await upload(fileOf(charge('1.00', { text: fresh() })), declared(1, '1.00'))).body as {
      id: string;
    };
    await expect(gateway.rows(sql, [id])).rejects.toThrow(
      /is append-only|takes no more|are kept|does not become|do not come to/,
    );
    expect([await countOf('statement_lines', id), (await get(id)).body.status]).toEqual([1, 'checked']);
  });
});
