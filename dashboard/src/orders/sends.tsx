import { Time } from '../parts/time.tsx';
import { wordsOf } from '../parts/values.tsx';
import type { Case } from './case-queries.ts';

/** What was sent to the provider, its pages to pay on, and what was named for the order. */
export const Sends = ({ found: { attempts, sessions, claims } }: { found: Case }) => (
  <>
    {attempts.length > 0 && (
      <section aria-labelledby="sent">
        <h2 id="sent">Sent</h2>
        <table className="rows plain">
          <thead>
            <tr>
              <th>Call</th>
              <th className="number">No.</th>
              <th>Began, UTC</th>
              <th>Outcome</th>
              <th className="number">HTTP</th>
            </tr>
          </thead>
          <tbody>
            {attempts.map((attempt) => (
              <tr key={`${attempt.operation}-${attempt.number}`}>
                <td>{attempt.operation}</td>
                <td className="number">{attempt.number}</td>
                <td className="figures">
                  <Time at={attempt.started_at} inColumn />
                </td>
                <td>
                  {attempt.outcome === null ? 'not known' : wordsOf(attempt.outcome)}
                  {attempt.reason !== null && <span className="quiet">, {wordsOf(attempt.reason)}</span>}
                </td>
                <td className="number">{attempt.upstream_status}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    )}
    {sessions.length > 0 && (
      <section aria-labelledby="pages">
        <h2 id="pages">Hosted checkouts</h2>
        <ul className="plain">
          {sessions.map(({ session_id: id, status, expires_at: expiresAt }) => (
            <li key={id}>
              <code>{id}</code> {status}
              {expiresAt !== null && (
                <>
                  , closes <Time at={expiresAt} />
                </>
              )}
            </li>
          ))}
        </ul>
      </section>
    )}
    {claims.length > 0 && (
      <section aria-labelledby="named">
        <h2 id="named">Named for it</h2>
        <ul className="plain">
          {claims.map(({ provider_order_id: id, source, verdict, claimed_at: at }) => (
            <li key={id}>
              <code>{id}</code> {verdict}, by {source === 'return' ? 'a browser' : 'a callback'}, <Time at={at} />
            </li>
          ))}
        </ul>
      </section>
    )}
  </>
);
