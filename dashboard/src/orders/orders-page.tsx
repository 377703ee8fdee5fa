import { queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, Navigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf, type Of, type QueryOf } from '../api/client.ts';
import { LIVE_LIST } from '../api/polling.ts';
import { useMay } from '../api/session.ts';
import { Choice, Filters, Text } from '../parts/filters.tsx';
import { useHeldRows } from '../parts/held-rows.ts';
import { Pages, Read, Unseen } from '../parts/list-state.tsx';
import { Time } from '../parts/time.tsx';
import { Money, ShortId, Status, Tonnes, wordsOf, WordsCell } from '../parts/values.tsx';
import { useSummary } from '../shell/summary.ts';
import { REVIEW_REASONS, STATUSES } from '../words.ts';
import { BulkBar } from './bulk.tsx';

const route = getRouteApi('/orders');

type Filter = ReturnType<typeof route.useSearch>;
const ordersQuery = (filter: Filter) =>
  queryOptions({
    queryKey: ['orders', filter],
    queryFn: () =>
      dataOf(api.GET('/v1/ops/orders', { params: { query: { ...filter, limit: 50 } as QueryOf<'searchOrders'> } })),
    ...LIVE_LIST,
  });

export const OrdersPage = () => {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const choose = (change: Partial<Filter>) =>
    void navigate({ search: (before: Filter) => ({ ...before, ...change, cursor: undefined }) });
  const query = useQuery(ordersQuery(filter));
  const { data: summary } = useSummary();
  const latest = query.isPlaceholderData ? undefined : query.data?.data;
  const held = useHeldRows(latest, ({ id }) => id, JSON.stringify(filter));
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const mayAct = useMay('ops:act');
  // What is not shown is not selected.
  const chosen = held.rows.map(({ row }) => row.id).filter((id) => selected.has(id));
  const toggle = (id: string): void => {
    const now = new Set(chosen);
    if (!now.delete(id)) now.add(id);
    setSelected(now);
  };
  const [only, ...others] = latest ?? [];
  // One hit is what was looked for.
  if (filter.q !== undefined && only && others.length === 0)
    return <Navigate to="/orders/$id" params={{ id: only.id }} replace />;
  return (
    <>
      <title>Orders · Offset gateway</title>
      <header className="head">
        <h1>Orders</h1>
        <Unseen count={held.unseen} show={held.show} />
      </header>
      <Filters>
        <Text label="Any id" value={filter.q} placeholder="exactly" choose={(q) => choose({ q })} />
        <Choice
          label="Status"
          value={filter.status}
          words={Object.keys(STATUSES)}
          choose={(status) => choose({ status })}
        />
        <Choice
          label="Provider"
          value={filter.provider}
          words={summary?.providers.map(({ id }) => id) ?? []}
          choose={(provider) => choose({ provider })}
        />
        <Choice
          label="Under review for"
          value={filter.reason}
          words={Object.keys(REVIEW_REASONS)}
          choose={(reason) => choose({ reason })}
        />
        <Text
          label="Tenant"
          value={filter.tenant_id}
          placeholder="ten_…"
          choose={(tenant_id) => choose({ tenant_id })}
        />
        <Text
          label="Created from"
          value={filter.created_from}
          placeholder="2026-11-26T00:00:00Z"
          choose={(created_from) => choose({ created_from })}
        />
        <Text
          label="Created before"
          value={filter.created_to}
          placeholder="2026-11-27T00:00:00Z"
          choose={(created_to) => choose({ created_to })}
        />
      </Filters>
      <Read query={query}>
        {({ next_cursor: next }) =>
          held.rows.length === 0 ? (
            <p className="empty">No order is like this.</p>
          ) : (
            <>
              {chosen.length > 0 && <BulkBar ids={chosen} clear={() => setSelected(new Set())} />}
              <OrdersTable rows={held.rows} selected={selected} toggle={mayAct ? toggle : undefined} />
              <Pages to="/orders" cursor={filter.cursor} next={next} />
            </>
          )
        }
      </Read>
    </>
  );
};

const OrdersTable = ({
  rows,
  selected,
  toggle,
}: {
  rows: readonly { row: Of<'SlimOrder'>; isGone: boolean }[];
  selected: ReadonlySet<string>;
  toggle: ((id: string) => void) | undefined;
}) => (
  <table className="rows">
    <caption className="hidden">Orders</caption>
    <thead>
      <tr>
        {toggle && (
          <th className="select">
            <span className="hidden">Selected</span>
          </th>
        )}
        <th className="time">Created, UTC</th>
        <th className="id">Order</th>
        <th className="status">Status</th>
        <th className="tenant">Tenant</th>
        <th>Reference</th>
        <th className="provider">Provider</th>
        <th className="number mass">Mass, t</th>
        <th className="number money">Price</th>
        <th className="flag">Review</th>
      </tr>
    </thead>
    <tbody>
      {rows.map(({ row, isGone }) => (
        <tr key={row.id} className={isGone ? 'gone' : undefined}>
          {toggle && (
            <td className="select">
              <input
                type="checkbox"
                data-select
                aria-label={`Select ${row.id}`}
                checked={selected.has(row.id)}
                onChange={() => toggle(row.id)}
              />
            </td>
          )}
          <td className="figures">
            <Time at={row.created_at} inColumn />
          </td>
          <td className="id">
            <Link to="/orders/$id" params={{ id: row.id }} data-row>
              {row.id}
            </Link>
          </td>
          <td>
            <Status status={row.status} />
          </td>
          <td>
            <ShortId id={row.tenant_id} />
          </td>
          <WordsCell text={row.reference} />
          <td>{row.provider}</td>
          <td className="number">
            <Tonnes mass={row.ordered_mass} />
          </td>
          <td className="number">
            <Money money={row.total} />
          </td>
          <td>{row.review_reason !== null && <strong className="reason">{wordsOf(row.review_reason)}</strong>}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
