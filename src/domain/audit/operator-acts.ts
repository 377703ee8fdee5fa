import type { KeyWanted, OperatorWanted } from '../operators/admission.js';
import type { Role } from '../operators/operator.js';
import type { Act } from './act.js';

export const operatorCreated = (subject: string, role: Role): Act<'operator.create'> => ({
  type: 'operator.create',
  subject,
  before: null,
  after: { role },
});

export const operatorRoleChanged = (subject: string, before: Role, after: Role): Act<'operator.change_role'> => ({
  type: 'operator.change_role',
  subject,
  before: { role: before },
  after: { role: after },
});

export const operatorKeyReplaced = (subject: string): Act<'operator.replace_key'> => ({
  type: 'operator.replace_key',
  subject,
  before: null,
  after: null,
});

export const operatorDisabled = (subject: string): Act<'operator.disable'> => ({
  type: 'operator.disable',
  subject,
  before: null,
  after: null,
});

export const operatorLinked = (subject: string, issuer: string): Act<'operator.link'> => ({
  type: 'operator.link',
  subject,
  before: null,
  after: { issuer },
});

export const admissionProposed = (subject: string, wanted: KeyWanted | OperatorWanted): Act<'admission.propose'> => ({
  type: 'admission.propose',
  subject,
  before: null,
  after:
    wanted.kind === 'key'
      ? { tenant_id: wanted.tenantId, scopes: wanted.scopes, role: null }
      : { tenant_id: null, scopes: [], role: wanted.role },
});

export const admissionApproved = (subject: string, made: string): Act<'admission.approve'> => ({
  type: 'admission.approve',
  subject,
  before: null,
  after: { made },
});

export const admissionRejected = (subject: string): Act<'admission.reject'> => ({
  type: 'admission.reject',
  subject,
  before: null,
  after: null,
});

export const sessionOpened = (subject: string): Act<'session.open'> => ({
  type: 'session.open',
  subject,
  before: null,
  after: null,
});

export const sessionEnded = (subject: string): Act<'session.end'> => ({
  type: 'session.end',
  subject,
  before: null,
  after: null,
});

export const orderNoted = (subject: string, note: string): Act<'order.note'> => ({
  type: 'order.note',
  subject,
  before: null,
  after: { note },
});

export const orderClaimed = (subject: string, before: string | null, owner: string): Act<'order.claim'> => ({
  type: 'order.claim',
  subject,
  before: { owner: before },
  after: { owner },
});

export const orderReleased = (subject: string, before: string): Act<'order.release'> => ({
  type: 'order.release',
  subject,
  before: { owner: before },
  after: { owner: null },
});

export const providerProbed = (subject: string): Act<'provider.probe'> => ({
  type: 'provider.probe',
  subject,
  before: null,
  after: null,
});

export const orderRefreshed = (subject: string): Act<'order.refresh'> => ({
  type: 'order.refresh',
  subject,
  before: null,
  after: null,
});
