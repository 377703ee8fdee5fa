import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Pages, Read } from '../../parts/list-state.tsx';
import { RowsTable } from '../../parts/rows-table.tsx';
import { Amount, Tonnes, WordsCell, wordsOf } from '../../parts/values.tsx';
import { linesQuery, type Statement } from './statement-queries.ts';

const route = getRouteApi('/finance/statements/$id');

/** As the file has them, each with the order that it names. */
export const StatementLines = ({ statement }: { statement: Statement }) => {
  const { cursor } = route.useSearch();
  const query = useQuery(linesQuery(statement.id, cursor));
  const { currency } = statement.declared.net;
  return (
    <section aria-labelledby="lines">
      <h2 id="lines">Lines</h2>
      <Read query={query}>
        {({ data, next_cursor: next }) => (
          <>
            <RowsTable
              caption="Lines"
              columns={[
                ['Line', 'number no'],
                ['Kind', 'kind'],
                ['Day', 'day'],
                ['Order', 'id'],
                ['Named by', 'text'],
                ['Mass, t', 'number mass'],
                [`Net, ${currency}`, 'number money'],
                [`Tax, ${currency}`, 'number money'],
                ['What the provider wrote', 'text'],
              ]}
              rows={data}
              nameOf={({ line }) => line}
              cells={(row) => (
                <>
                  <td className="number">{row.line}</td>
                  <td>{wordsOf(row.kind)}</td>
                  <td className="figures">{row.occurred_on}</td>
                  <td className="id">
                    {row.order_id === null ? (
                      <span className="quiet">of none</span>
                    ) : (
                      <Link to="/orders/$id" params={{ id: row.order_id }} data-row>
                        {row.order_id}
                      </Link>
                    )}
                  </td>
                  <WordsCell text={row.provider_order_id ?? row.reference ?? row.project_id} />
                  <td className="number">
                    {row.grams !== null && <Tonnes mass={{ value: '', unit: 't', grams: row.grams }} />}
                  </td>
                  <td className="number">
                    <Amount money={row.net} />
                  </td>
                  <td className="number">
                    <Amount money={row.tax} />
                  </td>
                  <WordsCell text={row.description} />
                </>
              )}
            />
            <Pages to="." cursor={cursor} next={next} />
          </>
        )}
      </Read>
    </section>
  );
};
