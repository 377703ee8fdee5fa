import { SCOPES } from '../../../application/access/scopes.js';
import { ADMISSION_STATE_NAMES } from '../../../domain/operators/admission.js';
import { ROLE_NAMES } from '../../../domain/operators/operator.js';
import { PropEnum, PropEnumList, PropList, PropMap, PropObject, PropText, PropTime } from '../../openapi/prop.js';
import { OperatorResponse } from '../ops/session.response.js';

const NEXT = 'For `cursor`, null on the last page';

export class TenantResponse {
  @PropText('Tenant id', { example: 'ten_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropText('Whose it is', { example: 'Example Shop' }) name!: string;
  @PropMap('Its own accounts, by provider') provider_accounts!: Readonly<Record<string, string>>;
  @PropTime('When it was made') created_at!: string;
  @PropTime('When its access ended; null for not', { nullable: true }) revoked_at!: string | null;
}

export class TenantListResponse {
  @PropList(() => TenantResponse, 'Newest first') data!: TenantResponse[];
  @PropText(NEXT, { nullable: true }) next_cursor!: string | null;
}

export class NamedResponse {
  @PropText('Its id') id!: string;
  @PropText('Its name', { example: 'Ann Lee' }) name!: string;
}

export class KeyResponse {
  @PropText('Key id: the third part of its text', { example: '5d9f1c2b3a4e6f70' }) id!: string;
  @PropObject(() => NamedResponse, 'Whose it is') tenant!: NamedResponse;
  @PropText('What it is for', { example: 'Web shop' }) name!: string;
  @PropEnumList(SCOPES, 'What it opens; empty for an operator’s, which opens what their role does')
  scopes!: readonly string[];
  @PropObject(() => NamedResponse, 'The operator whose it is; null for a machine’s', { nullable: true })
  operator!: NamedResponse | null;
  @PropTime('When it was made') created_at!: string;
  @PropTime('Good until then; null for no end', { nullable: true }) expires_at!: string | null;
  @PropTime('When it was ended; null for not', { nullable: true }) revoked_at!: string | null;
  @PropTime('When it was last used, to the minute; null for never', { nullable: true }) last_used_at!: string | null;
}

export class KeyListResponse {
  @PropList(() => KeyResponse, 'Newest first') data!: KeyResponse[];
  @PropText(NEXT, { nullable: true }) next_cursor!: string | null;
}

export class ListedOperatorResponse extends OperatorResponse {
  @PropText('Their email address', { example: 'ann@example.com' }) email!: string;
  @PropText('The identity provider at which they have signed in; null for none', { nullable: true })
  issuer!: string | null;
  @PropTime('When they were made one') created_at!: string;
  @PropTime('When their access ended; null for not', { nullable: true }) disabled_at!: string | null;
  @PropTime('When their browser was last seen, to the minute; null for never', { nullable: true })
  last_seen_at!: string | null;
}

export class OperatorListResponse {
  @PropList(() => ListedOperatorResponse, 'Newest first') data!: ListedOperatorResponse[];
  @PropText(NEXT, { nullable: true }) next_cursor!: string | null;
}

export class ListedSessionResponse {
  @PropText('Session id', { example: 'ses_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropObject(() => OperatorResponse, 'Whose it is') operator!: OperatorResponse;
  @PropText('The key that it was opened with', { example: '5d9f1c2b3a4e6f70' }) key_id!: string;
  @PropTime('When it was opened') created_at!: string;
  @PropTime('When it was last used, to the minute') last_seen_at!: string;
  @PropTime('When it ends at the latest') expires_at!: string;
}

export class SessionListResponse {
  @PropList(() => ListedSessionResponse, 'Those that have not ended, newest first') data!: ListedSessionResponse[];
  @PropText(NEXT, { nullable: true }) next_cursor!: string | null;
}

export class AdmissionResponse {
  @PropText('Admission id', { example: 'adm_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropEnum(['key', 'operator'], 'Whether a machine or a person is to be let in') kind!: string;
  @PropEnum(ADMISSION_STATE_NAMES, 'What became of it') state!: string;
  @PropText('What the key is for, or the name of the operator', { example: 'Ann Lee' }) name!: string;
  @PropText('Id of the key; null where the operator has none', { nullable: true, example: '5d9f1c2b3a4e6f70' })
  key_id!: string | null;
  @PropText('Whose the key is; null for an operator', { nullable: true }) tenant_id!: string | null;
  @PropEnumList(SCOPES, 'What the key opens; empty for an operator') scopes!: readonly string[];
  @PropTime('Until when the key is good; null for no end', { nullable: true }) key_expires_at!: string | null;
  @PropText('Id that the operator has or is to have; null for a key', { nullable: true }) operator_id!: string | null;
  @PropText('Their email address; null for a key', { nullable: true, example: 'ann@example.com' })
  email!: string | null;
  @PropEnum(ROLE_NAMES, 'What they may do; null for a key', { nullable: true }) role!: string | null;
  @PropObject(() => NamedResponse, 'Who asked for it; null for a machine', { nullable: true })
  proposed_by!: NamedResponse | null;
  @PropTime('When') proposed_at!: string;
  @PropTime('Until when a second admin can decide on it; null where it took one', { nullable: true })
  expires_at!: string | null;
  @PropObject(() => NamedResponse, 'Who decided on it', { nullable: true }) decided_by!: NamedResponse | null;
  @PropTime('When', { nullable: true }) decided_at!: string | null;
}

export class NewAdmissionResponse extends AdmissionResponse {
  @PropText(
    'The text of the key, shown this once and kept nowhere: it opens nothing before the state is `admitted`. Null for a repeat, and where the operator has no key',
    { nullable: true },
  )
  secret!: string | null;
}

export class AdmissionListResponse {
  @PropList(() => AdmissionResponse, 'Newest first') data!: AdmissionResponse[];
  @PropText(NEXT, { nullable: true }) next_cursor!: string | null;
}
