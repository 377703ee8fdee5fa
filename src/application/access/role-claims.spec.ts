import { RoleClaims } from './role-claims.js';

describe('the roles that an identity provider tells', () => {
  it('are the names of the roles, or what the setting says; of several the one that opens most', () => {
    const plain = RoleClaims.from('roles', null);
    expect(plain.roleIn(['cook', 'viewer', 'approver'])).toBe('approver');
    expect(plain.roleIn([])).toBeNull();
    const named = RoleClaims.from('groups', 'carbon-desk=operator,carbon leads=approver');
    expect(named.roleIn(['carbon leads', 'carbon-desk'])).toBe('approver');
    expect(named.roleIn(['approver', 'constructor', '__proto__'])).toBeNull();
  });
});
