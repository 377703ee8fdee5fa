import { useQuery } from '@tanstack/react-query';
import { ConfirmButton } from '../parts/confirm-button.tsx';
import { Pages, Read } from '../parts/list-state.tsx';
import { ProblemBox } from '../parts/problem-box.tsx';
import { Age, Time, Until } from '../parts/time.tsx';
import { WordsCell } from '../parts/values.tsx';
import { sessionsQuery, useEndSession } from './admin-queries.ts';

export const Sessions = ({ cursor }: { cursor: string | undefined }) => {
  const query = useQuery(sessionsQuery({ cursor }));
  const end = useEndSession();
  return (
    <>
      <p className="quiet">
        Of operators’ browsers. Whoever’s session is ended can sign in again; who must not is disabled.
      </p>
      <ProblemBox error={end.error} />
      <Read query={query}>
        {({ data, next_cursor: next }) => (
          <>
            <table className="rows">
              <caption className="hidden">Sessions</caption>
              <thead>
                <tr>
                  <th>Whose</th>
                  <th className="role">Role</th>
                  <th className="key">Key</th>
                  <th className="time">Opened, UTC</th>
                  <th className="number age">Last seen</th>
                  <th className="expires">Ends</th>
                  <th className="end">End</th>
                </tr>
              </thead>
              <tbody>
                {data.map((session) => (
                  <tr key={session.id}>
                    <WordsCell text={session.operator.name} />
                    <td>{session.operator.role}</td>
                    <td className="id">{session.key_id}</td>
                    <td className="figures">
                      <Time at={session.created_at} inColumn />
                    </td>
                    <td className="number">
                      <Age since={session.last_seen_at} />
                    </td>
                    <td>
                      <Until at={session.expires_at} />
                    </td>
                    <td>
                      <ConfirmButton
                        label="End"
                        confirm="End it"
                        disabled={end.isPending}
                        act={() => end.mutate(session.id)}
                      />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            <Pages to="/admin" cursor={cursor} next={next} />
          </>
        )}
      </Read>
    </>
  );
};
