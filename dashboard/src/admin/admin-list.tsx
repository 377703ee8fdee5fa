import type { ReactNode } from 'react';
import { ConfirmButton } from '../parts/confirm-button.tsx';
import { Pages, Read } from '../parts/list-state.tsx';

/** A page of one kind of what admins have in hand. */
export const AdminList = <Row extends { readonly id: string }>({
  query,
  cursor,
  caption,
  columns,
  empty,
  isOver = () => false,
  cells,
}: {
  query: Parameters<typeof Read<{ data: readonly Row[]; next_cursor: string | null }>>[0]['query'];
  cursor: string | undefined;
  caption: string;
  columns: readonly (readonly [head: string, look?: string])[];
  /** What to say where there is none. */
  empty?: string;
  isOver?: (row: Row) => boolean;
  cells: (row: Row) => ReactNode;
}) => (
  <Read query={query}>
    {({ data, next_cursor: next }) =>
      empty !== undefined && data.length === 0 ? (
        <p className="empty">{empty}</p>
      ) : (
        <>
          <table className="rows">
            <caption className="hidden">{caption}</caption>
            <thead>
              <tr>
                {columns.map(([head, look]) => (
                  <th key={head} className={look}>
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.map((row) => (
                <tr key={row.id} className={isOver(row) ? 'gone' : undefined}>
                  {cells(row)}
                </tr>
              ))}
            </tbody>
          </table>
          <Pages to="/admin" cursor={cursor} next={next} />
        </>
      )
    }
  </Read>
);

/** How the access of a row is ended, or that it has been. */
export const EndCell = ({
  isOver,
  over,
  ...button
}: { isOver: boolean; over: string } & Parameters<typeof ConfirmButton>[0]) => (
  <td>{isOver ? over : <ConfirmButton {...button} />}</td>
);
