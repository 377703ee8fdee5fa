import type { ReactNode } from 'react';
import { ConfirmButton } from '../parts/confirm-button.tsx';
import { Pages, Read } from '../parts/list-state.tsx';
import { RowsTable, type Columns } from '../parts/rows-table.tsx';

/** A page of one kind of what admins have in hand. */
export const AdminList = <Row extends { readonly id: string }>({
  query,
  cursor,
  caption,
  columns,
  empty,
  isOver,
  cells,
}: {
  query: Parameters<typeof Read<{ data: readonly Row[]; next_cursor: string | null }>>[0]['query'];
  cursor: string | undefined;
  caption: string;
  columns: Columns;
  /** What to say where there is none. */
  empty?: string;
  isOver?: ((row: Row) => boolean) | undefined;
  cells: (row: Row) => ReactNode;
}) => (
  <Read query={query}>
    {({ data, next_cursor: next }) =>
      empty !== undefined && data.length === 0 ? (
        <p className="empty">{empty}</p>
      ) : (
        <>
          <RowsTable
            caption={caption}
            columns={columns}
            rows={data}
            nameOf={({ id }) => id}
            isOver={isOver}
            cells={cells}
          />
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
