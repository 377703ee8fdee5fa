import axios, { type AxiosInstance } from 'axios';
import axiosRetry from 'axios-retry';
import { NotAdmittedError, ProviderError } from '../../domain/providers/provider-error.js';
import type { Quota } from '../../domain/providers/capabilities.js';
import { WRITES, type Operation, type ProviderCall } from '../../domain/providers/calls.js';
import { createAgents } from './agents.js';
import type { AdmittedRead, CallReport, ProviderKit } from './call-report.js';
import { classify } from './classify.js';
import { jsonFrom } from './decode.js';
import type { ErrorDialect } from './dialect.js';
import { headerOf, quotaBackIn } from './retry-after.js';
import { isWorthRepeating, READ_RETRIES, retryDelayMs } from './retry.js';

export interface HttpOptions extends ProviderKit {
  readonly baseUrl: string;
  /** Sent with every request: the key. */
  readonly headers: Readonly<Record<string, string>>;
  readonly dialect: ErrorDialect;
  /** The quotas of the provider's account; empty if it has none. */
  readonly quota: readonly Quota[];
}

export interface HttpRequest {
  readonly operation: Operation;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Relative to the base URL. `pathSegment` makes the ids in it safe. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as it is, as JSON. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly maxBytes?: number;
}

/** A 2xx response, read to its end. */
export interface ProviderResponse {
  readonly status: number;
  readonly receivedAt: Date;
  /** Throws ProviderProtocolError when the body is no JSON. */
  readonly json: () => unknown;
}

/** An order with its allocations has some kilobytes; a larger body cannot be the right one. */
const MAX_BYTES = 1024 * 1024;

/** Price lists are one document with every listing. */
export const CATALOG_MAX_BYTES = 8 * MAX_BYTES;

/** What every server and proxy takes. Our longest (a page of a filtered list) has a few hundred characters. */
const MAX_URL_LENGTH = 2_000;

/**
 * The way out to one provider. Every call ends with its signal, including connecting, retries and reading the body;
 * goes only to the configured host (no redirect, no proxy); and rejects with a ProviderError, which carries nothing of
 * the request: an AxiosError would carry the key.
 *
 * Reads are repeated here, as far as the quota allows; writes are sent once. Whether an operation may be repeated
 * depends on the operation, not on the caller.
 */
export class ProviderHttp {
  private readonly client: AxiosInstance;
  private readonly secrets: readonly string[];

  constructor(private readonly options: HttpOptions) {
    this.client = axios.create({
      baseURL: options.baseUrl,
      allowAbsoluteUrls: false,
      adapter: 'http',
      ...createAgents(),
      maxRedirects: 0,
      proxy: false,
      // Bytes in, bytes out: axios would otherwise re-serialise what is sent and let broken JSON pass for a response.
      responseType: 'arraybuffer',
      transformRequest: [(data: unknown) => data],
      transformResponse: [(data: unknown) => data],
      headers: { accept: 'application/json, application/problem+json', 'user-agent': 'offset-gateway' },
    });
    // The scheme before the key, such as "Bearer", is no secret.
    this.secrets = Object.values(options.headers).map((header) => header.replace(/^.* /, ''));
    axiosRetry(this.client, { retries: 0, retryCondition: isWorthRepeating, retryDelay: retryDelayMs });
  }

  /** Resolves with what `understand` makes of the response. If it throws, the call has failed like any other. */
  async send<T>(request: HttpRequest, call: ProviderCall, understand: (response: ProviderResponse) => T): Promise<T> {
    const startedAt = performance.now();
    let status: number | null = null;
    let read: AdmittedRead | null = null;
    try {
      this.refuseUnsendable(request, call);
      read = await this.admit(request.operation, call);
      const response = await this.request(request, call, read);
      status = response.status;
      const result = understand({ status, receivedAt: new Date(), json: () => jsonFrom(response.data) });
      const quotaBackInMs = quotaBackIn(headerOf(response.headers), Date.now());
      this.report(request, call, startedAt, { status, failed: null, quotaBackInMs });
      await tell(read, null);
      return result;
    } catch (thrown) {
      if (thrown instanceof NotAdmittedError) throw thrown;
      const failed = classify(thrown, request.operation, this.options.dialect, { secrets: this.secrets });
      const { upstreamStatus = null } = failed.at;
      this.report(request, call, startedAt, { status: status ?? upstreamStatus, failed, quotaBackInMs: null });
      await tell(read, failed);
      throw failed;
    }
  }

  private async admit(operation: Operation, call: ProviderCall): Promise<AdmittedRead | null> {
    const { admitRead, quota, dialect } = this.options;
    if (!admitRead || WRITES.has(operation)) return null;
    return admitRead({ provider: dialect.provider, operation, quota, call }).catch((thrown: unknown) => {
      // Aborted: the deadline passed while it waited for a slot.
      const isAborted = thrown instanceof Error && thrown.name === 'AbortError';
      throw thrown instanceof ProviderError || isAborted ? thrown : new NotAdmittedError(thrown);
    });
  }

  private request(
    request: HttpRequest,
    call: ProviderCall,
    read: AdmittedRead | null,
  ): Promise<{ status: number; headers: unknown; data: Uint8Array }> {
    const { operation, method, path, body, maxBytes = MAX_BYTES } = request;
    return this.client.request<Uint8Array>({
      method,
      url: path + queryString(request.query),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...this.options.headers,
        ...request.headers,
      },
      ...(body === undefined ? {} : { data: body }),
      signal: call.signal,
      // Counts decompressed bytes, while they arrive.
      maxContentLength: maxBytes,
      'axios-retry': {
        retries: WRITES.has(operation) ? 0 : READ_RETRIES,
        onRetry: async (_, failed) => {
          if (read && !(await read.mayRepeat().catch(() => false))) throw failed;
        },
      },
    });
  }

  private refuseUnsendable({ operation, path, query }: HttpRequest, { signal }: ProviderCall): void {
    const at = { provider: this.options.dialect.provider, operation };
    if (signal.aborted) throw new ProviderError('not_sent', 'timed_out', 'the deadline had passed before sending', at);
    if (path.length + queryString(query).length > MAX_URL_LENGTH)
      throw new ProviderError('rejected', 'invalid_request', 'the address of the request is too long', at);
  }

  private report(
    { operation }: HttpRequest,
    { correlationId }: ProviderCall,
    startedAt: number,
    end: Pick<CallReport, 'quotaBackInMs'> & { readonly status: number | null; readonly failed: ProviderError | null },
  ): void {
    try {
      this.options.onCall({
        provider: this.options.dialect.provider,
        operation,
        outcome: end.failed?.failure ?? 'ok',
        reason: end.failed?.reason ?? null,
        upstreamStatus: end.status,
        latencyMs: performance.now() - startedAt,
        quotaBackInMs: end.quotaBackInMs,
        correlationId,
      });
    } catch {
      // A purchase that went through must not become a failure because it could not be logged.
    }
  }
}

/** A response must not become a failure because reporting it failed. */
const tell = async (read: AdmittedRead | null, failed: ProviderError | null): Promise<void> => {
  await read?.ended(failed).catch(() => undefined);
};

const queryString = (query: Readonly<Record<string, string>> = {}): string => {
  const text = new URLSearchParams(query).toString();
  return text === '' ? '' : `?${text}`;
};
