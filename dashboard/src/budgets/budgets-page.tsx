import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../api/session.ts';
import { Filters, Text } from '../parts/filters.tsx';
import { Pages, Read } from '../parts/list-state.tsx';
import { Amount, ShortId } from '../parts/values.tsx';
import { BudgetForm } from './budget-form.tsx';
import { budgetsQuery, type Budget } from './budget-queries.ts';

const route = getRouteApi('/budgets');

export const BudgetsPage = () => {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(budgetsQuery(filter));
  const mayAdmin = useMay('ops:admin');
  const [chosen, choose] = useState<string | null>(null);
  return (
    <>
      <title>Budgets · Offset gateway</title>
      <h1>Budgets</h1>
      <Filters>
        <Text
          label="Month, UTC"
          value={filter.period}
          placeholder="this one, or 2026-12"
          choose={(period) => void navigate({ search: period === undefined ? {} : { period } })}
        />
      </Filters>
      <Read query={query}>
        {({ data, next_cursor: next }) => {
          const budget = data.find(({ tenant_id: id }) => id === chosen);
          return (
            <>
              {budget && <BudgetForm key={chosen} budget={budget} close={() => choose(null)} />}
              <BudgetsTable rows={data} choose={mayAdmin ? choose : null} />
              <Pages to="/budgets" cursor={filter.cursor} next={next} />
            </>
          );
        }}
      </Read>
    </>
  );
};

const BudgetsTable = ({ rows, choose }: { rows: readonly Budget[]; choose: ((id: string) => void) | null }) => (
  <table className="rows">
    <caption className="hidden">What tenants may spend and have spent</caption>
    <thead>
      <tr>
        <th className="tenant">Tenant</th>
        <th className="number money">Limit, USD</th>
        <th className="number money">Spent, USD</th>
        <th className="number money">Of it reserved</th>
        <th className="number money">Left, USD</th>
        <th>Spent of the limit</th>
        <th className="number proposed">Waits for a second person</th>
        {choose && <th className="status">Change</th>}
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={row.tenant_id}>
          <td>
            <ShortId id={row.tenant_id} />
          </td>
          <td className="number">
            <Amount money={row.limit} />
          </td>
          <td className="number">
            <Amount money={row.spent} />
          </td>
          <td className="number">
            <Amount money={row.reserved} />
          </td>
          <td className="number">
            <Amount money={row.left} />
          </td>
          <td className="share">
            {row.limit && (
              <meter
                min={0}
                max={Number(row.limit.amount)}
                high={0.9 * Number(row.limit.amount)}
                value={Number(row.spent.amount)}
                aria-label={`Spent of the limit of ${row.tenant_id}`}
              />
            )}
            {row.source === 'every_month' && <span className="quiet">as every month</span>}
          </td>
          <td className="number">{row.proposal && <Amount money={row.proposal.limit} />}</td>
          {choose && (
            <td>
              <button type="button" className="small" onClick={() => choose(row.tenant_id)}>
                Change…
              </button>
            </td>
          )}
        </tr>
      ))}
    </tbody>
  </table>
);
