import type { Operation, ProviderCall } from '../../domain/providers/calls.js';
import type { ProviderKit } from '../kit/call-report.js';
import { readable, type Decoder, type Row } from '../kit/decode.js';
import { CATALOG_MAX_BYTES, ProviderHttp } from '../kit/http.js';
import { newestFirst } from '../kit/newest-first.js';
import { pathSegment } from '../kit/path-segment.js';
import { ProviderProtocolError } from '../kit/protocol-error.js';
import { assertSameId } from '../kit/same-id.js';
import { ONE_TRIBE, oneTribeCapabilities } from './one-tribe.capabilities.js';
import type { OneTribeEnv } from './one-tribe.env.js';
import { oneTribeDialect } from './one-tribe.errors.js';
import * as wire from './one-tribe.wire.js';

/** One Tribe's own spelling. Whether the usual one is understood is not known. */
const AUTH_HEADER = 'authorisation';

/** Assumed to be the most; what the response says it used is what counts. */
const PAGE_SIZE = '100';

export interface Page<T> {
  readonly rows: readonly T[];
  readonly total: number;
  readonly hasMore: boolean;
  readonly receivedAt: Date;
}

/** One Tribe's endpoints: one method each, responses read and checked, nothing translated. */
export class OneTribeClient {
  private readonly http: ProviderHttp;

  constructor(env: Readonly<OneTribeEnv>, kit: ProviderKit) {
    this.http = new ProviderHttp({
      baseUrl: env.ONE_TRIBE_BASE_URL,
      headers: { [AUTH_HEADER]: `API-Key ${env.ONE_TRIBE_API_KEY}` },
      dialect: oneTribeDialect,
      quota: oneTribeCapabilities(env).quota,
      ...kit,
    });
  }

  async activeProjects(
    number: number,
    operation: 'offerings' | 'quote',
    call: ProviderCall,
  ): Promise<Page<wire.ProjectWire>> {
    const request = { operation, path: '/projects/offset', query: { 'filter[project_status]': 'active' } };
    const page = await this.page(request, number, wire.projectListWire, call);
    return { ...page, rows: readable(page.rows) };
  }

  project(id: string, call: ProviderCall): Promise<wire.ProjectWire> {
    const path = `/projects/offset/${pathSegment(id, { provider: ONE_TRIBE, operation: 'quote' })}`;
    return this.http.send(
      { operation: 'quote', method: 'GET', path, maxBytes: CATALOG_MAX_BYTES },
      call,
      (response) => {
        const project = response.read(wire.projectWire);
        assertSameId(id, project.project_id);
        return project;
      },
    );
  }

  createTransaction(body: string, call: ProviderCall): Promise<wire.TransactionWire> {
    return this.http.send({ operation: 'placeOrder', method: 'POST', path: '/transactions', body }, call, (response) =>
      response.read(wire.transactionWire),
    );
  }

  transaction(id: string, call: ProviderCall): Promise<wire.TransactionWire> {
    return this.http.send(
      { operation: 'fetchStatus', method: 'GET', path: transactionPath(id, 'fetchStatus') },
      call,
      (response) => response.read(wire.transactionWire),
    );
  }

  /** Newest first. */
  async purchases(projectId: string | null, number: number, call: ProviderCall): Promise<Page<wire.TransactionRow>> {
    const query = {
      sort: '-createdAt',
      'filter[transaction_type]': 'purchase',
      ...(projectId === null ? {} : { 'filter[project_id]': projectId }),
    };
    const decoder = wire.transactionListWire;
    const page = await this.page({ operation: 'listOrders', path: '/transactions', query }, number, decoder, call);
    newestFirst(page.rows, createdAt);
    return page;
  }

  /** Resolves on 204 and nothing else: a page that says 200 has deleted nothing. */
  deleteTransaction(id: string, call: ProviderCall): Promise<void> {
    return this.http.send(
      { operation: 'cancel', method: 'DELETE', path: transactionPath(id, 'cancel') },
      call,
      ({ status }) => {
        if (status !== 204)
          throw new ProviderProtocolError('unreadable_answer', 'the response to a deletion must be 204');
      },
    );
  }

  private page<T, C>(
    request: { readonly operation: Operation; readonly path: string; readonly query: Readonly<Record<string, string>> },
    number: number,
    decoder: Decoder<{ readonly data: readonly Row<T, C>[]; readonly meta: wire.PageWire }>,
    call: ProviderCall,
  ): Promise<Page<Row<T, C>>> {
    const query = { ...request.query, page: String(number), limit: PAGE_SIZE };
    return this.http.send({ ...request, query, method: 'GET', maxBytes: CATALOG_MAX_BYTES }, call, (response) => {
      const { data, meta } = response.read(decoder);
      // Absence from this list may prove that nothing was bought, so a page with rows missing is refused.
      const due = Math.min(Math.max(meta.total - (number - 1) * meta.limit, 0), meta.limit);
      if (meta.page !== number || data.length < due)
        throw new ProviderProtocolError('unreadable_answer', 'the page is not the one asked for, or is not complete');
      return {
        rows: data,
        total: meta.total,
        hasMore: number * meta.limit < meta.total,
        receivedAt: response.receivedAt,
      };
    });
  }
}

export const createdAt = ({ clues }: wire.TransactionRow): Date | null => clues.createdAt?.[0] ?? null;

const transactionPath = (id: string, operation: Operation): string =>
  `/transactions/${pathSegment(id, { provider: ONE_TRIBE, operation })}`;
