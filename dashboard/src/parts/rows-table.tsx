import type { ReactNode } from 'react';

export type Columns = readonly (readonly [head: string, look?: string])[];

/** Rows of one kind under columns whose widths do not depend on what is in them. */
export const RowsTable = <Row,>({
  caption,
  columns,
  rows,
  nameOf,
  isOver = () => false,
  cells,
}: {
  caption: string;
  columns: Columns;
  rows: readonly Row[];
  nameOf: (row: Row) => string | number;
  isOver?: ((row: Row) => boolean) | undefined;
  cells: (row: Row) => ReactNode;
}) => (
  <table className="rows">
    <caption className="hidden">{caption}</caption>
    <thead>
      <tr>
        {columns.map(([head, look]) => (
          <th key={head} className={look}>
            {look === 'select' ? <span className="hidden">{head}</span> : head}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={nameOf(row)} className={isOver(row) ? 'gone' : undefined}>
          {cells(row)}
        </tr>
      ))}
    </tbody>
  </table>
);
