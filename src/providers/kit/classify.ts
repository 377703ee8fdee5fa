import { isAxiosError, isCancel } from 'axios';
import { ProviderError, type FailureClass, type FailureReason } from '../../domain/providers/provider-error.js';
import { WRITES, type Operation } from '../../domain/providers/calls.js';
import { jsonFrom } from './decode.js';
import type { ErrorDialect } from './dialect.js';
import { wasNeverSent } from './never-sent.js';
import { ProviderProtocolError } from './protocol-error.js';
import { headerOf, retryAfterMs } from './retry-after.js';

type Detail = Omit<ProviderError['at'], 'provider' | 'operation'>;

interface Case {
  readonly operation: Operation;
  readonly dialect: ErrorDialect;
  /** Epoch milliseconds, for waits that are given as a moment. */
  readonly now: number;
  /** Our key, which must not get out even if the provider repeats it. */
  readonly secrets: readonly string[];
}

interface ErrorResponse {
  readonly status: number;
  /** Undefined if the body was not read to its end, or is no JSON. */
  readonly body: unknown;
  readonly header: (name: string) => string | null;
}

/**
 * Classifies a failed provider call, the only place that does. Total: it takes whatever was thrown, and never throws.
 *
 * Two rules stand above the table. If it is not certain what happened, a write is ambiguous, because it may have
 * bought; a read changes nothing and may be repeated later. And a refusal is believed only in the provider's own error
 * shape: a proxy's 400 says nothing about what happened behind it.
 */
export const classify = (
  thrown: unknown,
  operation: Operation,
  dialect: ErrorDialect,
  { now = Date.now(), secrets = [] }: Partial<Pick<Case, 'now' | 'secrets'>> = {},
): ProviderError => {
  const at: Case = { operation, dialect, now, secrets };
  try {
    if (thrown instanceof ProviderError) return thrown;
    return judge(thrown, at);
  } catch {
    // Reading the thrown value threw, as a getter can.
    return failure(at, silence(operation), 'unavailable', 'the call failed in a way that cannot be read');
  }
};

/** The class of a call without a believable response: a write may have happened, a read changed nothing. */
const silence = (operation: Operation): FailureClass => (WRITES.has(operation) ? 'ambiguous' : 'retry_later');

const failure = (
  { dialect, operation }: Case,
  kind: FailureClass,
  reason: FailureReason,
  message: string,
  detail: Detail = {},
): ProviderError => new ProviderError(kind, reason, message, { provider: dialect.provider, operation, ...detail });

const judge = (thrown: unknown, at: Case): ProviderError => {
  if (thrown instanceof ProviderProtocolError)
    return failure(at, silence(at.operation), thrown.reason, thrown.message, codeDetail(thrown.word, at.secrets));
  const response = responseFrom(thrown);
  if (response) return judgeResponse(response, at);
  if (wasNeverSent(thrown)) return failure(at, 'not_sent', 'unavailable', 'no connection; nothing was sent');
  if (timedOut(thrown)) return failure(at, silence(at.operation), 'timed_out', 'no complete response in time');
  return failure(at, silence(at.operation), 'unavailable', 'the connection broke before a complete response');
};

/** Statuses that mean a definite no, after a write, in the provider's own shape. */
const REFUSALS: ReadonlySet<number> = new Set([400, 402, 403, 404, 422]);

/** Client errors that mean "not now" or "unknown", whether a provider or a proxy sends them. */
const UNSETTLED: ReadonlySet<number> = new Set([408, 409, 425]);

