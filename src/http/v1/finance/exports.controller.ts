import { Readable } from 'node:stream';
import { applyDecorators, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiParam, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../../application/access/principal.js';
import { DiscloseYear } from '../../../application/exports/disclose-year.js';
import { ArchiveClosing } from '../../../application/exports/archive-closing.js';
import { GroupCosts } from '../../../application/exports/group-costs.js';
import {
  EXPORT_NAMES,
  ReadExport,
  type ExportName,
  type ReadyExport,
} from '../../../application/exports/read-export.js';
import { DISCLOSED_BY, type DisclosedBy, type Share } from '../../../domain/exports/disclosure.js';
import { isOfGateway } from '../../../domain/exports/exports.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Caller, tenantScopeOf } from '../../access/principal.js';
import { ApiEmptyResponse, ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { headersWith } from '../../openapi/response-headers.js';
import { HttpProblem } from '../../problems/http-problem.js';
import { matches } from '../../server/tagged-response.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { V1 } from '../v1.decorator.js';
import { COST_GROUPS_FILE, DISCLOSURE, JOURNAL_FILE, RETIREMENTS_FILE } from './exports.examples.js';
import { EXPORT_PIPE, GroupCostsRequest, ReadExportRequest, versionFrom, YEAR, YEAR_PIPE } from './exports.request.js';
import { DisclosureResponse, type ShareResponse } from './exports.response.js';

const WHOSE = 'Of your own orders; with the scope `ops`, too, of those of all tenants.';

const OF_GATEWAY = EXPORT_NAMES.filter(isOfGateway)
  .map((kind) => `\`${kind}\``)
  .join(', ');

const ApiYearParam = (): MethodDecorator =>
  ApiParam({
    name: 'year',
    description: 'Which year, in the time zone of finance',
    schema: { type: 'string', pattern: YEAR.source, examples: ['2026'] },
  });

const ApiIfNoneMatch = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'The ETag of the file you have',
      schema: { type: 'string', examples: ['"9f2c"'] },
    }),
    ApiEmptyResponse(304, 'The ETag you sent is current', ['ETag']),
  );

const ApiCsvFile = (example: string): MethodDecorator =>
  applyDecorators(
    ApiIfNoneMatch(),
    ApiResponse({
      status: 200,
      description: 'The file. Its ETag is its SHA-256 in hexadecimal digits',
      content: { 'text/csv': { schema: { type: 'string' }, examples: { file: { value: example } } } },
      headers: headersWith('ETag', 'Content-Disposition', 'X-Missing-Fields'),
    }),
  );

@V1('finance/exports', 'Finance')
export class ExportsController {
  constructor(
    private readonly exports: ReadExport,
    private readonly groups: GroupCosts,
    private readonly evidence: ArchiveClosing,
    private readonly disclosure: DiscloseYear,
  ) {}

  @Get('retirements/:year/summary')
  @NoQuery()
  @ApiEndpoint({
    id: 'summarizeRetirements',
    summary: 'Sum up what was retired in a year, for disclosure',
    description: `As the books are now. What nobody has told is counted as not known, and never guessed. ${WHOSE}`,
    access: 'finance:read',
  })
  @ApiYearParam()
  @ApiJsonResponse(200, 'The year', DisclosureResponse, { year: DISCLOSURE })
  async summary(@Param('year', YEAR_PIPE) year: number, @Caller() caller: Principal): Promise<DisclosureResponse> {
    const { disclosure, plannedGrams } = await this.disclosure.run(year, tenantScopeOf(caller));
    const shares = Object.fromEntries(
      DISCLOSED_BY.map((by) => [`by_${by}`, disclosure.shares(by).map(presentShare)]),
    ) as Record<`by_${DisclosedBy}`, ShareResponse[]>;
    return {
      year,
      retired_grams: String(disclosure.retiredGrams),
      retired_tonnes: tonnesOf(disclosure.retiredGrams),
      planned_grams: String(plannedGrams),
      ...shares,
      missing_fields: Object.fromEntries(
        Object.entries(disclosure.missingFields).map(([name, count]) => [name, String(count)]),
      ),
    };
  }

  @Get('costs/groups')
  @ApiEndpoint({
    id: 'groupCosts',
    summary: 'Sum up the costs of a month by tenant or label, as CSV',
    description: `What \`costs\` has, added up: of a month that is closed what the closing has kept. What has no tenant, or not the label, is of \`(none)\`. ${WHOSE}`,
    access: 'finance:read',
    problems: ['period_not_found'],
  })
  @ApiCsvFile(COST_GROUPS_FILE)
  async costGroups(
    @Query() query: GroupCostsRequest,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { period, group_by: by } = query;
    send(request, reply, csv(await this.groups.run(period, versionFrom(query), by, tenantScopeOf(caller))));
  }

