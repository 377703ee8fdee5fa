import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { caseQuery } from '../../orders/case-queries.ts';
import { Read } from '../../parts/list-state.tsx';
import { Mass, Money, Status, wordsOf } from '../../parts/values.tsx';
import { ACCOUNTS } from '../../words.ts';
import { amountOf, unitOf } from '../assets.ts';
import { orderLedgerQuery } from './break-queries.ts';

/** The order that a break is about, and what the books have of it. */
export const BrokenOrder = ({ id }: { id: string }) => {
  const order = useQuery(caseQuery(id));
  const ledger = useQuery(orderLedgerQuery(id));
  return (
    <section aria-labelledby="broken-order">
      <h2 id="broken-order">Its order</h2>
      <p>
        <Link to="/orders/$id" params={{ id }}>
          {id}
        </Link>
      </p>
      <Read query={order}>
        {({ order: found }) => (
          <p>
            <Status status={found.status} /> <Mass mass={found.ordered_mass} />,{' '}
            <Money money={found.price?.total ?? null} />
          </p>
        )}
      </Read>
      <Read query={ledger}>
        {({ balances }) =>
          balances.length === 0 ? (
            <p className="quiet">The books have nothing of it.</p>
          ) : (
            <table className="rows plain">
              <thead>
                <tr>
                  <th>Account</th>
                  <th className="number">Balance</th>
                  <th>Of</th>
                </tr>
              </thead>
              <tbody>
                {balances.map(({ account, asset, balance }) => (
                  <tr key={`${account} ${asset}`}>
                    <td title={ACCOUNTS[account]}>{wordsOf(account)}</td>
                    <td className="number">{amountOf(asset, balance)}</td>
                    <td>{unitOf(asset)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Read>
    </section>
  );
};
