import { Get, Query } from '@nestjs/common';
import { CheckAudit } from '../../../application/ops/check-audit.js';
import { ListAudit, type NamedAuditRow } from '../../../application/ops/list-audit.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { cursorOf, limitFrom, positionFrom } from '../../validation/paging.js';
import { ACTS_PAGE, VERIFIED_AUDIT } from './audit.examples.js';
import { V1 } from '../v1.decorator.js';
import { auditFilterFrom, auditPositionFrom, ListAuditRequest } from './audit.request.js';
import { ActListResponse, VerifiedAuditResponse, type ActResponse } from './audit.response.js';

@V1('ops/audit', 'Operators')
export class AuditController {
  constructor(
    private readonly list: ListAudit,
    private readonly check: CheckAudit,
  ) {}

  @Get()
  @ApiEndpoint({
    id: 'listActs',
    summary: 'List what keys and people decided',
    description: 'Applied and refused, newest first.',
    access: 'ops',
  })
  @ApiJsonResponse(200, 'A page of acts', ActListResponse, { acts: ACTS_PAGE })
  async page(@Query() query: ListAuditRequest): Promise<ActListResponse> {
    const before = positionFrom(query.cursor, auditPositionFrom);
    const { rows, next } = await this.list.run(auditFilterFrom(query), before, limitFrom(query));
    return { data: rows.map(presentAct), next_cursor: next && cursorOf([next]) };
  }

  @Get('verify')
  @NoQuery()
  @ApiEndpoint({
    id: 'verifyAudit',
    summary: 'Follow the chain of the audit',
    description:
      'Whether anything was changed, taken out or put in between. At most a minute old. A head that was kept elsewhere is compared by `cli audit verify --expect`.',
    access: 'ops',
  })
  @ApiJsonResponse(200, 'What was found', VerifiedAuditResponse, { intact: VERIFIED_AUDIT })
  async verify(): Promise<VerifiedAuditResponse> {
    const { intact, rows, upTo, head, broken } = await this.check.run();
    const brokenAt = broken && 'number' in broken ? Number(broken.number) : null;
    return { intact, rows, up_to: upTo, head, broken_at: brokenAt };
  }
}

const presentAct = (row: NamedAuditRow): ActResponse => ({
  number: Number(row.number),
  id: row.id,
  at: row.at,
  operator_id: row.operator_id,
  operator_name: row.operator_name,
  session_id: row.session_id,
  operator: row.operator,
  key_id: row.key_id,
  request_id: row.request_id,
  act: row.act,
  subject: row.subject,
  before: row.before,
  after: row.after,
  reason: row.reason,
  outcome: row.outcome,
  problem_code: row.problem_code,
  hash: row.hash,
});