  @Get('evidence')
  @ApiEndpoint({
    id: 'downloadEvidence',
    summary: 'Read what a closing rests on, as one archive',
    description:
      'Its exports as they were kept, of all tenants, the files of its statements as they were received, `closing.json`, and SHA256SUMS of all of them. The same bytes for ever; a month that was never closed has none.',
    access: 'finance:read',
    beside: 'ops',
    problems: ['period_not_found'],
  })
  @ApiIfNoneMatch()
  @ApiResponse({
    status: 200,
    description: 'The archive: tar, packed with gzip. Its ETag is the SHA-256 of the SHA256SUMS in it',
    content: {
      'application/gzip': {
        schema: { type: 'string', format: 'binary' },
        examples: { archive: { summary: 'What tar -xz unpacks', value: 'evidence-2026-11-v1.tar.gz' } },
      },
    },
    headers: headersWith('ETag', 'Content-Disposition'),
  })
  async archive(
    @Query() query: ReadExportRequest,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { name, sumsSha256, bytes } = await this.evidence.run(query.period, versionFrom(query));
    send(request, reply, { name: `${name}.tar.gz`, type: 'application/gzip', sha256: sumsSha256, missing: {}, bytes });
  }

  @Get(':kind')
  @ApiEndpoint({
    id: 'downloadExport',
    summary: 'Read an export of a month, as CSV',
    description: `RFC 4180, in UTF-8, in an order that never changes: docs/closing.md has its columns. Of a month that is closed it is what the closing has kept, the same bytes for ever; of an open one, the books as they are now. ${WHOSE} ${OF_GATEWAY} are of the whole gateway, and for keys with \`ops\` alone.`,
    access: 'finance:read',
    problems: ['period_not_found'],
  })
  @ApiParam({ name: 'kind', description: 'Which export', schema: { type: 'string', enum: [...EXPORT_NAMES] } })
  @ApiCsvFile(JOURNAL_FILE)
  async download(
    @Param('kind', EXPORT_PIPE) kind: ExportName,
    @Query() query: ReadExportRequest,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const [scope, version] = [tenantScopeOf(caller), versionFrom(query)];
    if (isOfGateway(kind) && scope !== 'all_tenants')
      throw new HttpProblem('scope_missing', 'This export is of the whole gateway: the API key lacks the scope ops.');
    send(request, reply, csv(await this.exports.ofMonth(kind, query.period, version, scope)));
  }

  @Get('retirements/:year')
  @NoQuery()
  @ApiEndpoint({
    id: 'downloadRetirements',
    summary: 'Read what was retired in a year, as CSV',
    description: `In whichever month it was posted, as the books are now; the columns are those of \`retirements\`. ${WHOSE}`,
    access: 'finance:read',
  })
  @ApiYearParam()
  @ApiCsvFile(RETIREMENTS_FILE)
  async year(
    @Param('year', YEAR_PIPE) year: number,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    send(request, reply, csv(await this.exports.ofYear(year, tenantScopeOf(caller))));
  }
}

interface Download extends Pick<ReadyExport, 'missing' | 'bytes'> {
  readonly name: string;
  readonly type: string;
  /** What its ETag is. */
  readonly sha256: Uint8Array;
}

const csv = ({ name, ...file }: ReadyExport): Download => ({
  ...file,
  name: `${name}.csv`,
  type: 'text/csv; charset=utf-8',
});

/** Streamed, or 304 if the caller already has it. */
const send = (request: FastifyRequest, reply: FastifyReply, file: Download): void => {
  const tag = `"${Buffer.from(file.sha256).toString('hex')}"`;
  void reply.header('etag', tag);
  if (matches(request.headers['if-none-match'], tag)) return void reply.status(304).send();
  const missing = Object.entries(file.missing).map(([name, count]) => `${name}=${count}`);
  if (missing.length > 0) void reply.header('x-missing-fields', missing.join(', '));
  void reply
    .header('content-type', file.type)
    .header('content-disposition', `attachment; filename="${file.name}"`)
    .send(Readable.from(file.bytes));
};

const presentShare = ({ value, grams, percent }: Share): ShareResponse => ({ value, grams: String(grams), percent });

/** Exact, however many. */
const tonnesOf = (grams: bigint): string => {
  const [whole, rest] = [grams / 1_000_000n, grams % 1_000_000n];
  return rest === 0n ? String(whole) : `${whole}.${String(rest).padStart(6, '0').replace(/0+$/, '')}`;
};
