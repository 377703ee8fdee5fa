import { randomUUID } from 'node:crypto';
import supertest, { type Response, type Test } from 'supertest';
import { SCOPES } from '../../src/application/access/scopes.js';
import { amountOf } from '../../src/domain/money.js';
import type { Order } from '../../src/domain/orders/order.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { Trial, type Where } from '../faults/integrity-trial.js';
import { Documentation } from '../http/documentation.js';
import { TestEngine, type OrderToPlace } from '../support/engine.js';
import { launchGateway, newKey } from '../support/launcher.js';
import { startTestContext } from '../support/test-bed.js';
import { AlteringProxy } from './altering-proxy.js';
import { actingTexts } from './acting-texts.js';

const HOUR_MS = 3_600_000;

/** No call lasts longer where it can only end by its deadline, whatever that is. */
const SHORT_DEADLINE_MS = 300;

type Proxies = Readonly<Record<Where, AlteringProxy>>;

/**
 * The whole gateway on a socket, asked as its callers ask it, behind proxies that alter what its providers respond. Its
 * worker is off: orders move when told to. Everything it responds and logs is read, and what is wrong with it noted.
 */
export class AlteredTrial extends Trial {
  /** What was wrong with responses and log lines since the last `takeFaults`. */
  private faults: string[] = [];
  private monotonicAheadMs = 0;
  private deadlineMs = Infinity;
  readonly statuses = new Map<string, number>();

  private constructor(
    engine: TestEngine,
    readonly proxies: Proxies,
    private readonly http: ReturnType<typeof supertest>,
    private readonly docs: Documentation,
    private readonly key: string,
    private readonly lines: string[],
  ) {
    super(engine);
    this.bendClocks();
  }

  static async start(): Promise<AlteredTrial> {
    const on = await startTestContext();
    const { cnaught, carbonmark, oneTribe } = on.sandbox;
    const proxies = {
      cnaught: await AlteringProxy.before(cnaught.baseUrl),
      carbonmark: await AlteringProxy.before(carbonmark.baseUrl),
      one_tribe: await AlteringProxy.before(oneTribe.baseUrl),
    };
    const lines: string[] = [];
    const { app } = await launchGateway(on, {
      logger: createLogger('trace', { write: (line) => void lines.push(line) }),
      settings: { role: 'api' },
      env: {
        CNAUGHT_BASE_URL: proxies.cnaught.url,
        CARBONMARK_CHECKOUT_URL: proxies.carbonmark.url,
        CARBONMARK_API_URL: proxies.carbonmark.url,
        ONE_TRIBE_BASE_URL: proxies.one_tribe.url,
      },
    });
    const engine = await TestEngine.within(on, app);
    // What a provider blocks stays blocked.
    await engine.liftQuotas();
    const scopes = SCOPES.filter((scope) => scope !== 'ops');
    const http = supertest(app.getHttpServer());
    const docs = await Documentation.of({ anonymous: http });
    return new AlteredTrial(engine, proxies, http, docs, await newKey(app, engine.tenantId, scopes), lines);
  }

  async stop(): Promise<void> {
    jest.restoreAllMocks();
    for (const proxy of Object.values(this.proxies)) proxy.close();
    await this.engine.stop();
  }

  /** Calls that begin from now on end soon by their deadline, or when they ever do. */
  set callsEndSoon(soon: boolean) {
    this.deadlineMs = soon ? SHORT_DEADLINE_MS : Infinity;
  }

  get = (path: string, template = path): Promise<Response> => this.kept('GET', template, this.http.get(path));

  post = (path: string, body: object | null = null, template = path): Promise<Response> =>
    this.kept('POST', template, body === null ? this.http.post(path) : this.http.post(path).send(body));

  cancel(id: string): Promise<Response> {
    return this.post(`/v1/orders/${id}/cancel`, null, '/v1/orders/{id}/cancel');
  }

