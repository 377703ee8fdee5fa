import { Prisma } from '../generated/client.js';

/** Of a key `k`, its tenant `t` and its operator `p`, if it has one: whether it opens anything, to a request or a session. */
export const IS_GOOD_KEY = Prisma.sql`
  k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now()) AND t.revoked_at IS NULL AND p.disabled_at IS NULL`;

/** Of a session `s`: whether it has neither ended by itself nor been ended. */
export const IS_OPEN_SESSION = Prisma.sql`
  s.ended_at IS NULL AND s.expires_at > now() AND s.last_seen_at > now() - interval '60 minutes'`;
