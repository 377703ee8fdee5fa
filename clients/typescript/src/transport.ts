import { GatewayError } from './gateway-error.js';
import { pause } from './pause.js';
import { pauseBeforeRetry } from './retry.js';
import type { Problem } from './types.js';

export interface TransportSettings {
  readonly fetch: (request: Request) => Promise<Response>;
  /** For each sending, beyond what the request asks the gateway to wait. */
  readonly timeoutMs: number;
  readonly retries: number;
}

/** POSTs without a key of which a second one does no harm. */
const HARMLESS_POSTS = /\/v1\/(quotes|orders\/[^/]+\/refresh)$/;

/**
 * Sends a request until there is an answer, every time with the same bytes under the same key, and only where that
 * cannot have an effect twice. Returns 2xx and 304; throws GatewayError for the rest, and the signal's reason when it is
 * aborted.
 */
export const send = async (request: Request, settings: TransportSettings): Promise<Response> => {
  const body = await request.text();
  const retries = isRepeatable(request) ? settings.retries : 0;
  for (let soFar = 0; ; soFar++) {
    const answer = await attempt(request, body, settings);
    if (answer instanceof Response) return answer;
    const pauseMs = soFar < retries ? pauseBeforeRetry(answer, soFar, Math.random()) : null;
    if (pauseMs === null) throw answer;
    await pause(pauseMs, request.signal);
  }
};

/** One sending. The answer is read to its end, so that one that breaks off counts as none. */
const attempt = async (
  request: Request,
  body: string,
  settings: TransportSettings,
): Promise<Response | GatewayError> => {
  request.signal.throwIfAborted();
  const timeoutMs = settings.timeoutMs + askedWaitMs(request);
  const sending = new AbortController();
  const abort = (): void => sending.abort(request.signal.reason);
  const timer = setTimeout(() => sending.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  request.signal.addEventListener('abort', abort);
  try {
    const copy = new Request(request, { ...(body !== '' && { body }), signal: sending.signal });
    const response = await settings.fetch(copy);
    return read(request, response, await response.text());
  } catch (cause) {
    request.signal.throwIfAborted();
    return noAnswer(request, null, sending.signal.aborted ? sending.signal.reason : cause);
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener('abort', abort);
  }
};

const read = (request: Request, { status, statusText, headers }: Response, text: string): Response | GatewayError => {
  const type = headers.get('content-type') ?? '';
  const isEmpty = status === 304 || status === 204;
  if (isEmpty || (status < 300 && /^(application\/json|text\/csv)/.test(type)))
    return new Response(isEmpty ? null : text, { status, statusText, headers });
  const problem = type.startsWith('application/problem+json') ? problemIn(text) : null;
  if (problem === null) return noAnswer(request, status, undefined);
  const { code, detail, retry } = problem;
  return new GatewayError(detail, { code, status, retry, problem, idempotencyKey: keyOf(request) });
};

/** Null for one that is not the gateway's: others write problem documents, too. */
const problemIn = (text: string): Problem | null => {
  const problem = JSON.parse(text) as Partial<Problem>;
  return typeof problem.code === 'string' && typeof problem.retry === 'object' ? (problem as Problem) : null;
};

const noAnswer = (request: Request, status: number | null, cause: unknown): GatewayError => {
  const came = status === null ? 'There is no answer' : `Something else than the gateway answered, with ${status}`;
  const { method, url } = request;
  const effect = method === 'GET' ? '' : ' It may or may not have had its effect.';
  return new GatewayError(`${came}: ${method} ${new URL(url).pathname}.${effect}`, {
    code: 'no_answer',
    status,
    retry: { safe: isRepeatable(request) && (status === null || status >= 500), same_key: true },
    problem: null,
    idempotencyKey: keyOf(request),
    cause,
  });
};

const isRepeatable = (request: Request): boolean =>
  request.method !== 'POST' || keyOf(request) !== null || HARMLESS_POSTS.test(new URL(request.url).pathname);

const keyOf = ({ headers }: Request): string | null => headers.get('idempotency-key');

const askedWaitMs = ({ headers }: Request): number =>
  1000 * Number(/wait=(\d+)/.exec(headers.get('prefer') ?? '')?.[1] ?? 0);
