import { Readable } from 'node:stream';
import { Body, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AcceptStatement } from '../../../application/statements/accept-statement.js';
import { FindStatement } from '../../../application/statements/find-statement.js';
import { ReadStatement } from '../../../application/statements/read-statement.js';
import { ReverseStatement } from '../../../application/statements/reverse-statement.js';
import type { Actor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting } from '../../access/principal.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { headersWith } from '../../openapi/response-headers.js';
import { STATEMENT_ID } from '../../validation/id-patterns.js';
import { STATEMENT_ID_PIPE } from '../../validation/id.pipe.js';
import { NoInput, NoQuery } from '../../validation/no-input.guard.js';
import { cursorOf, limitFrom, PagingQuery, positionFrom } from '../../validation/paging.js';
import { V1 } from '../v1.decorator.js';
import {
  ACCEPTED_STATEMENT,
  CHARGED,
  CHECKED_STATEMENT,
  POSTINGS,
  REVERSED_STATEMENT,
  STATEMENT_FILE,
} from './statement.examples.js';
import { presentLine, presentPosting, presentStatement } from './statement.presenter.js';
import {
  linePositionFrom,
  ListStatementsRequest,
  ReverseStatementRequest,
  statementFilterFrom,
  statementPositionFrom,
} from './statement.request.js';
import {
  StatementLineListResponse,
  StatementListResponse,
  StatementPostingListResponse,
  ProviderStatementResponse,
} from './statement.response.js';

const READING = { access: 'finance:read', beside: 'ops' } as const;
const WRITING = { access: 'finance:write', beside: 'ops' } as const;

/** Statements are of the whole gateway: a provider invoices an account, on which all tenants buy. */
@V1('finance/statements', 'Finance')
export class StatementsController {
  constructor(
    private readonly find: FindStatement,
    private readonly contents: ReadStatement,
    private readonly acceptance: AcceptStatement,
    private readonly reversal: ReverseStatement,
  ) {}

  @Get()
  @ApiEndpoint({ id: 'listStatements', summary: 'List statements', description: 'Newest first.', ...READING })
  @ApiJsonResponse(200, 'A page of statements', StatementListResponse, {
    page: { data: [CHECKED_STATEMENT], next_cursor: 'WyJzdG1fMDFqZDR2Mm0wZ2Y1YzhxN2szeDl3MXoycjQiXQ' },
  })
  async page(@Query() query: ListStatementsRequest): Promise<StatementListResponse> {
    const before = positionFrom(query.cursor, statementPositionFrom);
    const { statements, next } = await this.find.page(statementFilterFrom(query), before, limitFrom(query));
    return { data: statements.map(presentStatement), next_cursor: next && cursorOf([next]) };
  }

  @Get(':id')
  @NoQuery()
  @ApiEndpoint({
    id: 'getStatement',
    summary: 'Read what a statement comes to',
    ...READING,
    problems: ['statement_not_found'],
  })
  @ApiIdParam(STATEMENT_ID, 'Statement id')
  @ApiJsonResponse(200, 'The statement', ProviderStatementResponse, { checked: CHECKED_STATEMENT })
  async read(@Param('id', STATEMENT_ID_PIPE) id: string): Promise<ProviderStatementResponse> {
    return presentStatement(await this.find.run(id));
  }

  @Get(':id/lines')
  @ApiEndpoint({
    id: 'listStatementLines',
    summary: 'List the lines of a statement',
    description: 'By their place in the file, each with the order that it names.',
    ...READING,
    problems: ['statement_not_found', 'statement_file_gone'],
  })
  @ApiIdParam(STATEMENT_ID, 'Statement id')
  @ApiJsonResponse(200, 'A page of lines', StatementLineListResponse, {
    page: { data: [CHARGED], next_cursor: 'WyIyIl0' },
  })
  async lines(
    @Param('id', STATEMENT_ID_PIPE) id: string,
    @Query() query: PagingQuery,
  ): Promise<StatementLineListResponse> {
    const after = positionFrom(query.cursor, linePositionFrom);
    const { statement, lines, next } = await this.contents.lines(id, after, limitFrom(query));
    return {
      data: lines.map((line) => presentLine(line, statement.header.currency)),
      next_cursor: next === null ? null : cursorOf([String(next)]),
    };
  }

