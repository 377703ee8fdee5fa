import { InvalidEnvironmentError } from '../../config/environment.js';
import { withConnection } from '../database/with-connection.js';

/** Throws if pools would buy on behalf of nobody. */
export const refuseUnknownHouse = (url: string, tenantId: string): Promise<void> =>
  withConnection(url, async (client) => {
    const known = await client.query('SELECT FROM tenants WHERE id = $1 AND revoked_at IS NULL', [tenantId]);
    if (known.rowCount === 0)
      throw new InvalidEnvironmentError([
        'POOL_TENANT must be the id of a tenant that is not revoked; see `cli tenants list`',
      ]);
  });
