import { numberIn } from '../control-fields.js';
import { headerOf, type SimulatedResponse, type Call, type Decision } from '../http-messages.js';
import { RateLimit, type RateReading } from '../rate-limit.js';
import { findRoute, type PathParams, type Route } from '../routes.js';
import type { ControlRoute } from '../simulated-provider.js';
import { Simulator, type SimulatorOptions } from '../simulator.js';
import { errorResponse, notFound } from './one-tribe-errors.js';
import { PROJECTS } from './one-tribe-fixtures.js';
import { Projects } from './projects.js';
import { Transactions } from './transactions.js';

export interface OneTribeOptions extends SimulatorOptions {
  readonly rateLimit: { readonly perMinute: number; readonly perHour: number; readonly perDay: number } | null;
}

const MINUTE_MS = 60_000;
const KEY_FORMAT = /^API-Key (\S+)$/;

/** One Tribe: transactions recorded for monthly billing, and the projects they buy from. */
export class OneTribeSimulator extends Simulator<Record<never, never>> {
  readonly projects: Projects;
  private readonly transactions: Transactions;
  private readonly limit: RateLimit;
  private readonly routes: readonly Route<(call: Call, params: PathParams) => Decision>[];

  constructor(private readonly oneTribeOptions: OneTribeOptions) {
    super(
      oneTribeOptions,
      {
        displayName: 'One Tribe',
        keyHeader: 'Authorisation: API-Key',
        basePath: '/v1',
        statusField: 'status',
        idField: 'transaction_id',
        purchaseKind: 'transaction_created',
      },
      {},
    );
    this.projects = new Projects(this.ledger);
    this.transactions = new Transactions(this.ledger, this.projects, () => this.nowMs());
    this.limit = new RateLimit(windowsOf(oneTribeOptions.rateLimit));
    this.routes = this.apiRoutes();
  }

  respond(call: Call): SimulatedResponse {
    const reading = this.limit.take(this.nowMs());
    const response = reading.allowed ? this.respondWithinLimit(call) : tooManyRequests(reading);
    if (this.oneTribeOptions.rateLimit === null) return response;
    return { ...response, headers: { ...response.headers, ...rateHeaders(reading) } };
  }

  page(): null {
    return null;
  }

  refusal(status: number): SimulatedResponse {
    if (status !== 429) return errorResponse(status, 'The request was refused');
    const perMinute = this.oneTribeOptions.rateLimit?.perMinute ?? 180;
    const resetAtSeconds = Math.ceil((this.nowMs() + MINUTE_MS) / 1000);
    return tooManyRequests({ allowed: false, limit: perMinute, remaining: 0, resetAtSeconds });
  }

  variables(): Record<string, string> {
    return { ONE_TRIBE_API_KEY: this.apiKey, ONE_TRIBE_BASE_URL: this.baseUrl };
  }

  /** Moves a transaction to `accepted`, `retired` or `completed`. */
  advance(transactionId: string, to: string): void {
    this.transactions.advance(transactionId, to);
  }

  /** The provider's staff drop a record without a word: reads of it give 404 from now on. */
  vanish(transactionId: string): void {
    this.transactions.vanish(transactionId);
  }

  /** A new base price for a project, in pounds per tonne. */
  reprice(projectId: string, basePricePerTon: number): void {
    this.ledger.append([this.projects.reprice(projectId, basePricePerTon)]);
  }

  insertForeignRow(shownAs: Readonly<Record<string, unknown>> = {}): void {
    const row = this.transactions.newRow({
      projectId: PROJECTS[0]?.projectId ?? '',
      quantityTonnes: 1,
      description: 'bought by someone else on the same account',
      metadata: null,
      isForeign: true,
    });
    this.ledger.append([this.transactions.effect('foreign_transaction_inserted', { ...row, shownAs })]);
  }

  deleteForeignRow(ids: readonly string[]): void {
    const row = ids.map((id) => this.transactions.find(id)).find((found) => found?.isForeign);
    if (row) this.ledger.append([this.transactions.removal('foreign_transaction_removed', row)]);
  }

  override reset(): void {
    super.reset();
    this.limit.clear();
  }

  controls(): readonly ControlRoute[] {
    return [
      { method: 'POST', path: '/transactions/:id/vanish', handle: ({ params }) => this.vanish(String(params['id'])) },
      {
        method: 'POST',
        path: '/projects/:id/price',
        handle: ({ params, body }) => this.reprice(String(params['id']), numberIn(body, 'basePricePerTon')),
      },
    ];
  }

  protected progress(stepMs: number): void {
    for (const row of this.transactions.all()) {
      const next = this.transactions.nextStatus(row);
      if (next !== null && this.nowMs() - row.changedAtMs >= stepMs) this.advance(row.id, next);
    }
  }

  private respondWithinLimit(call: Call): SimulatedResponse {
    const key = KEY_FORMAT.exec(headerOf(call, 'authorisation') ?? '')?.[1];
    if (key !== this.apiKey) return errorResponse(401, 'Missing or invalid API key');
    const found = findRoute(this.routes, call.method, call.path);
    if (!found) return notFound('Resource');
    const { response, effects } = found.route.handle(call, found.params);
    this.ledger.append(effects);
    return response;
  }

  private apiRoutes(): readonly Route<(call: Call, params: PathParams) => Decision>[] {
    const { transactions, projects } = this;
    const idOf = (params: PathParams): string => String(params['id']);
    return [
      { method: 'POST', path: '/transactions', handle: (call) => transactions.create(call) },
      { method: 'GET', path: '/transactions', handle: (call) => transactions.list(call) },
      { method: 'GET', path: '/transactions/:id', handle: (_, params) => transactions.read(idOf(params)) },
      { method: 'DELETE', path: '/transactions/:id', handle: (_, params) => transactions.delete(idOf(params)) },
      { method: 'GET', path: '/projects/offset', handle: (call) => projects.list(call) },
      { method: 'GET', path: '/projects/offset/:id', handle: (_, params) => projects.read(idOf(params)) },
    ];
  }
}

const windowsOf = (limits: OneTribeOptions['rateLimit']): { limit: number; windowMs: number }[] =>
  limits === null
    ? []
    : [
        { limit: limits.perMinute, windowMs: MINUTE_MS },
        { limit: limits.perHour, windowMs: 60 * MINUTE_MS },
        { limit: limits.perDay, windowMs: 24 * 60 * MINUTE_MS },
      ];

const rateHeaders = (reading: RateReading): Record<string, string> => ({
  'x-ratelimit-limit': String(reading.limit),
  'x-ratelimit-remaining': String(reading.remaining),
  'x-ratelimit-reset': String(reading.resetAtSeconds),
});

const tooManyRequests = ({ limit, remaining, resetAtSeconds }: RateReading): SimulatedResponse =>
  errorResponse(429, 'Rate limit exceeded', { limit, remaining, reset: resetAtSeconds });