  @Get(':id/postings')
  @RouteConfig({ takesLong: true })
  @NoQuery()
  @ApiEndpoint({
    id: 'readStatementPostings',
    summary: 'Read what a statement posts to the books',
    description: 'Of a checked one, what its acceptance would post now; else what it has posted.',
    ...READING,
    problems: ['statement_not_found', 'statement_file_gone'],
  })
  @ApiIdParam(STATEMENT_ID, 'Statement id')
  @ApiJsonResponse(200, 'What is posted, in sum', StatementPostingListResponse, { checked: POSTINGS })
  async postings(@Param('id', STATEMENT_ID_PIPE) id: string): Promise<StatementPostingListResponse> {
    const { statement, postings } = await this.contents.postings(id);
    return { posted: statement.status !== 'checked', data: postings.map(presentPosting) };
  }

  @Get(':id/file')
  @NoQuery()
  @ApiEndpoint({
    id: 'downloadStatement',
    summary: 'Read the file of a statement, as it was received',
    ...READING,
    problems: ['statement_not_found', 'statement_file_gone'],
  })
  @ApiIdParam(STATEMENT_ID, 'Statement id')
  @ApiResponse({
    status: 200,
    description: 'The file, byte for byte',
    content: { 'text/csv': { schema: { type: 'string' }, examples: { canonical: { value: STATEMENT_FILE } } } },
    headers: headersWith(),
  })
  async file(@Param('id', STATEMENT_ID_PIPE) id: string, @Res() reply: FastifyReply): Promise<void> {
    const { statement, bytes } = await this.contents.file(id);
    void reply
      .header('content-type', 'text/csv')
      .header('content-disposition', `attachment; filename="${statement.id}.csv"`)
      .send(Readable.from(bytes));
  }

  @Post(':id/accept')
  @RouteConfig({ takesLong: true })
  @HttpCode(200)
  @NoInput()
  @ApiEndpoint({
    id: 'acceptStatement',
    summary: 'Accept a checked statement: it counts from now on',
    description:
      'Look at its `postings` first: that is what it adds to the books, line by line and in one commit. A repeat finds it accepted, and changes nothing.',
    ...WRITING,
    act: 'statement.accept',
    problems: ['statement_not_found', 'statement_not_acceptable'],
  })
  @ApiIdParam(STATEMENT_ID, 'Statement id')
  @ApiJsonResponse(200, 'The statement, accepted', ProviderStatementResponse, { accepted: ACCEPTED_STATEMENT })
  async accept(@Param('id', STATEMENT_ID_PIPE) id: string, @Acting() by: Actor): Promise<ProviderStatementResponse> {
    return presentStatement(await this.acceptance.run(id, by));
  }

  @Post(':id/reverse')
  @RouteConfig({ takesLong: true })
  @HttpCode(200)
  @NoQuery()
  @ApiEndpoint({
    id: 'reverseStatement',
    summary: 'Take a statement back: it counts no more',
    description:
      'It stays to be read, with the reason, and so does what it has posted: the opposite is posted beside it. What people have decided from its lines is taken back, too. Its file and its number may be uploaded again. A repeat finds it reversed, and changes nothing.',
    ...WRITING,
    act: 'statement.reverse',
    problems: ['statement_not_found', 'statement_not_acceptable'],
  })
  @ApiIdParam(STATEMENT_ID, 'Statement id')
  @ApiBody({
    type: ReverseStatementRequest,
    examples: {
      corrected: {
        summary: 'The provider sent another one',
        value: { reason: 'The provider sent a corrected invoice, INV-2026-10b.' },
      },
    },
  })
  @ApiJsonResponse(200, 'The statement, reversed', ProviderStatementResponse, { reversed: REVERSED_STATEMENT })
  async reverse(
    @Param('id', STATEMENT_ID_PIPE) id: string,
    @Body() { reason }: ReverseStatementRequest,
    @Acting() by: Actor,
  ): Promise<ProviderStatementResponse> {
    return presentStatement(await this.reversal.run(id, reason, by));
  }
}
