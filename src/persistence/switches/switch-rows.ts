import type { StandingSwitch } from '../../domain/switches/switch.js';
import { readObjectOrNull, readText, readTextOrNull } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';

/** A row `s` of `standing_switch` as JSON. */
export const STANDING_SWITCH = Prisma.sql`
  jsonb_build_object('tenant_id', s.tenant_id, 'reason', s.reason, 'until', s.until)`;

const readParts = readObjectOrNull({ tenant_id: readTextOrNull, reason: readText, until: readText });

/** Null where nothing stands. */
export const readStandingSwitch = (value: unknown): StandingSwitch | null => {
  const row = readParts(value);
  return row && { tenantId: row.tenant_id, reason: row.reason, until: new Date(row.until) };
};
