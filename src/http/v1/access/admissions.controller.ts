import { Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { DecideAdmission } from '../../../application/access/decide-admission.js';
import { ListAccess } from '../../../application/access/list-access.js';
import type { RequestActor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting } from '../../access/principal.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { ADMISSION_ID_PIPE } from '../../validation/id.pipe.js';
import { ADMISSION_ID } from '../../validation/id-patterns.js';
import { NoInput } from '../../validation/no-input.guard.js';
import { cursorOf, limitFrom, positionFrom } from '../../validation/paging.js';
import { V1 } from '../v1.decorator.js';
import { ADMISSIONS_PAGE, ADMITTED, REJECTED_ADMISSION } from './access.examples.js';
import { presentAdmission } from './access.presenter.js';
import { idPositionFrom, ListAdmissionsRequest } from './access.request.js';
import { AdmissionListResponse, AdmissionResponse } from './access.response.js';

@V1('ops/admissions', 'Operators')
export class AdmissionsController {
  constructor(
    private readonly access: ListAccess,
    private readonly decide: DecideAdmission,
  ) {}

  @Get()
  @ApiEndpoint({
    id: 'listAdmissions',
    summary: 'List who was asked for, and what became of it',
    description: 'Operators and keys, newest first; by default those that wait for a second admin.',
    access: 'ops:admin',
  })
  @ApiJsonResponse(200, 'A page of admissions', AdmissionListResponse, { open: ADMISSIONS_PAGE })
  async page(@Query() query: ListAdmissionsRequest): Promise<AdmissionListResponse> {
    const before = positionFrom(query.cursor, idPositionFrom(ADMISSION_ID));
    const { rows, last } = await this.access.admissions(query.state ?? 'proposed', before, limitFrom(query));
    return { data: rows.map(presentAdmission), next_cursor: last && cursorOf([last.id]) };
  }

  @Post(':id/approve')
  @HttpCode(200)
  @NoInput()
  @ApiEndpoint({
    id: 'approveAdmission',
    summary: 'Let in whom another admin has asked for',
    description: 'From then on the key opens something. Its text is not shown: it is known to who asked for it.',
    access: 'ops:admin',
    act: 'admission.approve',
    problems: ['admission_not_found', 'admission_closed', 'second_person_required', 'operator_key_required'],
  })
  @ApiIdParam(ADMISSION_ID, 'Admission id')
  @ApiJsonResponse(200, 'It is approved', AdmissionResponse, { admitted: ADMITTED })
  async approve(@Param('id', ADMISSION_ID_PIPE) id: string, @Acting() by: RequestActor): Promise<AdmissionResponse> {
    return presentAdmission(await this.decide.approve(id, by));
  }

  @Post(':id/reject')
  @HttpCode(200)
  @NoInput()
  @ApiEndpoint({
    id: 'rejectAdmission',
    summary: 'Let nobody in; or take back what you have asked for',
    access: 'ops:admin',
    act: 'admission.reject',
    problems: ['admission_not_found', 'admission_closed', 'operator_key_required'],
  })
  @ApiIdParam(ADMISSION_ID, 'Admission id')
  @ApiJsonResponse(200, 'It is rejected', AdmissionResponse, { rejected: REJECTED_ADMISSION })
  async reject(@Param('id', ADMISSION_ID_PIPE) id: string, @Acting() by: RequestActor): Promise<AdmissionResponse> {
    return presentAdmission(await this.decide.reject(id, by));
  }
}
