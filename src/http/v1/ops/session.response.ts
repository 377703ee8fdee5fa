import { SCOPES } from '../../../application/access/scopes.js';
import { ROLE_NAMES } from '../../../domain/operators/operator.js';
import { PropEnum, PropEnumList, PropObject, PropText, PropTime } from '../../openapi/prop.js';

export class OperatorResponse {
  @PropText('Operator id', { example: 'opr_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropText('Their name', { example: 'Ann Lee' }) name!: string;
  @PropEnum(ROLE_NAMES, 'What they may do') role!: string;
}

export class SessionResponse {
  @PropObject(() => OperatorResponse, 'Who is calling; null with the key of a machine', { nullable: true })
  operator!: OperatorResponse | null;
  @PropEnumList(SCOPES, 'What the caller may do') scopes!: readonly string[];
  @PropTime('When the session ends at the latest; null with a key', { nullable: true }) expires_at!: string | null;
}