const judgeResponse = (response: ErrorResponse, at: Case): ProviderError => {
  const { status } = response;
  const own = at.dialect.read(response.body);
  const wait = retryAfterMs(response.header, at.now);
  const detail: Detail = {
    upstreamStatus: status,
    ...codeDetail(own?.code ?? null, at.secrets),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  };
  const reason = own?.code != null ? ownReason(own.code, at.dialect) : undefined;

  if (status === 429) return failure(at, 'retry_later', 'rate_limited', 'responded with 429', detail);
  // By its definition (RFC 9110) a 401 was not applied, whether the provider or a proxy sent it.
  if (status === 401) return failure(at, 'retry_later', 'credentials', 'responded with 401', detail);
  if (status < 300)
    return failure(at, silence(at.operation), 'unreadable_answer', `responded with ${status}, cut off`, detail);
  if (own?.code != null && at.dialect.contradictions.includes(own.code))
    return failure(at, silence(at.operation), 'answer_disagrees', 'an earlier request has this key', detail);
  if (!own || !isRefusal(status, at.operation))
    return failure(at, silence(at.operation), 'unavailable', `responded with ${status}`, detail);
  // The order was read just now in a state that allows this: 403 says that the state has moved, not that the key is
  // bad.
  if (status === 403 && at.operation === 'cancel')
    return failure(at, 'rejected', 'not_permitted', 'responded with 403: not in this state', detail);
  if (status === 403 && reason === 'credentials')
    return failure(at, 'retry_later', 'credentials', 'responded with 403: the key is not valid', detail);
  return failure(at, 'rejected', reason ?? reasonOfStatus(status, at.operation), `responded with ${status}`, detail);
};

const ownReason = (code: string, dialect: ErrorDialect): FailureReason | undefined =>
  Object.hasOwn(dialect.reasons, code) ? dialect.reasons[code] : undefined;

const isRefusal = (status: number, operation: Operation): boolean =>
  WRITES.has(operation) ? REFUSALS.has(status) : status >= 400 && status < 500 && !UNSETTLED.has(status);

/** Operations on something that exists already; the others name an offering. */
const ABOUT_AN_ORDER: ReadonlySet<Operation> = new Set<Operation>([
  'fetchStatus',
  'listOrders',
  'fetchCheckout',
  'cancel',
]);

const reasonOfStatus = (status: number, operation: Operation): FailureReason => {
  if (status === 402) return 'insufficient_credit';
  if (status === 403) return 'not_permitted';
  if (status === 404) return ABOUT_AN_ORDER.has(operation) ? 'order_not_found' : 'offering_not_found';
  return status === 400 || status === 422 ? 'invalid_request' : 'rejected';
};

/** The part of a text that is safe anywhere: no spaces, no markup, no line breaks. */
const harmlessPart = (text: string): string => text.replaceAll(/[^A-Za-z0-9._-]/g, '');

/** A code is made of words: letters, perhaps followed by a number. Keys, tokens and ids do not look like this. */
const CODE = /^[A-Za-z]*\d{0,5}([._-][A-Za-z]*\d{0,5})*$/;

/** A provider's code for the failure, if it looks like one. A key may look like one too, so ours is compared. */
const codeDetail = (word: string | null, secrets: readonly string[]): Detail => {
  const code = harmlessPart(word ?? '');
  if (code === '' || !CODE.test(code)) return {};
  const told = code.toLowerCase();
  const tells = secrets.some((secret) => told.includes(harmlessPart(secret).toLowerCase()));
  return tells ? {} : { upstreamCode: code.slice(0, 80) };
};

const responseFrom = (thrown: unknown): ErrorResponse | null => {
  if (!isAxiosError(thrown) || thrown.response === undefined) return null;
  const { status, data, headers } = thrown.response as { status: unknown; data: unknown; headers: unknown };
  if (typeof status !== 'number' || !Number.isInteger(status)) return null;
  return { status, body: bodyFrom(data), header: headerOf(headers) };
};

const bodyFrom = (data: unknown): unknown => {
  if (!(data instanceof Uint8Array)) return undefined;
  try {
    return jsonFrom(data);
  } catch {
    return undefined;
  }
};

const TIMED_OUT = new Set(['ETIMEDOUT', 'ECONNABORTED', 'ERR_CANCELED', 'ESOCKETTIMEDOUT']);

const timedOut = (thrown: unknown): boolean => {
  if (isCancel(thrown)) return true;
  if (typeof thrown !== 'object' || thrown === null) return false;
  const { name, code } = thrown as { name?: unknown; code?: unknown };
  return name === 'AbortError' || name === 'TimeoutError' || (typeof code === 'string' && TIMED_OUT.has(code));
};
