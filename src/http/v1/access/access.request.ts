import { ArrayMinSize, ArrayUnique, IsArray, IsIn } from 'class-validator';
import type { KeyPosition } from '../../../application/access/list-access.js';
import { MACHINE_SCOPES, type Scope } from '../../../application/access/scopes.js';
import { ADMISSION_STATE_NAMES, type AdmissionState } from '../../../domain/operators/admission.js';
import { ROLE_NAMES, type Role } from '../../../domain/operators/operator.js';
import { EnumField, Field } from '../../validation/field.js';
import { TenantIdField } from '../../validation/id.field.js';
import { KEY_ID } from '../../validation/id-patterns.js';
import { MapField } from '../../validation/map.field.js';
import { cursorOf, PagingQuery, timePositionFrom } from '../../validation/paging.js';
import { EmailField, TextField } from '../../validation/text.field.js';
import { TimeField } from '../../validation/time.field.js';

export class CreateTenantRequest {
  @TextField({ min: 1, max: 200 }, { about: 'Whose it is', example: 'Example Shop' })
  name!: string;

  @MapField({
    about: 'Its own accounts, by provider',
    optional: true,
    example: { cnaught: 'subaccount-4711' },
  })
  provider_accounts?: Record<string, string>;
}

const NOT_SCOPES = { message: `must be a list of scopes: ${MACHINE_SCOPES.join(', ')}` };

export class CreateKeyRequest {
  @TenantIdField({ about: 'Whose it is' })
  tenant_id!: string;

  @TextField({ min: 1, max: 200 }, { about: 'What it is for', example: 'Web shop' })
  name!: string;

  @Field(
    { type: 'array', items: { type: 'string', enum: [...MACHINE_SCOPES] }, uniqueItems: true, minItems: 1 },
    { about: 'What it opens. With any of `ops` it takes a second admin', example: ['orders:write', 'orders:read'] },
    IsArray(NOT_SCOPES),
    ArrayMinSize(1, { message: 'must name at least one scope' }),
    IsIn(MACHINE_SCOPES, { ...NOT_SCOPES, each: true }),
    ArrayUnique({ message: 'must not name a scope twice' }),
  )
  scopes!: Scope[];

  @TimeField({ about: 'Good until then. By default it has no end', optional: true, example: '2027-11-26T00:00:00Z' })
  expires_at?: string;
}

export class CreateOperatorRequest {
  @TextField({ min: 1, max: 100 }, { about: 'Their name', example: 'Ann Lee' })
  name!: string;

  @EmailField({ about: 'Their email address: one person is one operator, for good', example: 'ann@example.com' })
  email!: string;

  @EnumField(ROLE_NAMES, { about: 'What they may do', example: 'approver' })
  role!: Role;
}

export class ListKeysRequest extends PagingQuery {
  @TenantIdField({ about: 'Only those of this tenant', optional: true })
  tenant_id?: string;
}

export class ListAdmissionsRequest extends PagingQuery {
  @EnumField(ADMISSION_STATE_NAMES, {
    about: 'In which state. By default those that wait for a second admin',
    optional: true,
  })
  state?: AdmissionState;
}

/** In the order of the table, whatever order they were sent in. */
export const scopesOf = ({ scopes }: CreateKeyRequest): readonly Scope[] =>
  MACHINE_SCOPES.filter((scope) => scopes.includes(scope));

/** Where a list is in the order of its ids. @returns null if the parts are not a position */
export const idPositionFrom =
  (form: RegExp) =>
  ([id]: readonly string[]): string | null =>
    id !== undefined && form.test(id) ? id : null;

export const cursorOfKey = ({ createdAt, id }: KeyPosition): string => cursorOf([createdAt.toISOString(), id]);

/** @returns null if the parts are not a position */
export const keyPositionFrom = (parts: readonly string[]): KeyPosition | null => timePositionFrom(parts, KEY_ID);
