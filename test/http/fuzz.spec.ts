import { setTimeout as delay } from 'node:timers/promises';
import { SCOPES } from '../../src/application/access/scopes.js';
import { Documentation } from './documentation.js';
import { Campaign } from './fuzz/campaign.js';
import { Requests } from './fuzz/requests.js';
import { exchange } from './fuzz/wire.js';
import { ServedGateway } from './served-gateway.js';
import { OUTCOME_PENDING } from '../support/order-statuses.js';

/** `npm run fuzz` sets both. */
/** For each share, unless a number of all is given: an operation that is added takes none from the others. */
const PER_SHARE = 4.5;
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);

const SHOWN = 20;

/** Not HTTP, or several requests where there is one. */
const NOT_HTTP = [
  '\0\0\0\0',
  'GET\r\n\r\n',
  'GET / HTTP/9.9\r\n\r\n',
  'GET /v1/orders HTTP/1.1\r\n\r\n',
  'GET /v1/orders HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'POST /v1/orders HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  'POST /v1/orders HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
  'POST /v1/orders HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n',
  'POST /v1/orders HTTP/1.1\r\nhost: a\r\ncontent-length: 1e3\r\n\r\n',
  'POST /v1/orders HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{',
  'GET http://other/v1/orders HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
  'CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n',
  'GET //v1//orders HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
];

describe('the API under requests of every kind', () => {
  let gateway: ServedGateway;
  let docs: Documentation;
  beforeAll(async () => {
    gateway = await ServedGateway.start({
      role: 'all',
      rateLimitPerMinute: 100_000_000,
      maxOrderTonnes: '1000000000',
      maxOrderUsd: '999999999999',
      maxMonthUsd: '999999999999',
    });
    docs = await Documentation.of(gateway);
  });
  afterAll(() => gateway.stop());

  it('answers each as the document says, and buys what it says', async () => {
    const requests = new Requests(docs);
    const operations = Object.entries(docs.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    // Bodies have more to go wrong than paths have.
    const shares = operations.map(({ operation }) => (operation.requestBody ? 4 : 1));
    const all = shares.reduce((sum, share) => sum + share, 0);
    const streams = operations.map(({ path, method, operation }, nth) =>
      requests.sample(path, method, operation, {
        seed: SEED,
        count: Math.ceil((requestsOf(all) * (shares[nth] ?? 1)) / all),
      }),
    );
    const plans = interleaved(streams);

    const campaign = new Campaign(gateway, docs, await gateway.newKey(SCOPES));
    const startedAt = performance.now();
    await campaign.run(plans);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    if (process.env['FUZZ_REQUESTS'] !== undefined)
      process.stdout.write(
        `${plans.length} requests in ${seconds} s, seed ${SEED}: ${written(campaign.statuses)}\n` +
          `by expectation: ${written(campaign.kinds)}; of ${campaign.valid.all} that keep every rule ${campaign.valid.accepted} accepted\n` +
          `slowest that waits for no provider: ${Math.round(campaign.slowest.ms)} ms, ${campaign.slowest.of}\n`,
      );
    expect(campaign.findings.slice(0, SHOWN)).toEqual([]);
    // A fuzzer whose good requests are all refused has tried nothing.
    expect(campaign.valid.accepted).toBeGreaterThan(plans.length / 10);

    const figures = await purchasesAtRest();
    if (process.env['FUZZ_REQUESTS'] !== undefined) process.stdout.write(`${JSON.stringify(figures)}\n`);
    expect(figures.bought).toBeGreaterThan(0);
    expect((await gateway.anonymous.get('/readyz')).status).toBe(200);
  }, 1_800_000);

  it.each(NOT_HTTP)('refuses what is not HTTP: %j', async (text) => {
    const { port } = gateway.app.getHttpServer().address() as { port: number };
    const { answer } = await exchange(port, Buffer.from(text, 'latin1'), false);
    if (answer !== null) expect([text, answer.status < 500 && answer.status >= 400]).toEqual([text, true]);
    expect((await gateway.anonymous.get('/readyz')).status).toBe(200);
  });

  /** Waits until it is known of every order what became of it, and compares with the providers' ledgers. */
  const purchasesAtRest = async () => {
    for (;;) {
      const [{ open } = { open: 0 }] = await gateway.rows<{ open: number }>(
        `SELECT count(*)::int AS open FROM orders WHERE status IN ${OUTCOME_PENDING}`,
      );
      if (open === 0) break;
      // As if the quotas' minutes were over.
      await gateway.forgetPauses();
      await gateway.makeDue();
      await delay(200);
    }
    const orders = await gateway.rows<{ id: string; status: string; payment_method: string; provider: string }>(
      'SELECT id, status, payment_method, provider FROM orders',
    );
    const BOUGHT = ['placed', 'accepted', 'retired', 'completed'];
    const bought = orders.filter(({ status }) => BOUGHT.includes(status)).map(({ id }) => id);
    const { cnaught, oneTribe } = gateway.sandbox;
    const owners = [...cnaught.purchases(), ...oneTribe.purchases()].map(
      ({ reference }) => /ord_[0-9a-z]{26}/.exec(reference ?? '')?.[0] ?? `nobody: ${reference}`,
    );
    const cancelled = new Set(orders.filter(({ status }) => status === 'cancelled').map(({ id }) => id));
    expect(owners.filter((id) => !cancelled.has(id)).sort()).toEqual(bought.sort());
    expect(new Set(owners).size).toBe(owners.length);
    expect(await gateway.lostOrders()).toBe(0);
    return { orders: orders.length, bought: bought.length, purchases: owners.length };
  };
});

/** How many there are, of so many shares. */
const requestsOf = (shares: number): number => Number(process.env['FUZZ_REQUESTS'] ?? shares * PER_SHARE);

/** One of each in turn, as long as there are some. */
const interleaved = <T>(streams: readonly (readonly T[])[]): T[] => {
  const longest = Math.max(...streams.map(({ length }) => length));
  const shortest = Math.min(...streams.map(({ length }) => length));
  return Array.from({ length: shortest }, (_, turn) =>
    streams.flatMap((stream) => {
      const at = (share: number) => Math.floor((share * stream.length) / shortest);
      return stream.slice(at(turn), at(turn + 1));
    }),
  )
    .flat()
    .slice(0, longest * streams.length);
};

const written = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, times]) => `${times} × ${name}`)
    .join(', ');
