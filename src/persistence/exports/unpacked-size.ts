import { Prisma } from '../generated/client.js';

/** How many bytes are packed in `c.gz`, a gzip member of less than 4 GiB: its last four bytes say so. */
export const UNPACKED_SIZE = Prisma.sql`(
  SELECT get_byte(e.tail, 0) + (get_byte(e.tail, 1) << 8) + (get_byte(e.tail, 2) << 16) + get_byte(e.tail, 3)::bigint * 16777216
  FROM (SELECT substring(c.gz FROM octet_length(c.gz) - 3) AS tail) e)`;
