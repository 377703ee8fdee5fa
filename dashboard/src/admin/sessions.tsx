import { useQuery } from '@tanstack/react-query';
import { ConfirmButton } from '../parts/confirm-button.tsx';
import { ProblemBox } from '../parts/problem-box.tsx';
import { Age, Time, Until } from '../parts/time.tsx';
import { WordsCell } from '../parts/values.tsx';
import { AdminList } from './admin-list.tsx';
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
      <AdminList
        query={query}
        cursor={cursor}
        caption="Sessions"
        columns={[
          ['Whose'],
          ['Role', 'role'],
          ['Key', 'key'],
          ['Opened, UTC', 'time'],
          ['Last seen', 'number age'],
          ['Ends', 'expires'],
          ['End', 'end'],
        ]}
        cells={(session) => (
          <>
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
              <ConfirmButton label="End" confirm="End it" disabled={end.isPending} act={() => end.mutate(session.id)} />
            </td>
          </>
        )}
      />
    </>
  );
};
