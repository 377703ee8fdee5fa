import type { Principal } from '../../../application/access/principal.js';
import { presentTimeOrNull } from '../../values/time.presenter.js';
import type { SessionResponse } from './session.response.js';

export const presentSession = ({ operator, scopes }: Principal, expiresAt: Date | null): SessionResponse => ({
  operator: operator && { id: operator.id, name: operator.name, role: operator.role },
  scopes: [...scopes],
  expires_at: presentTimeOrNull(expiresAt),
});
