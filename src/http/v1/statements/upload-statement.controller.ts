import { Readable } from 'node:stream';
import { Post, Query, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { UploadStatement } from '../../../application/statements/upload-statement.js';
import type { RequestActor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting } from '../../access/principal.js';
import { fingerprintOf } from '../../idempotency/fingerprint.js';
import { ApiIdempotencyKey, IDEMPOTENCY_PROBLEMS, IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { HttpProblem } from '../../problems/http-problem.js';
import { allowLargeBody } from '../../server/connections.js';
import { V1 } from '../v1.decorator.js';
import { CHECKED_STATEMENT, STATEMENT_FILE } from './statement.examples.js';
import { presentStatement } from './statement.presenter.js';
import { headerFrom, UploadStatementRequest } from './statement.request.js';
import { ProviderStatementResponse } from './statement.response.js';

@V1('finance/statements', 'Finance')
export class UploadStatementController {
  constructor(private readonly upload: UploadStatement) {}

  @Post()
  @RouteConfig({ csvBody: true, takesLong: true })
  @ApiEndpoint({
    id: 'uploadStatement',
    summary: 'Take in an invoice, a credit note or a list of payments',
    description:
      'The file is the body, at most 256 MiB and 2,000,000 lines. It is read whole or not at all: every line has to be as its mapping declares, and all of them have to come to what is declared in the query. Then it is `checked`; nothing counts before it is accepted. An upload that breaks off has done nothing: repeat it with the same key.',
    access: 'finance:write',
    beside: 'ops',
    act: 'statement.upload',
    problems: [
      ...IDEMPOTENCY_PROBLEMS,
      'mapping_unknown',
      'statement_invalid',
      'statement_totals_disagree',
      'statement_too_large',
      'statement_already_uploaded',
      'statement_number_taken',
    ],
  })
  @ApiIdempotencyKey()
  @ApiConsumes('text/csv')
  @ApiBody({
    schema: { type: 'string' },
    examples: { canonical: { summary: 'Two lines as canonical-1', value: STATEMENT_FILE } },
  })
  @ApiJsonResponse(201, 'The statement, checked', ProviderStatementResponse, { checked: CHECKED_STATEMENT }, [
    'Location',
    'Idempotency-Replayed',
  ])
  async create(
    @IdempotencyKey() key: string,
    @Query() query: UploadStatementRequest,
    @Acting() by: RequestActor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProviderStatementResponse> {
    const file = fileIn(request);
    const header = headerFrom(query);
    allowLargeBody(request.raw);
    const upload = { key, fingerprint: fingerprintOf(query) };
    const { statement, replayed } = await this.upload.run({ header, file, upload, by }).catch((thrown: unknown) => {
      // What is left of a file that is too large is not read: the connection ends with the response.
      if (!request.raw.complete) void reply.header('connection', 'close');
      throw thrown;
    });
    if (replayed) void reply.header('idempotency-replayed', 'true');
    void reply.header('location', `/v1/finance/statements/${statement.id}`);
    return presentStatement(statement);
  }
}

const fileIn = ({ body }: FastifyRequest): AsyncIterable<Uint8Array> => {
  if (body instanceof Readable) return body as AsyncIterable<Uint8Array>;
  throw new HttpProblem('unsupported_media_type', 'Send the file as the body, with Content-Type: text/csv.');
};
