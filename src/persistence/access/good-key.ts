import { Prisma } from '../generated/client.js';

/** Of a key `k`, its tenant `t` and its operator `p`, if it has one: whether it opens anything, to a request or a session. */
export const IS_GOOD_KEY = Prisma.sql`
  k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now()) AND t.revoked_at IS NULL AND p.disabled_at IS NULL`;
