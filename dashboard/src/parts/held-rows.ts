import { useState } from 'react';

export interface HeldRows<Row> {
  /** In the order in which they were shown first, each as it is now. */
  readonly rows: readonly { readonly row: Row; readonly isGone: boolean }[];
  /** How many there are now that are not shown. */
  readonly unseen: number;
  /** Shows the list as it is now. */
  readonly show: () => void;
}

/**
 * Rows that stay where they are while their list is read again and again: none moves under a pointer. Those that left the
 * list stay as they were last; those that came are counted until they are asked for.
 * @param list what names the list: another one is shown at once
 */
export const useHeldRows = <Row>(
  latest: readonly Row[] | undefined,
  idOf: (row: Row) => string,
  list: string,
): HeldRows<Row> => {
  const [held, setHeld] = useState<{ list: string; rows: readonly Row[] }>({ list, rows: [] });
  const now = new Map(latest?.map((row) => [idOf(row), row]));
  const isOther = held.list !== list || held.rows.length === 0;

  let rows = held.rows;
  if (latest && isOther) rows = latest;
  else if (latest) rows = held.rows.map((row) => now.get(idOf(row)) ?? row);
  const changed = rows.length !== held.rows.length || rows.some((row, at) => row !== held.rows[at]);
  // While it renders: what was shown last is what holds the next ones.
  if (latest && (changed || held.list !== list)) setHeld({ list, rows });

  const shown = new Set(rows.map(idOf));
  return {
    rows: rows.map((row) => ({ row, isGone: latest !== undefined && !now.has(idOf(row)) })),
    unseen: latest?.filter((row) => !shown.has(idOf(row))).length ?? 0,
    show: () => setHeld({ list, rows: latest ?? [] }),
  };
};
