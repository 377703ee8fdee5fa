import type { AuditFilter } from '../../../application/ops/list-audit.js';
import type { ActType } from '../../../domain/audit/act-states.js';
import { ACTS } from '../../../domain/audit/acts.js';
import { EnumField, PatternField } from '../../validation/field.js';
import { OPERATOR_ID } from '../../validation/id-patterns.js';
import { PagingQuery } from '../../validation/paging.js';
import { TextField } from '../../validation/text.field.js';
import { TimeField } from '../../validation/time.field.js';

export class ListAuditRequest extends PagingQuery {
  @PatternField(OPERATOR_ID, 'must be the id of an operator, such as opr_01jd…', {
    about: 'Only acts of this operator',
    example: 'opr_01jd4v2m0gf5c8q7k3x9w1z2r4',
    optional: true,
  })
  operator_id?: string;

  @EnumField(Object.keys(ACTS), { about: 'Only acts of this kind: docs/audit.md', optional: true })
  act?: ActType;

  @TextField(
    { min: 1, max: 64 },
    { about: 'Only acts about what has this id', optional: true, example: 'ord_01jd4v2m0gf5c8q7k3x9w1z2r4' },
  )
  subject?: string;

  @TimeField({ about: 'Only acts at this time or later', optional: true })
  from?: string;

  @TimeField({ about: 'Only acts before this time', optional: true })
  to?: string;
}

export const auditFilterFrom = (query: ListAuditRequest): AuditFilter => ({
  operatorId: query.operator_id ?? null,
  act: query.act ?? null,
  subject: query.subject ?? null,
  from: query.from === undefined ? null : new Date(query.from),
  to: query.to === undefined ? null : new Date(query.to),
});

/** @returns null if the parts are not a position */
export const auditPositionFrom = ([number]: readonly string[]): string | null =>
  number !== undefined && /^[1-9]\d{0,17}$/.test(number) ? number : null;
