import type {
  ListedKey,
  ListedOperator,
  ListedSession,
  TenantRecord,
} from '../../../application/access/list-access.js';
import type { RequestedAdmission } from '../../../application/access/request-admission.js';
import type { Admission } from '../../../domain/operators/admission.js';
import { presentTime, presentTimeOrNull } from '../../values/time.presenter.js';
import type {
  AdmissionResponse,
  KeyResponse,
  ListedOperatorResponse,
  ListedSessionResponse,
  NewAdmissionResponse,
  TenantResponse,
} from './access.response.js';

export const presentTenant = (tenant: TenantRecord): TenantResponse => ({
  id: tenant.id,
  name: tenant.name,
  provider_accounts: tenant.providerAccounts,
  created_at: presentTime(tenant.createdAt),
  revoked_at: presentTimeOrNull(tenant.revokedAt),
});

export const presentKey = (key: ListedKey): KeyResponse => ({
  id: key.id,
  tenant: { id: key.tenant.id, name: key.tenant.name },
  name: key.name,
  scopes: key.scopes,
  operator: key.operator && { id: key.operator.id, name: key.operator.name },
  created_at: presentTime(key.createdAt),
  expires_at: presentTimeOrNull(key.expiresAt),
  revoked_at: presentTimeOrNull(key.revokedAt),
  last_used_at: presentTimeOrNull(key.lastUsedAt),
});

export const presentOperator = (operator: ListedOperator): ListedOperatorResponse => ({
  id: operator.id,
  name: operator.name,
  email: operator.email,
  role: operator.role,
  issuer: operator.issuer,
  created_at: presentTime(operator.createdAt),
  disabled_at: presentTimeOrNull(operator.disabledAt),
  last_seen_at: presentTimeOrNull(operator.lastSeenAt),
});

export const presentListedSession = ({ operator, ...session }: ListedSession): ListedSessionResponse => ({
  id: session.id,
  operator: { id: operator.id, name: operator.name, role: operator.role },
  key_id: session.keyId,
  created_at: presentTime(session.createdAt),
  last_seen_at: presentTime(session.lastSeenAt),
  expires_at: presentTime(session.expiresAt),
});

const shown = (admission: Admission) => {
  const { wanted, proposedBy, decidedBy } = admission;
  const key = wanted.kind === 'key' ? wanted : null;
  const operator = wanted.kind === 'operator' ? wanted : null;
  return {
    id: admission.id,
    kind: wanted.kind,
    state: admission.state,
    name: wanted.name,
    key_id: admission.hasSecret ? admission.keyId : null,
    tenant_id: key?.tenantId ?? null,
    scopes: key?.scopes ?? [],
    key_expires_at: presentTimeOrNull(key?.expiresAt ?? null),
    operator_id: operator?.operatorId ?? null,
    email: operator?.email ?? null,
    role: operator?.role ?? null,
    proposed_by: proposedBy && { id: proposedBy.id, name: proposedBy.name },
    proposed_at: presentTime(admission.proposedAt),
    expires_at: presentTimeOrNull(admission.expiresAt),
    decided_by: decidedBy && { id: decidedBy.id, name: decidedBy.name },
    decided_at: presentTimeOrNull(admission.decidedAt),
  };
};

export const presentAdmission = (admission: Admission): AdmissionResponse => shown(admission);

export const presentNewAdmission = ({ admission, secret }: RequestedAdmission): NewAdmissionResponse => ({
  ...shown(admission),
  secret,
});
