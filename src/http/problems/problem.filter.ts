import { Catch, Injectable, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RecordRefusal } from '../../application/audit/record-refusal.js';
import { causeOf } from '../access/principal.js';
import { HttpSettings } from '../server/http-settings.js';
import { noteOutcome } from '../server/request-log.js';
import { problemOf, problemSubject } from './problem-document.js';

/** Sends the problem document for anything that was thrown. No other function writes one to a reply. */
export const sendProblem = (thrown: unknown, request: FastifyRequest, reply: FastifyReply, publicUrl: string): void => {
  if (reply.sent) return;
  const { status, headers, document } = problemOf(thrown, { requestId: request.id, url: request.url, publicUrl });
  const { code: problem, order_id: orderId } = document;
  noteOutcome(request, { problem, ...(orderId !== undefined && { orderId }) });
  // Set here too, because no hook has run for a request that the router refuses.
  void reply
    .headers({
      ...headers,
      'x-request-id': request.id,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    .status(status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(document));
};

/** Not allowed, not there, not now, not so. What is malformed, too much or failed was not decided. */
const DECISIONS: ReadonlySet<number> = new Set([403, 404, 409, 422]);

/** Handles everything that is thrown during a request, by Fastify before Nest too. */
@Injectable()
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  constructor(
    private readonly settings: HttpSettings,
    private readonly refusals: RecordRefusal,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (leftInItsBody(request)) return void reply.hijack();
    const refusal = this.refusalOf(thrown, request);
    if (refusal) return void this.record(refusal, request).then(() => this.respond(thrown, request, reply));
    this.respond(thrown, request, reply);
  }

  private respond(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    sendProblem(thrown, request, reply, this.settings.publicUrl);
    if (reply.statusCode >= 500) this.report(thrown, request, reply.statusCode);
  }

  /** @returns the code, if the request was for an act and this is the decision on it. */
  private refusalOf(thrown: unknown, request: FastifyRequest): string | null {
    if (request.act === null) return null;
    const { status, document } = problemOf(thrown, problemSubject(request, this.settings));
    return DECISIONS.has(status) ? document.code : null;
  }

  /** Never rejects: whoever is refused is told so, whether it could be recorded or not. */
  private async record(code: string, request: FastifyRequest): Promise<void> {
    const { principal, act, params } = request;
    if (!principal || !act) return;
    const { id = null } = params as { readonly id?: string };
    await this.refusals.run(causeOf(principal, request), act, id, code).catch((err: unknown) => {
      this.logger.error({ request_id: request.id, act, problem: code, err }, 'a refused act could not be recorded');
    });
  }

  private report(thrown: unknown, request: FastifyRequest, status: number): void {
    const facts = { request_id: request.id, status, err: thrown };
    if (status === 500) this.logger.error(facts, 'request failed');
    else this.logger.warn(facts, 'request could not be served');
  }
}

/** The client hung up, or was too slow and was cut off, before its body had arrived: nobody is there to respond to. */
const leftInItsBody = ({ raw }: FastifyRequest): boolean => raw.destroyed && !raw.complete;
