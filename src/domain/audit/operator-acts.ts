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
