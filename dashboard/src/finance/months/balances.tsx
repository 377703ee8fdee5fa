import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Choice, Filters } from '../../parts/filters.tsx';
import { Pages, Read } from '../../parts/list-state.tsx';
import { RowsTable } from '../../parts/rows-table.tsx';
import { FigureCell, placesIn, ShortId, wordsOf } from '../../parts/values.tsx';
import { ACCOUNTS } from '../../words.ts';
import { amountOf, MASS, unitOf } from '../assets.ts';
import { balancesQuery, type Apart, type Balance } from './month-queries.ts';

const route = getRouteApi('/finance/months/$id');

/** What is on each account: mass and each currency for itself, because they do not add up. */
export const Balances = ({ period }: { period: string }) => {
  const { by, cursor } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(balancesQuery(period, by as Apart | undefined, cursor));
  return (
    <section aria-labelledby="balances">
      <h2 id="balances">Balances</h2>
      <Filters>
        <Choice
          label="Apart by"
          value={by}
          any="nothing"
          words={['provider', 'tenant'] satisfies Apart[]}
          choose={(to) => void navigate({ search: to === undefined ? {} : { by: to }, resetScroll: false })}
        />
      </Filters>
      <Read query={query}>
        {({ data, next_cursor: next }) =>
          data.length === 0 ? (
            <p className="empty">Nothing is on any account.</p>
          ) : (
            <>
              {[...new Set(data.map(({ asset }) => asset))].toSorted(massFirst).map((asset) => (
                <AssetTable key={asset} asset={asset} rows={data.filter((row) => row.asset === asset)} />
              ))}
              <Pages to="." cursor={cursor} next={next} />
            </>
          )
        }
      </Read>
    </section>
  );
};

const massFirst = (a: string, b: string): number => Number(b === MASS) - Number(a === MASS) || a.localeCompare(b);

const FIGURES = ['opening', 'debits', 'credits', 'closing'] as const;

const AssetTable = ({ asset, rows }: { asset: string; rows: readonly Balance[] }) => {
  const unit = unitOf(asset);
  const told = (amount: string): string => amountOf(asset, amount);
  const places = placesIn(rows.flatMap((row) => FIGURES.map((figure) => told(row[figure]))));
  const isApart = rows.some((row) => row.tenant_id !== null || row.provider !== null);
  return (
    <RowsTable
      caption={`Balances, ${unit}`}
      columns={[
        ['Account', 'account'],
        ...(isApart ? ([['Of', 'owner']] as const) : []),
        [`At its beginning, ${unit}`, 'number figure'],
        ['Debits', 'number figure'],
        ['Credits', 'number figure'],
        [`Balance, ${unit}`, 'number figure'],
        ['What it is'],
      ]}
      rows={rows}
      nameOf={(row) => [row.account, row.tenant_id, row.provider].join()}
      cells={(row) => (
        <>
          <td>{wordsOf(row.account)}</td>
          {isApart && <td>{row.provider ?? (row.tenant_id === null ? 'nobody' : <ShortId id={row.tenant_id} />)}</td>}
          {FIGURES.map((figure) => (
            <FigureCell key={figure} decimal={told(row[figure])} places={places} />
          ))}
          <td className="written quiet">{ACCOUNTS[row.account]}</td>
        </>
      )}
    />
  );
};