  /** Nothing is offered twice. */
  async browse(where: Where): Promise<void> {
    const response = await this.get(`/v1/offerings?provider=${where}`, '/v1/offerings');
    const ids = ((response.body as { data?: { id: string }[] }).data ?? []).map(({ id }) => id);
    if (new Set(ids).size < ids.length) this.faults.push(`${ids.length - new Set(ids).size} offerings are there twice`);
  }

  /** Every way to read, about this order and about its provider. */
  async readAll(where: Where, order: Order | null): Promise<void> {
    await this.get('/v1/providers');
    await this.get('/v1/orders?limit=5', '/v1/orders');
    if (order === null) return this.browse(where);
    await this.get(`/v1/orders/${order.id}`, '/v1/orders/{id}');
    await this.post(`/v1/orders/${order.id}/refresh`, null, '/v1/orders/{id}/refresh');
  }

  /** Catalogs are kept in memory: to the gateway, they are old now. */
  outlastCatalogs(): void {
    this.monotonicAheadMs += 2 * HOUR_MS;
  }

  override heal(): void {
    super.heal();
    for (const proxy of Object.values(this.proxies)) proxy.heal();
  }

  override async clear(): Promise<void> {
    await super.clear();
    await this.engine.forgetOrders();
  }

  /** What was wrong with responses and log lines since the last time. */
  takeFaults(): readonly string[] {
    const logged = this.lines
      .splice(0)
      .flatMap((line) => [
        ...actingTexts(JSON.parse(line)).map((text) => `a log line has ${text}`),
        ...(/"level":"(fatal|error)"/.test(line) ? [`logged as an error: ${line.slice(0, 300)}`] : []),
      ]);
    return [...this.faults.splice(0), ...new Set(logged)];
  }

  /** An order that was refused before it was accepted is none. */
  protected override async order(wanted: OrderToPlace): Promise<Order> {
    const response = await this.post('/v1/orders', bodyOf(wanted));
    const { id, order_id: refused } = response.body as { id?: string; order_id?: string };
    const known = response.status < 300 ? id : refused;
    if (known === undefined) throw new NotAcceptedError(response.status);
    return this.engine.order(known);
  }

  private async kept(method: string, path: string, test: Test): Promise<Response> {
    const asked = `${method} ${path}`;
    const response = await test.set({ authorization: `Bearer ${this.key}`, 'idempotency-key': randomUUID() });
    const { status, text } = response;
    this.statuses.set(String(status), (this.statuses.get(String(status)) ?? 0) + 1);
    const undocumented = this.docs.undocumentedIn(method, path, response);
    this.faults.push(
      ...undocumented.map((what) => `${asked} responded with ${status}: ${what}`),
      ...(status >= 500 && status !== 503 ? [`${asked} responded with ${status}`] : []),
      ...actingTexts(JSON.parse(text || 'null')).map((what) => `${asked} responded with ${what}`),
    );
    return response;
  }

  /** The monotonic clock of the platform, and the timer of its deadlines. */
  private bendClocks(): void {
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + this.monotonicAheadMs);
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(Math.min(ms, this.deadlineMs)));
  }
}

export class NotAcceptedError extends Error {
  override readonly name = 'NotAcceptedError';

  constructor(status: number) {
    super(`the order was not accepted: ${status}`);
  }
}

const bodyOf = ({
  grams,
  provider,
  offeringId,
  maxTotal,
  paymentMethod = 'account',
  allowDuplicate,
  terms,
}: OrderToPlace) => ({
  mass: { value: String(grams), unit: 'g' },
  ...(provider && { provider }),
  ...(offeringId && { offering_id: offeringId }),
  ...(maxTotal && { max_total: { amount: amountOf(maxTotal), currency: maxTotal.currency } }),
  payment:
    paymentMethod === 'account'
      ? { method: 'account' }
      : { method: 'checkout', success_url: terms?.successUrl, cancel_url: terms?.cancelUrl },
  beneficiary: { name: 'Jane Smith' },
  retirement_message: 'For 2026',
  allow_duplicate: allowDuplicate,
});
