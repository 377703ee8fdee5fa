import { HttpException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../domain/errors.js';
import { presentNearest, presentNumbers, presentUnavailable } from '../values/refusal.presenter.js';
import { presentTime } from '../values/time.presenter.js';
import { isDatabaseBusy, isDatabaseGone } from './database-gone.js';
import { HttpProblem } from './http-problem.js';
import { PROBLEMS, type HttpCode, type ProblemCode } from './problems.js';
import type { ProblemResponse } from './problem.response.js';

export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly document: ProblemResponse;
}

/** What a problem document says about the request. */
export interface ProblemSubject {
  readonly requestId: string;
  /** As requested; the query is cut off. */
  readonly url: string;
  readonly publicUrl: string;
}

export const problemSubject = (
  { id: requestId, url }: Pick<FastifyRequest, 'id' | 'url'>,
  { publicUrl }: { readonly publicUrl: string },
): ProblemSubject => ({ requestId, url, publicUrl });

/** When a retry makes sense and the thrower named no time. */
const DEFAULT_RETRY_MS = 2_000;

/**
 * The problem document for anything that was thrown. Pure: a stored refusal and a fresh one are the same bytes. A 500
 * says nothing about its cause.
 */
export const problemOf = (thrown: unknown, subject: ProblemSubject): Problem => {
  const { code, detail, extra } = explained(thrown);
  const kind = PROBLEMS[code];
  const afterSeconds = kind.retry.safe ? Math.max(1, Math.ceil((extra.retryAfterMs ?? DEFAULT_RETRY_MS) / 1000)) : null;
  const waits = afterSeconds !== null && (kind.status === 409 || kind.status === 429 || kind.status === 503);
  return {
    status: kind.status,
    headers: { ...extra.headers, ...(waits && { 'retry-after': String(afterSeconds) }) },
    document: {
      type: `${subject.publicUrl}/v1/problems/${code}`,
      title: kind.title,
      status: kind.status,
      detail,
      code,
      instance: withoutToken(subject.url.split('?', 1)[0] ?? ''),
      request_id: subject.requestId,
      ...(extra.errors && {
        errors: Object.fromEntries(Object.entries(extra.errors).map(([path, why]) => [path, [...why]])),
      }),
      ...(extra.orderId !== undefined && { order_id: extra.orderId }),
      ...(extra.statementId !== undefined && { statement_id: extra.statementId }),
      ...(extra.runId !== undefined && { run_id: extra.runId }),
      ...(extra.lines && { lines: extra.lines.map(({ line, column, rule }) => ({ line, column, rule })) }),
      ...(extra.nearest && { nearest: presentNearest(extra.nearest) }),
      ...(extra.numbers && { numbers: presentNumbers(extra.numbers) }),
      ...(extra.absences && { unavailable: extra.absences.map(presentUnavailable) }),
      ...(extra.refusal && {
        refusal: { code: extra.refusal.code, until: extra.refusal.until && presentTime(extra.refusal.until) },
      }),
      retry: {
        safe: kind.retry.safe,
        ...(waits && { after_seconds: afterSeconds }),
        same_key: kind.retry.sameKey,
      },
    },
  };
};

type Extra = HttpProblem['extra'] & AppError['context'];

interface Explained {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly extra: Extra;
}

const explained = (thrown: unknown): Explained => {
  if (thrown instanceof AppError) return { code: thrown.code, detail: thrown.message, extra: thrown.context };
  if (thrown instanceof HttpProblem) return { code: thrown.code, detail: thrown.message, extra: thrown.extra };
  const code = codeOfDatabase(thrown) ?? codeOfFramework(thrown) ?? 'internal_error';
  return { code, detail: PROBLEMS[code].meaning, extra: {} };
};

const codeOfDatabase = (thrown: unknown): ProblemCode | null => {
  if (isDatabaseBusy(thrown)) return 'overloaded';
  return isDatabaseGone(thrown) ? 'service_unavailable' : null;
};

/** For refusals by Nest and Fastify. Only the status is taken over, because their messages quote the request. */
const codeOfFramework = (thrown: unknown): HttpCode | null => {
  const status = thrown instanceof HttpException ? thrown.getStatus() : statusCodeOf(thrown);
  if (status === null || status < 400 || status >= 500) return null;
  return FRAMEWORK_CODES[status] ?? 'invalid_request';
};

const FRAMEWORK_CODES: Readonly<Record<number, HttpCode>> = {
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'payload_too_large',
  // A path parameter longer than any id of ours.
  414: 'not_found',
  415: 'unsupported_media_type',
  429: 'rate_limited',
};

const statusCodeOf = (thrown: unknown): number | null => {
  const { code, statusCode } = thrown instanceof Error ? (thrown as { code?: unknown; statusCode?: unknown }) : {};
  return typeof code === 'string' && code.startsWith('FST_') && typeof statusCode === 'number' ? statusCode : null;
};

/** Paths of callbacks and returns carry the secret token of an order. */
const withoutToken = (path: string): string =>
  path.replace(/^(\/v1\/(?:provider-callbacks\/[^/]*|returns)\/)[^/]+/, '$1{token}');
