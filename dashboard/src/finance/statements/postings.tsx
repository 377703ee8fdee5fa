import { useQuery } from '@tanstack/react-query';
import { Read } from '../../parts/list-state.tsx';
import { FigureCell, placesIn, wordsOf } from '../../parts/values.tsx';
import { ACCOUNTS } from '../../words.ts';
import { postingsQuery, type Statement } from './statement-queries.ts';

/** The books are what it is about: what acceptance would do to them, or has done. */
export const Postings = ({ statement }: { statement: Statement }) => {
  const query = useQuery(postingsQuery(statement.id));
  const { currency } = statement.declared.net;
  return (
    <section aria-labelledby="postings">
      <h2 id="postings">{statement.status === 'checked' ? 'What accepting it will post' : 'What it has posted'}</h2>
      <Read query={query}>
        {({ data }) =>
          data.length === 0 ? (
            <p className="quiet">Nothing.</p>
          ) : (
            <>
              <table className="rows plain">
                <thead>
                  <tr>
                    <th>Debit</th>
                    <th>Credit</th>
                    <th>Because</th>
                    <th className="number">Transfers</th>
                    <th className="number">{currency}</th>
                  </tr>
                </thead>
                <tbody>
                  {data.map(({ rule, debit, credit, transfers, amount }) => (
                    <tr key={`${rule} ${debit} ${credit}`}>
                      <AccountCell account={debit} />
                      <AccountCell account={credit} />
                      <td>{wordsOf(rule)}</td>
                      <td className="number">{transfers.toLocaleString('en')}</td>
                      <FigureCell decimal={amount} places={placesIn(data.map((each) => each.amount))} />
                    </tr>
                  ))}
                </tbody>
              </table>
              {data.some(({ debit, credit }) => debit === 'suspense' || credit === 'suspense') && (
                <p className="quiet">What is on suspense is of no order, and waits for a decision about each line.</p>
              )}
            </>
          )
        }
      </Read>
      {statement.status === 'checked' && (
        <p className="quiet">
          To the day of the document, {statement.issued_on}; if its month is closed, to the first that is open.
        </p>
      )}
    </section>
  );
};

const AccountCell = ({ account }: { account: string }) => <td title={ACCOUNTS[account]}>{wordsOf(account)}</td>;
