import type { Readable } from 'node:stream';
import axios, { type AxiosInstance } from 'axios';
import { failureOfStatus, type SendFailure, type SendResult } from '../domain/webhooks/delivery.js';
import { SEND_MS } from '../domain/webhooks/schedule.js';
import { TargetNotAllowedError, type TargetRefusal } from '../domain/webhooks/target.js';
import { signedHeaders, type WebhookMessage } from './signature.js';
import type { TargetGuard } from './target-guard.js';
import { vettedAgents } from './vetted-agent.js';

/** What is kept of an answer. */
const ANSWER_BYTES = 4_096;

export interface Outgoing {
  readonly target: string;
  readonly message: WebhookMessage;
  /** Those that are valid now: one signature each. */
  readonly secrets: readonly Uint8Array[];
}

export type Sent = SendResult & {
  /** For our log alone. */
  readonly refusal: TargetRefusal | null;
};

/**
 * Sends one message to one target, once. Everything ends within SEND_MS: resolving the name, connecting, the answer. Goes
 * to no address that the guard has not seen in this very call: no redirect, no proxy, no second look at the name.
 */
export class WebhookSender {
  private readonly client: AxiosInstance;

  constructor(
    private readonly guard: TargetGuard,
    private readonly limitMs = SEND_MS,
  ) {
    this.client = axios.create({
      adapter: 'http',
      maxRedirects: 0,
      proxy: false,
      responseType: 'stream',
      // What is kept of the answer is shown as it came; unpacking it could make much of little.
      decompress: false,
      transformRequest: [(data: unknown) => data],
      validateStatus: () => true,
      headers: { 'content-type': 'application/json', 'user-agent': 'offset-gateway', 'accept-encoding': 'identity' },
    });
  }

  /** Never rejects, but where `stop` ends it: what came of it is nobody's then. */
  async send(outgoing: Outgoing, stop?: AbortSignal): Promise<Sent> {
    const startedAt = new Date();
    const startMs = performance.now();
    const limit = AbortSignal.timeout(this.limitMs);
    const signal = stop ? AbortSignal.any([limit, stop]) : limit;
    const ended = await this.post(outgoing, startedAt, signal).catch((thrown: unknown) => {
      stop?.throwIfAborted();
      const refusal = refusalOf(thrown);
      return { status: null, answer: null, failure: failureOf(thrown, limit.aborted), refusal };
    });
    return { ...ended, startedAt, durationMs: Math.round(performance.now() - startMs) };
  }

  private async post(
    { target, message, secrets }: Outgoing,
    sentAt: Date,
    signal: AbortSignal,
  ): Promise<Pick<Sent, 'status' | 'answer' | 'failure' | 'refusal'>> {
    const { url, addresses } = await this.guard.vet(target);
    const { status, data } = await this.client.post<Readable>(url.href, message.body, {
      headers: signedHeaders(message, sentAt, secrets),
      ...vettedAgents(addresses),
      signal,
    });
    return { status, answer: await beginningOf(data, signal), failure: failureOfStatus(status), refusal: null };
  }
}

/** The status has told all that counts: a body that breaks off, or goes on for too long, is what came of it. */
const beginningOf = async (body: Readable, signal: AbortSignal): Promise<string> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  const end = (): void => void body.destroy();
  signal.addEventListener('abort', end, { once: true });
  try {
    for await (const part of body as AsyncIterable<Buffer>) {
      parts.push(part);
      bytes += part.length;
      if (bytes >= ANSWER_BYTES) break;
    }
  } catch {
    // What has come is kept.
  } finally {
    signal.removeEventListener('abort', end);
    body.destroy();
  }
  // PostgreSQL stores no NUL.
  return Buffer.concat(parts).subarray(0, ANSWER_BYTES).toString('utf8').replaceAll('\0', '\uFFFD');
};

const causes = function* (thrown: unknown): Generator<Error> {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth += 1) yield error;
};

const refusalOf = (thrown: unknown): TargetRefusal | null => {
  for (const error of causes(thrown)) if (error instanceof TargetNotAllowedError) return error.refusal;
  return null;
};

const TLS =
  /^(CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH_|ERR_TLS_|ERR_SSL_|EPROTO)/;

const UNREACHABLE = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EACCES', 'EPERM']);

const failureOf = (thrown: unknown, isOver: boolean): SendFailure => {
  if (refusalOf(thrown) !== null) return 'target_not_allowed';
  if (isOver) return 'timed_out';
  for (const error of causes(thrown)) {
    const { code = '', syscall } = error as NodeJS.ErrnoException;
    if (TLS.test(code)) return 'tls_failed';
    if (UNREACHABLE.has(code) || syscall === 'connect') return 'unreachable';
  }
  return 'connection_lost';
};
